from datetime import date

import pytest
from pydantic import SecretStr

from services.web.queries import Wanted
from services.web.settings import WebSettings
from services.web.store import Hour
from shared import ids
from shared.errors import State
from shared.events import Trend
from shared.search.ledger import UrlEntry
from shared.search.sources import Source
from shared.search.trends import Board
from tests.services.web.articles import SEEN, article
from tests.services.web.shelf import Shelf, reader

INTERNAL = {"url_id", "attempt", "provenance", "content_hash", "rendering", "reason"}


async def test_a_list_is_without_text_and_says_where_each_article_is_read() -> None:
    async with reader(Shelf([article()])) as client:
        answer = (await client.get("/api/v1/articles")).json()
    assert (answer["total"], answer["next"]) == (1, None)
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
        for query in ("section=local", "q=lighthouse", "q=lighthouse&order=newest"):
            first = (await client.get(f"/api/v1/articles?{query}")).json()
            assert first["next"].startswith("https://babelwire.test/api/v1/articles?" + query)
            second = (await client.get(first["next"].removeprefix("https://babelwire.test"))).json()
            assert (len(first["articles"]), len(second["articles"]), second["next"]) == (5, 2, None)
            assert not {one["shortid"] for one in first["articles"]} & {one["shortid"] for one in second["articles"]}


async def test_filters_reach_the_store() -> None:
    store = Shelf()
    async with reader(store) as client:
        await client.get("/api/v1/articles?q=a+b&section=world&source=s1&language=pt&day=2026-03-31&order=newest")
    assert store.asked == [
        Wanted(words="a b", section="world", source="s1", language="pt", day=date(2026, 3, 31), newest=True)
    ]


@pytest.mark.parametrize(
    "query", ["day=x", "day=2026-02-30", "section=none", "size=0", "size=x", "size=101", "page=2", "cursor=x", "cursor=WzNd",
              "day=2026-03-31&day=2026-03-30", "country=prt", "order=worst", "colour=red", "q=" + "x" * 201,
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
            answer = await client.get(path, headers={"Origin": "https://other.test"})
            assert answer.headers["access-control-allow-origin"] == "*"
        asking = {"Origin": "https://other.test", "Access-Control-Request-Method": "GET",
                  "Access-Control-Request-Headers": "If-None-Match"}  # fmt: skip
        assert (await client.options("/api/v1/articles", headers=asking)).status_code == 200
        page = await client.get("/about", headers={"Origin": "https://other.test"})
        assert "access-control-allow-origin" not in page.headers


TREND = Trend(trend_id="t1", term="Hermine Delattre", score=9, articles=1, sources=1, expected=0.5, at=SEEN)
SOURCE = Source(id="s1", name="Courrier", home_page="https://diario.test/", country="fr", language="fr")


async def test_a_search_quotes_and_counts() -> None:
    async with reader(Shelf([article("a"), article("b", section="world")])) as client:
        found = (await client.get("/api/v1/search?q=lighthouse")).json()
        assert found["facets"]["section"] == {"local": 1, "world": 1}
        assert found["articles"][0]["quotes"] == {}
        assert (await client.get("/api/v1/search")).json()["detail"] == "`q` is missing."


async def test_any_past_hour_of_trends_can_be_asked_for() -> None:
    async with reader(Shelf(board=Board(at=SEEN, trends=(TREND,)))) as client:
        then = (await client.get("/api/v1/trends?at=2026-03-31T22")).json()
        before = (await client.get("/api/v1/trends?at=2026-03-31T21")).json()
        page = (await client.get("/trends?at=2026-03-31T22")).text
        empty = (await client.get("/trends?at=2026-03-31T21")).text
        wrong = [await client.get(f"/api/v1/trends?at={at}") for at in ("2026-03-31", "2026-13-31T22", "9999-12-31T23", "x")]
        assert (await client.get("/trends?at=2026-03-31")).status_code == 404
    assert [one["term"] for one in then["trends"]] == ["Hermine Delattre"]
    assert before == {"at": None, "trends": [], "stories": []}
    assert "Hermine Delattre" in page
    assert "/trends?at=2026-03-31T21" in page
    assert "Nothing is known of that hour." in empty
    assert [one.status_code for one in wrong] == [400] * 4


async def test_days_languages_sources_and_a_trend_in_time() -> None:
    pulse = (Hour(SEEN, 2, 3),)
    store = Shelf(
        [article(), article("b", language="pt")], board=Board(at=SEEN, trends=(TREND,)), sources=[SOURCE], pulse=pulse
    )
    async with reader(store) as client:
        days = (await client.get("/api/v1/days?from=2026-03-01&to=2026-03-31&size=5")).json()["days"]
        assert days == [{"day": "2026-03-31", "articles": 2, "link": "http://wire.test/day/2026-03-31"}]
        languages = (await client.get("/api/v1/languages")).json()["languages"]
        assert languages[1] == {
            "language": "pt",
            "name": "Portuguese",
            "articles": 1,
            "link": "http://wire.test/language/pt",
        }
        assert (await client.get("/api/v1/sources/s1")).json()["health"] == "new"
        trend = (await client.get("/api/v1/trends/t1")).json()
        assert (trend["trending"], trend["hours"]) == (True, [{"at": "2026-03-31T22:30:00Z", "sources": 2, "articles": 3}])


async def test_the_ledger_is_the_operators() -> None:
    entry = UrlEntry(
        url_id=ids.url_id("https://diario.test/a"), url="https://diario.test/a", source_id="s1", state=State.NOT_ARTICLE,
        reason="too short", stage="extractor", discovered_at=SEEN,
    )  # fmt: skip
    store, token = Shelf(entries=[entry]), "a token of some length"
    address = "/api/v1/ledger?url=https://diario.test/a?utm_source=x"
    async with reader(store) as client:
        assert (await client.get(address)).status_code == 404
    async with reader(store, WebSettings(token=SecretStr(token))) as client:
        for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {token}"}):
            refused = await client.get(address, headers=given)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        told = await client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert (told.json()["state"], told.json()["reason"]) == ("not_article", "too short")
        assert "no-store" in told.headers["cache-control"]
        assert (await client.get(address)).status_code == 401  # no copy was kept for others


async def test_answers_are_compressed_for_whoever_wants_that() -> None:
    async with reader(Shelf([article(f"a{number}") for number in range(20)])) as client:
        packed = await client.get("/api/v1/articles", headers={"Accept-Encoding": "gzip"})
        plain = await client.get("/api/v1/articles", headers={"Accept-Encoding": "identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 4


@pytest.mark.parametrize("query", ["source=", "day=", "section=", "country=", "size="])
async def test_what_is_given_and_empty_is_refused_where_nothing_empty_can_be_meant(query: str) -> None:
    async with reader(Shelf([article()])) as site:
        refused = await site.get(f"/api/v1/articles?{query}")
        assert (refused.status_code, "is empty" in refused.json()["detail"]) == (400, True)
        assert (await site.get("/api/v1/articles?q=")).status_code == 200
