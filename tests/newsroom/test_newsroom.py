"""The whole press: its sources, its rounds, what it says of itself."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import httpx

from newsroom.newsroom import Newsroom
from newsroom.outlets import Addresses, read_outlets
from newsroom.press import LAST_ROUND, read_press
from newsroom.timeline import Timeline
from newsroom.trouble import BEHAVIOURS
from shared.errors import State
from shared.ids import source_id, url_id
from shared.search.sources import Source
from tests.newsroom.conftest import Clock, opened


async def test_every_outlet_is_a_source_with_all_rights_and_polled_often(asking: httpx.AsyncClient) -> None:
    sources = [Source.model_validate(entry) for entry in (await asking.get("/sources.json")).json()]
    assert len(sources) == len({source.id for source in sources}) == 11
    for source in sources:
        assert source.id == source_id(source.home_page)
        assert source.rights == "full"
        assert source.poll_seconds is not None and source.poll_seconds <= 10
        assert source.delay_seconds is None
        assert source.feeds


async def test_seven_languages_with_three_outlets_in_portuguese_at_least(asking: httpx.AsyncClient) -> None:
    languages = [entry["language"] for entry in (await asking.get("/sources.json")).json()]
    assert set(languages) == {"pt", "es", "fr", "de", "ru", "ar", "en"}
    assert languages.count("pt") >= 3


async def test_the_opml_names_every_feed_that_is_one(asking: httpx.AsyncClient) -> None:
    outlines = ElementTree.fromstring((await asking.get("/opml")).text).iter("outline")
    listed = {outline.get("xmlUrl") for outline in outlines}
    feeds = {
        feed["url"]
        for entry in (await asking.get("/sources.json")).json()
        for feed in entry["feeds"]
        if feed["kind"] == "feed" and not feed["url"].endswith("/novidades")
    }
    assert listed == feeds


async def test_each_round_adds_to_what_is_published_until_all_is_out(fresh: Newsroom, asking: httpx.AsyncClient) -> None:
    published: list[int] = []
    while True:
        status = (await asking.get("/status")).json()
        assert status["round"] == len(published)
        assert status["published"] == len((await asking.get("/truth")).json())
        published.append(status["published"])
        if status["done"]:
            break
        await asking.post("/next")
    assert len(published) == LAST_ROUND + 1
    assert published == sorted(published)
    assert 0 < published[0] < published[1] < published[-1]
    assert published[-1] == len(read_press(read_outlets()))
    assert (await asking.post("/next")).json()["round"] == LAST_ROUND


async def test_every_behaviour_occurs_and_ends_in_a_state_of_the_ledger(complete: Newsroom) -> None:
    assert {one.behaviour for one in read_press(read_outlets())} - {None} == set(BEHAVIOURS)
    truth = complete.truth()
    assert set(truth.values()) <= set(State)
    assert len({url_id(url) for url in truth}) == len(truth)
    assert list(truth.values()).count("duplicate") == 1


def test_there_are_as_many_articles_and_events_as_promised() -> None:
    sound = [one for one in read_press(read_outlets()) if one.behaviour is None]
    assert len(sound) >= 60
    assert len({one.event for one in sound}) >= 15


def test_a_newsroom_that_is_started_again_goes_on_where_it_stopped(tmp_path: Path) -> None:
    outlets = read_outlets()
    clock, file = Clock(), tmp_path / "newsroom" / "state.json"

    def begun() -> Newsroom:
        return Newsroom(outlets, read_press(outlets), Timeline(file, clock), Addresses.of(outlets, 8401))

    first = begun()
    first.timeline.advance()
    second = begun()
    assert second.timeline.round == 1
    assert second.truth() == first.truth()
    for before, after in zip(first.editions, second.editions, strict=True):
        assert before.stories() == after.stories()


def test_named_outlets_are_known_by_their_names() -> None:
    outlets = read_outlets()
    addresses = Addresses.of(outlets, 8401, named=True)
    newsroom = Newsroom(outlets, read_press(outlets), Timeline(), addresses)
    assert newsroom.sources()[0]["home_page"] == "http://diario-do-atlantico.newsroom:8401/"
    assert all("127.0.0.1" not in url for url in newsroom.truth())


async def test_what_is_not_out_yet_is_not_found(fresh: Newsroom, asking: httpx.AsyncClient) -> None:
    later = [url for url in opened(LAST_ROUND).truth() if url not in fresh.truth()]
    assert later
    for url in later:
        assert (await asking.get(url)).status_code == 404


async def test_the_newsroom_tells_what_it_is(asking: httpx.AsyncClient) -> None:
    page = (await asking.get("/")).text
    assert "fictional" in page
    assert "Courrier des Quais" in page
