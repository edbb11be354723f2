"""The one list of topics, and where each message goes."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from shared import topics
from shared.events import EVENTS, Event, FetchRequest, Trend

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(name: str, **more: object) -> Event | Trend:
    models: dict[str, type[BaseModel]] = {**EVENTS, Trend.type: Trend}
    found = models[name].model_validate(json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) | more)
    assert isinstance(found, Event | Trend)
    return found


@pytest.mark.parametrize("name", [*EVENTS, Trend.type])
def test_every_message_has_a_topic_of_the_list_and_a_key(name: str) -> None:
    topic, key = topics.route(golden(name))
    assert topic in topics.ALL
    assert key


@pytest.mark.parametrize(
    ("changes", "topic"),
    [
        ({"kind": "feed"}, topics.POLLS),
        ({"kind": "sitemap", "bulk": True}, topics.POLLS),
        ({"kind": "article"}, topics.FETCH),
        ({"kind": "article", "bulk": True}, topics.FETCH_BULK),
    ],
)
def test_polls_and_back_fills_have_topics_of_their_own(changes: dict[str, object], topic: topics.Topic) -> None:
    assert topics.route(golden(FetchRequest.type, **changes))[0] is topic


def test_no_two_topics_have_one_name() -> None:
    assert len({topic.name for topic in topics.ALL}) == len(topics.ALL)


def test_the_fetchers_topics_can_be_assigned_by_range() -> None:
    assert len({topic.partitions for topic in topics.INPUTS["fetcher"]}) == 1


@pytest.mark.parametrize("consumer", topics.INPUTS)
def test_what_failed_fits_into_the_retry_and_dead_letter_topics_with_its_envelope(consumer: str) -> None:
    largest = max(topic.max_bytes for topic in topics.INPUTS[consumer])
    after = (*topics.retry_topics(consumer), topics.dead_letters(consumer))
    assert all(topic.max_bytes >= largest + topics.ENVELOPE for topic in after)
    assert [topic.name.partition(".")[0] for topic in after] == [consumer] * 4
    assert set(after) <= set(topics.ALL)


def test_delays_grow() -> None:
    delays = [step.delay for step in topics.RETRY_STEPS]
    assert delays == sorted(delays)


def test_what_is_no_message_has_no_topic() -> None:
    with pytest.raises(TypeError, match="no topic for object"):
        topics.route(object())  # type: ignore[arg-type]
