"""How long the oldest message in hand has stood in its topic."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared import clock
from shared.events import Event
from shared.item import Item
from shared.kafka.offsets import PartitionBook
from shared.kafka.runner import Consumer, _Open

PAGES = TopicPartition("news.pages", 3)


@dataclass(frozen=True)
class Stamped:
    timestamp: int
    topic: str = PAGES.topic
    partition: int = PAGES.partition
    offset: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[Any, ...] = ()


async def nothing(item: Item[Any]) -> list[Event]:
    return []


def opened(age: timedelta, topic: str = PAGES.topic) -> _Open:
    stamp = round((clock.now() - age).timestamp() * 1000)
    return _Open(Stamped(stamp), TopicPartition(topic, 3), PartitionBook(), 0.0)


def test_it_is_that_of_the_oldest_whether_open_in_the_backlog_or_beside_the_window() -> None:
    stage = Consumer("extractor", nothing, window=4, deadline=timedelta(seconds=1))
    assert stage._waited_seconds("news.pages") == 0.0
    stage._open.add(opened(timedelta(seconds=5)))
    assert stage._waited_seconds("news.pages") == pytest.approx(5, abs=1)
    stage._backlog.append(opened(timedelta(minutes=2)))
    assert stage._waited_seconds("news.pages") == pytest.approx(120, abs=1)
    stage._beside[b"slow"] = deque([opened(timedelta(hours=1))])
    assert stage._waited_seconds("news.pages") == pytest.approx(3600, abs=1)


def test_each_topic_has_its_own_and_a_broker_whose_clock_is_ahead_makes_none() -> None:
    stage = Consumer("fetcher", nothing, window=4, deadline=timedelta(seconds=1))
    stage._open.add(opened(timedelta(seconds=30), "news.fetch"))
    stage._open.add(opened(timedelta(seconds=-30), "news.polls"))
    assert stage._waited_seconds("news.fetch") == pytest.approx(30, abs=1)
    assert stage._waited_seconds("news.polls") == 0.0
