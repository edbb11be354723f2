from datetime import date, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from services.web.excerpts import runs
from services.web.queries import FEW, Wanted
from services.web.store import Listing, Store, Withdrawn
from shared import clock, ids
from shared.errors import State, Unavailable
from shared.events import Block, Outcome, TranslatedArticle, Trend
from shared.search.client import connect
from shared.search.ledger import Discovery, Ledger
from shared.search.stories import Member, Stories
from shared.search.trends import Board, Trends
from shared.settings import Settings
from tests.services.web.articles import SEEN, article, story
from tests.services.web.conftest import Fill
from tests.services.web.shelf import reader

pytestmark = pytest.mark.engines


def slugs(listing: Listing) -> list[str]:
    return [found.article.url.rpartition("/")[2] for found in listing.found]


def plain(slug: str, french: str, english: str, **more: object) -> TranslatedArticle:
    return article(
        slug,
        title=f"Titre {slug}",
        english_title=f"Title {slug}",
        standfirst=None,
        english_standfirst=None,
        blocks=(Block(kind="paragraph", text=french),),
        english=(Block(kind="paragraph", text=english),),
        **more,  # type: ignore[arg-type]
    )


async def test_lists_are_by_section_source_language_day_and_term_with_the_newest_first(store: Store, fill: Fill) -> None:
    hour = timedelta(hours=1)
    await fill(
        article("old", seen=SEEN - 30 * hour),
        article("older", seen=SEEN - 60 * hour, section="world"),
        article("new", language="pt", source_id="other"),
        article("undated", published_at=None, seen=SEEN - hour),
        plain("named", "x", "They asked Marta Quintela again. Later Marta Quintela left.", seen=SEEN - 2 * hour),
    )
    assert slugs(await store.listing(Wanted(), 10)) == ["new", "named", "undated", "old", "older"]
    assert slugs(await store.listing(Wanted(section="world"), 10)) == ["older"]
    assert slugs(await store.listing(Wanted(source="other"), 10)) == ["new"]
    assert slugs(await store.listing(Wanted(language="pt"), 10)) == ["new"]
    assert slugs(await store.listing(Wanted(day=date(2026, 3, 31)), 10)) == ["new", "named", "undated"]
    day = date(2026, 3, 31)
    assert slugs(await store.listing(Wanted(first_day=day, last_day=day), 10)) == ["new", "named", "undated"]
    assert slugs(await store.listing(Wanted(last_day=date(2026, 3, 30)), 10)) == ["old", "older"]
    assert slugs(await store.listing(Wanted(author="nobody"), 10)) == []
    assert slugs(await store.listing(Wanted(term="Marta Quintela"), 10)) == ["named"]
    assert slugs(await store.listing(Wanted(since=SEEN - 3 * hour), 10)) == ["new", "named", "undated"]
    second = await store.listing(Wanted(), 2, page=2)
    assert (slugs(second), second.total) == (["undated", "old"], 5)
    assert second.found[0].article.blocks == ()


async def test_a_search_finds_words_of_both_versions_and_quotes_them(store: Store, fill: Fill) -> None:
    await fill(
        plain("lamp", "Le gardien quitte la lampe.", "The keeper leaves the lamp at dawn."),
        plain("bread", "Le boulanger dort.", "The baker sleeps.", rights="snippet"),
    )
    for words in ("keeper", "lamps leaving", '"leaves the lamp"', "keeper -baker", "nothing | keeper", "kee*"):
        listing = await store.listing(Wanted(words=words), 10)
        assert slugs(listing) == ["lamp"], words
    (quote,) = (await store.listing(Wanted(words="keepers"), 10)).found[0].quotes["text_en"]
    assert [run.text for run in runs(quote) if run.matched] == ["keeper"]
    (quote,) = (await store.listing(Wanted(words="gardien"), 10)).found[0].quotes["text_original"]
    assert [run.text for run in runs(quote) if run.matched] == ["gardien"]
    withheld = (await store.listing(Wanted(words="baker"), 10)).found
    assert [found.quotes for found in withheld] == [{}]


async def test_another_form_of_a_foreign_word_is_found_where_few_have_the_word_itself(store: Store, fill: Fill) -> None:
    await fill(plain("keepers", "Les gardiens quittent les lampes.", "Those who keep it leave the lamp."))
    assert slugs(await store.listing(Wanted(words="gardien lampe"), 10)) == ["keepers"]
    assert slugs(await store.listing(Wanted(words="gardien lampe", newest=True), 10)) == ["keepers"]
    await fill(*(plain(f"keeper{number}", "Le gardien quitte la lampe.", "It is left.") for number in range(FEW)))
    assert "keepers" not in slugs(await store.listing(Wanted(words="gardien lampe"), 2 * FEW))
    assert "keepers" in slugs(await store.listing(Wanted(words="gardien lampe", language="fr"), 2 * FEW))


