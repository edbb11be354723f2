"""When a stage takes nothing more."""

from datetime import timedelta
from types import SimpleNamespace

from aiokafka import TopicPartition

from shared.errors import Unavailable
from shared.kafka.runner import Consumer
from tests.shared.kafka.test_waiting import PAGES, nothing, opened


class Partitions:
    """An aiokafka consumer, as far as pausing goes."""

    def __init__(self) -> None:
        self.paused: set[TopicPartition] = set()

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset({PAGES})

    def pause(self, *partitions: TopicPartition) -> None:
        self.paused |= {*partitions}

    def resume(self, *partitions: TopicPartition) -> None:
        self.paused -= {*partitions}

    def highwater(self, partition: TopicPartition) -> int | None:
        return None


async def test_while_a_dependency_is_away_one_item_tries_and_where_a_rebalance_took_that_the_next_one_is_let_in() -> None:
    partitions, stage = Partitions(), Consumer("extractor", nothing, window=4, deadline=timedelta(seconds=1))
    stage._subscriber = SimpleNamespace(consumer=partitions)
    stage._gate.shut(Unavailable("opensearch", "refused"), tried=False)
    stage._open.add(opened(timedelta()))
    stage._dispatch()
    assert partitions.paused == {PAGES}
    stage._open.clear()
    stage._dispatch()
    assert partitions.paused == set()
