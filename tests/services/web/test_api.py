from datetime import date

import pytest

from services.web.queries import Wanted
from services.web.settings import WebSettings
from shared import ids
from shared.events import Trend
from shared.search.sources import Source
from shared.search.trends import Board
from tests.services.web.articles import SEEN, article
from tests.services.web.shelf import Shelf, reader

INTERNAL = {"url_id", "attempt", "provenance", "content_hash", "rendering", "reason"}


async def test_a_list_is_without_text_and_says_where_each_article_is_read() -> None:
    async with reader(Shelf([article()])) as client:
        answer = (await client.get("/api/v1/articles")).json()
    assert (answer["total"], answer["page"], answer["next"]) == (1, 1, None)
    (found,) = answer["articles"]
    assert found["link"].startswith("http://wire.test/local/2026-03-31-the-lighthouse-goes-dark.")
    assert found["day"] == "2026-03-31"
    assert not {"blocks", *INTERNAL} & found.keys()
    assert "blocks" not in found["translation"]


async def test_an_article_is_found_by_its_id_and_by_its_shortid() -> None:
    shown = article()
    async with reader(Shelf([shown])) as client:
        names = (shown.article_id, ids.shortid(shown.article_id))
        by_id, by_shortid = [(await client.get(f"/api/v1/articles/{name}")).json() for name in names]
    assert by_id == by_shortid
    assert len(by_id["blocks"]) == len(by_id["translation"]["blocks"]) == len(shown.blocks)
    assert not INTERNAL & by_id.keys()


async def test_pages_of_a_list_lead_to_the_next() -> None:
    store = Shelf([article(f"a{number}") for number in range(7)])
    async with reader(store, WebSettings(page_size=5, base_url="https://babelwire.test")) as client:
        first = (await client.get("/api/v1/articles?section=local")).json()
        assert first["next"] == "https://babelwire.test/api/v1/articles?section=local&page=2"
        second = (await client.get("/api/v1/articles?section=local&page=2")).json()
    assert (len(first["articles"]), len(second["articles"]), second["next"]) == (5, 2, None)


async def test_filters_reach_the_store() -> None:
    store = Shelf()
    async with reader(store) as client:
        await client.get("/api/v1/articles?q=a+b&section=world&source=s1&language=pt&day=2026-03-31&order=newest")
    assert store.asked == [
        Wanted(words="a b", section="world", source="s1", language="pt", day=date(2026, 3, 31), newest=True)
    ]


@pytest.mark.parametrize(
    "query", ["day=x", "day=2026-02-30", "section=none", "page=0", "page=x", "order=worst", "colour=red", "q=" + "x" * 201,
              "source=" + "x" * 101]
)  # fmt: skip
async def test_a_filter_that_cannot_be_meant_is_refused_with_the_reason(query: str) -> None:
    async with reader(Shelf()) as client:
        answer = await client.get(f"/api/v1/articles?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["detail"]


@pytest.mark.parametrize("identity", ["x", "0" * 32, "aaaaaaaaaaaaa", "../../etc/passwd"])
async def test_what_is_no_article_is_not_found(identity: str) -> None:
    async with reader(Shelf([article()])) as client:
        answer = await client.get(f"/api/v1/articles/{identity}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_programs_learn_of_trends_and_sources() -> None:
    trend = Trend(trend_id="t1", term="Lighthouse", score=9, articles=3, sources=2, expected=0.5, at=SEEN)
    source = Source(id="s1", name="Courrier", home_page="https://diario.test/", rights="full")
    async with reader(Shelf(board=Board(at=SEEN, trends=(trend,)), sources=[source])) as client:
        trends = (await client.get("/api/v1/trends")).json()
        sources = (await client.get("/api/v1/sources")).json()
    assert trends["at"] == "2026-03-31T22:30:00Z"
    assert trends["trends"][0]["link"] == "http://wire.test/trend/t1"
    assert sources["sources"][0] == {
        "id": "s1", "name": "Courrier", "home_page": "https://diario.test/", "country": None, "language": None,
        "rights": "full", "active": True, "health": "new",
    }  # fmt: skip


async def test_other_sites_may_read_the_api() -> None:
    async with reader(Shelf()) as client:
        for path in ("/api/v1/articles", "/api/v1/articles/x"):
            assert (await client.get(path)).headers["access-control-allow-origin"] == "*"