async def test_misspelt_words_are_respelt_as_they_find_something(store: Store, fill: Fill) -> None:
    await fill(
        plain("lamp", "Le gardien quitte la lampe.", "The keeper leaves the lighthouse at dawn."),
        plain("bread", "Le boulanger dort.", "The baker sleeps.", section="world"),
    )
    assert await store.respelt(Wanted(words='"keeper leaves" lihgthouse')) == '"keeper leaves" lighthouse'
    assert await store.respelt(Wanted(words="boulangre")) == "boulanger"
    assert await store.respelt(Wanted(words="boulangre", section="local")) is None, "it would find nothing either"
    assert await store.respelt(Wanted(words="keeper sleeps")) is None, "nothing is misspelt"
    assert await store.respelt(Wanted(words="xqzwvk -- *")) is None


async def test_no_search_is_too_strange(store: Store, fill: Fill) -> None:
    await fill(article())
    for words in (
        '"', "*", "a* ?b", "x~9", "((((", "-", "|||", "+ - |", "_exists_:title", "\\", "title:x AND (", "\x00", "𐀀" * 200,
        "of the", "a " * 100, "-a " * 60, "a|" * 100, "中" * 200,
    ):  # fmt: skip
        assert (await store.listing(Wanted(words=words), 10)).total <= 1, words
        await store.respelt(Wanted(words=words))


async def test_the_best_come_first_unless_the_newest_are_asked_for(store: Store, fill: Fill) -> None:
    day = timedelta(days=1)
    await fill(
        plain("good", "x", "Otters, otters and an otter.", seen=SEEN - day),
        plain("new", "x", "Ships, and one otter, and more ships."),
    )
    assert slugs(await store.listing(Wanted(words="otter"), 10)) == ["good", "new"]
    assert slugs(await store.listing(Wanted(words="otter", newest=True), 10)) == ["new", "good"]


async def test_of_equal_matches_the_newer_comes_first_when_a_month_is_young_too(store: Store, fill: Fill) -> None:
    month = timedelta(days=31)
    others = [plain(f"far{number}", "x", f"Coffee rose to {number} cents.", seen=SEEN - month) for number in range(9)]
    await fill(*others, plain("old", "x", "An otter swims.", seen=SEEN - month), plain("new", "x", "An otter swims."))
    assert slugs(await store.listing(Wanted(words="otter"), 10)) == ["new", "old"]


async def test_what_is_alike_is_near_in_meaning_in_any_language(store: Store, fill: Fill) -> None:
    def vector(*first: float) -> list[float]:
        return [*first, *[0.0] * (512 - len(first))]

    read, near, far, copy = article("read"), article("near", language="pt"), article("far"), article("none")
    vectors = {read.article_id: vector(1), near.article_id: vector(0.9, 0.4), far.article_id: vector(0, 1)}
    await fill(read, near, far, copy, vectors=vectors)
    shown = await store.article(ids.shortid(read.article_id))
    assert not isinstance(shown, Withdrawn)
    assert shown is not None
    assert slugs(Listing(await store.similar(shown, 5), 0)) == ["near"]


async def test_without_a_vector_what_is_alike_shares_rare_words(store: Store, fill: Fill) -> None:
    texts = ("The otter returned to the Alvor estuary near Nordhaven.", "An otter swims in the Alvor estuary at Nordhaven.")
    read, near = (plain(slug, "x", text) for slug, text in zip(("read", "near"), texts, strict=True))
    others = [plain(f"far{number}", "x", f"Prices of coffee rose to {number} cents.") for number in range(4)]
    await fill(read, near, *others)
    shown = await store.article(ids.shortid(read.article_id))
    assert not isinstance(shown, Withdrawn)
    assert shown is not None
    assert slugs(Listing(await store.similar(shown, 5), 0))[:1] == ["near"]


async def test_an_article_is_found_by_its_id_whatever_day_its_address_has(store: Store, fill: Fill) -> None:
    one = article("one")
    await fill(one)
    for published in (None, SEEN.date(), date(1999, 1, 1), date.max):
        found = await store.article(ids.shortid(one.article_id), published)
        assert not isinstance(found, Withdrawn)
        assert found is not None
        assert found.article_id == one.article_id


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.TAKEN_DOWN])
async def test_what_was_withdrawn_leaves_lists_and_pages_at_once(
    client: AsyncOpenSearch, store: Store, fill: Fill, state: State
) -> None:
    gone, stays = article("gone"), article("stays")
    await fill(gone, stays)
    ledger = Ledger(client)
    await ledger.discover([Discovery(gone.url_id, gone.url, gone.source_id, SEEN, "ce-1")])
    common = {"url_id": gone.url_id, "url": gone.url, "source_id": gone.source_id, "stage": "indexer", "at": clock.now()}
    await ledger.settle([Outcome(**common, state=State.INDEXED), Outcome(**common, state=state)])
    assert slugs(await store.listing(Wanted(), 10)) == ["stays"]
    found = await store.article(ids.shortid(gone.article_id))
    assert found == Withdrawn(state is State.TAKEN_DOWN, gone.url)


