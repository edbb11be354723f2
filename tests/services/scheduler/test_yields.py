"""Yield against expectation, and how many series it makes."""

from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY

from services.scheduler import yields
from services.scheduler.yields import Yield, of_all, show
from shared.rhythm import Rhythm
from shared.search.sources import Feed, Source

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATELY = timedelta(days=3)


def source(number: int, hourly: float, seen: int, known_days: int = 30) -> Source:
    rhythm = Rhythm(hours=(hourly * 4,) * 168, weeks=4.0, at=NOW, aged_at=NOW)
    return Source(
        id=f"source-{number}",
        name="x",
        home_page="https://example.org/",
        feeds=(Feed(url=f"https://example.org/{number}", rhythm=rhythm),),
        added_at=NOW - timedelta(days=known_days),
        ends={"indexed: ": seen} if seen else {},
    )


def test_a_source_is_judged_by_its_own_rhythm() -> None:
    hourly = 0.5  # 36 in three days
    found = of_all([source(n, hourly, seen) for n, seen in enumerate((0, 10, 36, 100))], NOW, LATELY)
    assert [one.kind for one in found] == ["none", "little", "usual", "much"]
    assert round(found[0].missing) == 36
    assert found[3].missing == 0


def test_of_rare_and_of_new_sources_nothing_is_concluded() -> None:
    found = of_all([source(1, 0.01, 0), source(2, 5.0, 0, known_days=1)], NOW, LATELY)
    assert [one.kind for one in found] == ["unknown", "unknown"]
    assert [one.missing for one in found] == [0.0, 0.0]


def test_an_inactive_source_owes_nothing() -> None:
    assert of_all([source(1, 1.0, 0).model_copy(update={"active": False})], NOW, LATELY) == []


def test_ten_thousand_sources_make_as_many_series_as_a_few() -> None:
    show([Yield(f"source-{n}", 0, 10.0 + n) for n in range(10_000)])
    show([Yield(f"other-{n}", 0, 10.0 + n) for n in range(10_000)])
    shown = [
        (sample.name, sample.labels)
        for metric in REGISTRY.collect()
        if metric.name in ("babelwire_sources_yield", "babelwire_source_shortfall_articles")
        for sample in metric.samples
    ]
    assert len(shown) == len(yields.CLASSES) + yields.NAMED
    assert ("babelwire_source_shortfall_articles", {"rank": "1", "source": "other-9999"}) in shown
    assert REGISTRY.get_sample_value("babelwire_sources_yield", {"yield": "none"}) == 10_000
    show([])
