"""What is told of Kafka, on a real one."""

import pytest
from prometheus_client import REGISTRY

from shared import clock, ids
from shared.errors import State
from shared.events import Outcome
from shared.kafka import gauges
from shared.kafka.publisher import Publisher
from shared.settings import Settings


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"babelwire_{name}", labels)


@pytest.mark.engines
async def test_kafka_is_told_of(topics: str) -> None:
    settings = Settings(kafka_bootstrap=topics)
    url = "https://example.org/a"
    outcome = Outcome(
        url_id=ids.url_id(url), url=url, source_id="x", state=State.GONE, reason="", stage="fetcher", at=clock.now()
    )
    before = value("sent_bytes_total", topic="news.outcomes") or 0
    async with Publisher(settings) as publisher:
        await publisher.publish([outcome], source="x", cause="y")
    await gauges.measure(settings)
    assert value("kafka_brokers") == 1
    assert value("kafka_under_replicated_partitions") == 0
    assert value("kafka_topic_messages", topic="news.outcomes") == 1
    assert value("kafka_group_lag_messages", group="ledger", topic="news.outcomes") == 1
    assert (value("sent_bytes_total", topic="news.outcomes") or 0) > before
