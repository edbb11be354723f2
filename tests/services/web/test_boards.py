from datetime import timedelta

from lxml import etree, html

from services.web import charts
from services.web.standing import standing
from services.web.store import Hour
from shared import clock
from shared.events import Trend
from shared.search.sources import Feed, Source
from shared.search.trends import Board
from tests.services.web.articles import SEEN, article
from tests.services.web.shelf import Shelf, reader

HOURS = tuple(Hour(SEEN.replace(minute=0) - timedelta(hours=47 - hour), hour % 5, hour) for hour in range(48))


def test_a_chart_has_a_bar_for_every_hour_that_brought_something() -> None:
    chart = charts.chart(HOURS)
    assert chart is not None
    assert (len(chart.bars), chart.top, len(chart.ticks)) == (38, 4, 2)
    assert max(bar.y + bar.height for bar in chart.bars) == charts.BASE
    assert max(bar.x + bar.width for bar in chart.bars) <= charts.WIDTH
    assert min(bar.y for bar in chart.bars) > 9  # below the label of the top
    tallest = [bar for bar in chart.bars if bar.title.endswith("4 sources, 4 articles")]
    assert tallest[0].height == max(bar.height for bar in chart.bars)


def test_without_anything_there_is_no_chart() -> None:
    assert charts.chart(()) is None
    assert charts.chart([Hour(SEEN, 0, 0)]) is None


async def test_a_trend_shows_its_evidence_over_time() -> None:
    trend = Trend(trend_id="t1", term="<svg>", score=9, articles=3, sources=2, expected=0.5, at=SEEN)
    async with reader(Shelf([article()], board=Board(at=SEEN, trends=(trend,)), pulse=HOURS)) as client:
        page: html.HtmlElement = html.document_fromstring((await client.get("/trend/t1")).text)
    (svg,) = page.xpath("//svg")
    assert len(svg.findall(".//rect")) == 38
    etree.fromstring(etree.tostring(svg))  # well-formed


def silent(name: str, result: str, failures: int, hours: int | None) -> Source:
    last = SEEN - timedelta(hours=hours) if hours else None
    feed = Feed(
        url=f"https://{name}.test/secret-token", last_polled_at=clock.now(), last_result=result, failures=failures,
        last_article_at=last,
    )  # fmt: skip
    return Source(id=name, name=name, home_page=f"https://{name}.test/", feeds=(feed,))


async def test_readers_learn_which_sources_are_silent_and_no_private_address() -> None:
    sources = [
        silent("well", "new", 0, 1), silent("down", "http 500", 9, 3), silent("gone", "http 403", 9, 30),
        silent("never", "timeout", 9, None), Source(id="off", name="off", home_page="x", active=False),
    ]  # fmt: skip
    stands = standing(sources)
    assert (stands.active, stands.well) == (4, 1)
    assert [one.source.id for one in stands.troubled] == ["never", "gone", "down"]
    async with reader(Shelf([article()], sources=sources)) as client:
        page = (await client.get("/status")).text
    assert "1 of 4 sources bring news" in page
    assert "does not want to be read by programs" in page
    assert "half could be read here within 31 minutes of their publication" in page
    assert "secret-token" not in page


async def test_the_status_of_nothing_can_be_shown() -> None:
    async with reader(Shelf()) as client:
        assert "No article has come in yet." in (await client.get("/status")).text