async def test_a_trend_is_found_while_it_trends_and_after(client: AsyncOpenSearch, store: Store) -> None:
    assert await store.board() is None
    trend = Trend(trend_id="t1", term="Lighthouse", score=9, articles=3, sources=2, expected=0.5, at=SEEN)
    trends = Trends(client)
    await trends.write(Board(at=SEEN, trends=(trend,)))
    assert await store.trend("t1") == (trend, True)
    await trends.write(Board(at=SEEN + timedelta(hours=1)))
    await client.indices.refresh(index="trends-v1")
    found = await store.trend("t1")
    assert found is not None
    assert (found[0].term, found[1]) == ("Lighthouse", False)
    assert await store.trend("t2") is None


async def test_pages_api_and_feeds_stand_on_it(store: Store, fill: Fill) -> None:
    shown = article()
    await fill(shown, article("other", status="pending", seen=SEEN - timedelta(hours=1)))
    async with reader(store) as site:
        front = await site.get("/")
        assert "The lighthouse goes dark" in front.text
        link = (await site.get(f"/api/v1/articles/{shown.article_id}")).json()["link"]
        page = await site.get(link)
        assert (page.status_code, "Une nuit de brume" in page.text, "A night of fog" in page.text) == (200, True, True)
        assert "Le phare s&#39;éteint" in page.text
        search = await site.get("/search?q=lighthouse")
        assert "<mark>lighthouse</mark>" in search.text
        assert (await site.get("/feeds/all.rss")).text.count("<item>") == 2
        assert (await site.get("/local/?page=2")).status_code == 404


async def test_an_index_that_is_not_there_yet_is_away_too(search: str) -> None:
    client = connect(Settings(opensearch_url=search))
    try:
        with pytest.raises(Unavailable):
            await Store(client, 20).listing(Wanted(), 10)
    finally:
        await client.close()


async def test_what_a_search_finds_is_counted_by_what_it_can_be_narrowed_by(store: Store, fill: Fill) -> None:
    await fill(
        article("a"),
        article("b", section="world", language="pt", country="PT", seen=SEEN - timedelta(days=2)),
        article("c", english_title="Nothing", english=(), blocks=()),
    )
    facets = (await store.listing(Wanted(words="lighthouse"), 10, faceted=True)).facets
    assert facets["section"] == {"local": 1, "world": 1}
    assert facets["language"] == {"fr": 1, "pt": 1}
    assert facets["day"] == {"2026-03-31": 1, "2026-03-29": 1}
    assert slugs(await store.listing(Wanted(country="pt"), 10)) == ["b"]


async def test_a_list_goes_on_after_its_last_whatever_comes_meanwhile(store: Store, fill: Fill) -> None:
    undated = article("undated", published_at=None)
    await fill(*(article(f"a{number}", seen=SEEN - timedelta(minutes=number)) for number in range(4)), undated)
    for wanted in (Wanted(), Wanted(words="lighthouse", newest=True)):
        seen: list[str] = []
        after: tuple[object, ...] = ()
        for step in range(5):
            listing = await store.listing(wanted, 2, after=after)
            seen += slugs(listing)
            await fill(article(f"new{step}", seen=SEEN + timedelta(minutes=step)))
            if not (after := listing.last):
                break
        assert [slug for slug in seen if not slug.startswith("new")] == ["a0", "a1", "a2", "a3", "undated"]
        assert len(seen) == len(set(seen))
    assert (await store.listing(Wanted(words="lighthouse"), 2)).last == ()


async def test_days_and_hours_are_counted(store: Store, fill: Fill) -> None:
    await fill(article("a"), article("b", source_id="s2"), article("c", seen=SEEN - timedelta(days=40)))
    assert await store.days(10) == {date(2026, 3, 31): 2, date(2026, 2, 19): 1}
    assert await store.days(10, date(2026, 3, 1), date(2026, 3, 31)) == {date(2026, 3, 31): 2}
    hours = await store.pulse(Wanted(), SEEN, 6)
    assert [(hour.sources, hour.articles) for hour in hours] == [(0, 0)] * 5 + [(2, 2)]
    assert (await store.languages(10))["language"] == {"fr": 3}
    fresh = await store.freshness()
    assert (fresh.articles, fresh.from_discovery_seconds is not None) == (3, True)


async def test_a_story_is_told_by_those_of_its_articles_that_may_be_shown(
    client: AsyncOpenSearch, store: Store, fill: Fill
) -> None:
    members = [article(slug, source_id=slug, seen=SEEN + timedelta(minutes=place)) for place, slug in enumerate("abc")]
    await fill(*members, article("other"))
    told = story("st1", *members)
    await Stories(client).write(
        [told],
        [
            Member(article_id=one.article_id, story_id="st1", source_id=one.source_id, language="fr", seen_at=SEEN)
            for one in members
        ],
    )
    await client.indices.refresh(index="stories-v1")
    assert [one.story_id for one in await store.stories(5, SEEN)] == ["st1"]
    found = await store.story_of(members[0].article_id, 2)
    assert found is not None
    assert [one.article.source_id for one in found.found] == ["c", "b"]
    whole = await store.story("st1")
    assert whole is not None
    assert len(whole.members) == len(whole.found) == 3
    assert await store.story_of(article("other").article_id, 2) is None
    assert await store.story("none") is None
