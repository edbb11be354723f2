"""`babelwire dlq …`."""

import asyncio
import json

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.topics import FETCH
from tests.console.commands import babelwire
from tests.console.conftest import BROKEN, DEAD, Wire

pytestmark = pytest.mark.engines


def sent(wire: Wire) -> int:
    """How many messages were ever sent to the topic that the letters came from."""

    async def ends() -> int:
        partitions = [TopicPartition(FETCH.name, number) for number in range(FETCH.partitions)]
        async with AIOKafkaConsumer(bootstrap_servers=wire.settings.kafka_bootstrap) as reader:
            return sum((await reader.end_offsets(partitions)).values())

    return asyncio.run(ends())


def test_dead_letters_are_listed_with_their_reasons(wire: Wire) -> None:
    result = babelwire("dlq", "list", "--json", env=wire.env)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["id"], one["error_type"], one["error"], one["original_topic"]) for one in found] == [
        ("fetcher/0", "Poison", "no such host", "news.fetch"),
        ("fetcher/1", "Poison", "no such host", "news.fetch"),
    ]
    assert "fetcher/1" in babelwire("dlq", "list", env=wire.env).stdout


def test_one_stage_can_be_asked_for_and_one_that_is_none_is_refused(wire: Wire) -> None:
    assert babelwire("dlq", "list", "--json", "--stage", "indexer", env=wire.env).stdout == ""
    result = babelwire("dlq", "list", "--stage", "postman", env=wire.env)
    assert result.exit_code == 1
    assert "no stage is called postman" in result.stderr


def test_one_is_shown_whole(wire: Wire) -> None:
    found = json.loads(babelwire("dlq", "show", "fetcher/1", env=wire.env).stdout)
    assert json.loads(found["value"])["url"] == BROKEN
    assert found["headers"]["ce_id"] == "request 1"
    raw = babelwire("dlq", "show", "fetcher/1", "--raw", env=wire.env)
    assert raw.stdout_bytes == found["value"].encode()


def test_one_that_is_not_there_is_refused(wire: Wire) -> None:
    result = babelwire("dlq", "show", "fetcher/99", env=wire.env)
    assert result.exit_code == 1
    assert "no dead letter fetcher/99" in result.stderr


@pytest.mark.parametrize(("options", "answer", "status"), [(["--dry-run"], None, 0), ([], "n\n", 1)])
def test_nothing_is_sent_on_a_dry_run_or_a_no(wire: Wire, options: list[str], answer: str | None, status: int) -> None:
    before = sent(wire)
    result = babelwire("dlq", "replay", *options, env=wire.env, given=answer)
    assert result.exit_code == status
    assert f"{DEAD} to news.fetch" in result.stderr
    assert sent(wire) == before


def test_a_replayed_letter_waits_in_its_own_topic_again(wire: Wire) -> None:
    before = sent(wire)
    result = babelwire("dlq", "replay", "fetcher/0", "--yes", env=wire.env)
    assert (result.exit_code, sent(wire)) == (0, before + 1)
    assert "1 dead letters replayed" in result.stderr
