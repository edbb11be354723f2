"""The outcomes that Kafka keeps for ever, the newest of each URL: what the ledger can be made from again."""

from collections.abc import AsyncIterator

from shared.errors import Poison
from shared.events import Outcome
from shared.kafka import envelope
from shared.kafka.connection import reading
from shared.settings import Settings
from shared.topics import OUTCOMES

BATCH = 500


async def read_outcomes(settings: Settings) -> AsyncIterator[list[Outcome]]:
    """All of them as they are now, in batches; those of one URL in their order. What cannot be read is passed over. Reads
    outside any group, so nothing is consumed. Raises Unavailable."""
    async with reading(settings, OUTCOMES.name) as reader:
        partitions = list(reader.assignment())
        ends = await reader.end_offsets(partitions)
        waiting = {partition for partition, end in ends.items() if end}
        while waiting:
            records = await reader.getmany(*waiting, timeout_ms=1000, max_records=BATCH)
            if found := [outcome for batch in records.values() for record in batch if (outcome := _outcome(record))]:
                yield found
            waiting = {partition for partition in waiting if await reader.position(partition) < ends[partition]}


def _outcome(record: envelope.Record) -> Outcome | None:
    try:
        event = envelope.open_message(record.value, record.headers).event
    except Poison:
        return None
    return event if isinstance(event, Outcome) else None
