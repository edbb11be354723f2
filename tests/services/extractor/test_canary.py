from collections.abc import Iterable

import pytest

from services.extractor import canary
from services.extractor.canary import Canary
from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.pages import FETCHED, article, page


def one(
    length: int = 2_000, standfirst: str | None = "What it is about.", dated: bool = True, source: str = "s1"
) -> Article:
    found = extract_page(page(article()))
    assert isinstance(found, Article)
    (first, *_) = found.blocks
    return found.model_copy(
        update={
            "source_id": source, "standfirst": standfirst, "published_at": FETCHED if dated else None,
            "blocks": (first.model_copy(update={"text": "x" * length, "spans": ()}),),
        }
    )  # fmt: skip


def seen(watcher: Canary, articles: Iterable[Article]) -> frozenset[str]:
    signs: frozenset[str] = frozenset()
    for each in articles:
        signs = watcher.watch(each)
    return signs


def usual(watcher: Canary, number: int = 30) -> None:
    assert seen(watcher, (one(1_000 + 97 * (n % 20)) for n in range(number))) == frozenset()


def test_a_source_that_is_as_ever_raises_nothing() -> None:
    watcher = Canary()
    usual(watcher, 100)
    assert set(watcher.changed().values()) == {0}


def test_each_abrupt_change_is_told_by_its_sign() -> None:
    for sign, other in (("length", one(300)), ("standfirst", one(standfirst=None)), ("date", one(dated=False))):
        watcher = Canary()
        usual(watcher)
        assert seen(watcher, [other] * canary.RECENT) == {sign}
        assert watcher.changed()[sign] == 1  # type: ignore[index]


def test_two_odd_articles_are_no_change() -> None:
    watcher = Canary()
    usual(watcher)
    assert seen(watcher, [one(200, None, False)] * 2) == frozenset()


def test_a_source_that_never_had_standfirsts_does_not_lose_them() -> None:
    assert seen(Canary(), [one(standfirst=None)] * 60) == frozenset()


def test_the_alarm_ends_when_the_source_is_as_before_or_the_new_way_is_the_usual_one() -> None:
    watcher = Canary()
    usual(watcher)
    assert seen(watcher, [one(dated=False)] * canary.RECENT)
    assert not seen(watcher, [one()] * canary.RECENT)
    assert not seen(watcher, [one(dated=False)] * (canary.BEFORE + canary.RECENT))


def test_few_articles_are_no_ground_for_an_alarm() -> None:
    assert not seen(Canary(), [one()] * 12 + [one(dated=False)] * canary.RECENT)


def test_sources_do_not_mix_and_are_forgotten_in_order() -> None:
    watcher = Canary()
    usual(watcher)
    seen(watcher, [one(dated=False)] * canary.RECENT)
    assert watcher.watch(one(source="s2")) == frozenset()
    assert watcher.changed()["date"] == 1


def test_the_source_longest_unseen_is_forgotten_with_its_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "MOST_SOURCES", 1)
    watcher = Canary()
    usual(watcher)
    assert seen(watcher, [one(standfirst=None)] * canary.RECENT)
    watcher.watch(one(source="s2"))
    assert watcher.watch(one()) == frozenset()
