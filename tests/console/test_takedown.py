"""`babelwire takedown`: everywhere, for good, on record."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from console.taking_down import named
from console.terminal import Refused
from services.indexer.bulk import BulkWriter
from services.indexer.embedding import NoEmbedder
from services.indexer.index import Index
from services.indexer.stage import Deps, process
from services.web.queries import Wanted
from services.web.store import Store, Withdrawn
from shared import clock, ids
from shared.errors import Ended, State
from shared.events import Outcome, TranslatedArticle, Trend
from shared.item import Item
from shared.search import names, templates
from shared.search.client import connect
from shared.search.ledger import Discovery, Ledger
from shared.search.reports import Report, Reports
from shared.search.sources import Source, Sources
from shared.search.stories import Member, Stories, Story
from shared.search.takedowns import Takedowns, is_under
from shared.search.trends import Board, TrendingStory, Trends
from shared.settings import Settings
from tests.console.commands import babelwire
from tests.integration.articles import translated
from tests.services.web.shelf import reader

GONE, BESIDE = translated(1, "down"), translated(2, "down")  # at paper1.down.example and paper2.down.example
TWIN = "http://paper1.down.example/twin"


@dataclass
class Town:
    """Both engines with articles that were indexed as the indexer does it."""

    client: AsyncOpenSearch
    settings: Settings
    deps: Deps
    env: dict[str, str]

    @property
    def ledger(self) -> Ledger:
        return self.deps.ledger

    async def index(self, article: TranslatedArticle) -> list[Outcome]:
        events = await process(Item(article, ce_id=article.url_id), self.deps)
        outcomes = [event for event in events if isinstance(event, Outcome)]
        await self.ledger.settle(outcomes)
        return outcomes

    async def babelwire(self, *arguments: str) -> str:
        result = await asyncio.to_thread(babelwire, *arguments, env=self.env)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture
async def town(topics: str, search: str) -> AsyncIterator[Town]:
    settings = Settings(kafka_bootstrap=topics, opensearch_url=search)
    client = connect(settings)
    await templates.apply(client, settings)
    index = Index(client, settings, BulkWriter(client, documents=100, size=1_000_000, wait=0.01))
    takedowns = Takedowns(client)
    deps = Deps(Ledger(client), index, NoEmbedder(), takedowns.barred)
    env = {"BABELWIRE_KAFKA_BOOTSTRAP": topics, "BABELWIRE_OPENSEARCH_URL": search}
    found = Town(client, settings, deps, env)
    for article in (GONE, BESIDE):
        await found.ledger.discover([Discovery(article.url_id, article.url, article.source_id, clock.now(), "poll")])
        await found.index(article)
    await found.ledger.settle([_twin()])
    await client.indices.refresh(index="*")
    yield found
    await client.close()


def _twin() -> Outcome:
    return Outcome(
        url_id=ids.url_id(TWIN), url=TWIN, source_id=GONE.source_id, state=State.DUPLICATE, stage="extractor",
        at=clock.now(), article_id=GONE.article_id,
    )  # fmt: skip


@pytest.mark.engines
async def test_a_taken_down_article_leaves_everything_and_does_not_come_back(town: Town) -> None:
    now = clock.now()
    members = [
        Member(article_id=one.article_id, story_id="s", source_id=one.source_id, language="pt", seen_at=now)
        for one in (GONE, BESIDE)
    ]
    story = Story(
        story_id="s", title=GONE.translation.title, article_ids=(GONE.article_id, BESIDE.article_id), sources=2, articles=2,
        source_ids=(GONE.source_id, BESIDE.source_id), languages=("pt",), first_at=now, last_at=now,
    )  # fmt: skip
    await Stories(town.client).write([story], members)
    trend = Trend(
        trend_id="t", term="Council", score=9, articles=2, sources=2, expected=1,
        article_ids=(GONE.article_id, BESIDE.article_id), at=now,
    )  # fmt: skip
    told_of = TrendingStory(
        story_id="s", score=9, articles=2, sources=2, expected=1, article_ids=(GONE.article_id, BESIDE.article_id), at=now,
    )  # fmt: skip
    await Trends(town.client).write(Board(at=now, trends=(trend,), stories=(told_of,)))
    complaint = Report(article_id=GONE.article_id, url=GONE.url, title=GONE.title, language="pt", complaint="other", at=now)
    await Reports(town.client).add(complaint)
    store = Store(town.client, 20, remembered=0)
    before = await store.withdrawn()

    told = json.loads(await town.babelwire("takedown", TWIN, "--reason", "order 12", "--by", "Ana", "--yes", "--json"))
    assert (told["urls"], told["articles"]) == (2, [GONE.article_id])

    # index, pages, feeds, lists
    assert await store.article(ids.shortid(GONE.article_id)) == Withdrawn(True, "")
    assert [one.article.article_id for one in (await store.listing(Wanted(), 10)).found] == [BESIDE.article_id]
    assert await store.withdrawn() == before + 2  # what makes every web service forget its copies
    document = await town.client.get(index=names.month_index(GONE.times.discovered), id=GONE.article_id)
    assert {*document["_source"]} == {"article_id", "shortid", "url_id", "source_id", "withdrawn"}
    async with reader(store) as site:
        page = await site.get(f"/news/2026-01-01-x.{ids.shortid(GONE.article_id)}.html")
        assert (page.status_code, "taken down" in page.text) == (410, True)
        assert GONE.translation.title not in (await site.get("/feed.xml")).text
    # stories, trends, reports
    (left,) = await Stories(town.client).latest(10, min_sources=1)
    assert (left.title, left.article_ids, left.sources) == (BESIDE.translation.title, (BESIDE.article_id,), 1)
    assert await Stories(town.client).of_article(GONE.article_id) is None
    board = await Trends(town.client).current()
    assert board and board.trends[0].article_ids == (BESIDE.article_id,)
    past = await Trends(town.client).past(now)
    assert past
    assert [one.article_ids for one in (*board.stories, *past.stories)] == [(BESIDE.article_id,)] * 2
    assert [one.article_ids for one in past.trends] == [(BESIDE.article_id,)]
    assert [one.article_ids for one in await Trends(town.client).since(now - timedelta(hours=2))] == [(BESIDE.article_id,)]
    assert await Reports(town.client).latest(10) == []
    # neither a replay nor a correction brings it back, and the ledger stands
    for article in (GONE, GONE.model_copy(update={"revision": 7, "content_hash": "new"})):
        with pytest.raises(Ended, match="taken_down"):
            await town.index(article)
    for url in (GONE.url, TWIN):
        entry = await town.ledger.url(ids.url_id(url))
        assert entry and (entry.state, entry.title) == (State.TAKEN_DOWN, None)
        assert await town.ledger.refetch(entry.url_id, "2099-01-01T00:00:00Z", "poll") is None
    # on record, and safe to repeat
    (record,) = await Takedowns(town.client).all()
    assert (record.reason, record.by, record.urls, record.article_ids) == ("order 12", "Ana", 2, (GONE.article_id,))
    await town.babelwire("takedown", GONE.url, "--reason", "again", "--yes")
    assert "order 12" in await town.babelwire("takedowns")
    assert "taken down" in await town.babelwire("why", TWIN)


@pytest.mark.engines
async def test_a_writer_that_was_just_at_it_loses_to_the_tombstone(town: Town) -> None:
    await town.babelwire("takedown", GONE.url, "--reason", "r", "--yes")
    body = {"article_id": GONE.article_id, "title": "back"}
    result = await town.deps.index.write(names.month_index(GONE.times.discovered), GONE.article_id, 999_000, body)
    assert result.name == "CONFLICT"


@pytest.mark.engines
async def test_a_domain_is_barred_with_what_nobody_has_found_yet(town: Town) -> None:
    paper = Source(id=GONE.source_id, name="Paper", home_page="http://paper1.down.example/")
    other = Source(id=BESIDE.source_id, name="Other", home_page="http://paper2.down.example/")
    await Sources(town.client).add([paper, other])
    dry = json.loads(await town.babelwire("takedown", "paper1.down.example", "--reason", "r", "--dry-run", "--json"))
    assert (dry["urls"], dry["dry_run"], await Takedowns(town.client).all()) == (2, True, [])
    told = json.loads(await town.babelwire("takedown", "paper1.down.example", "--reason", "r", "--yes", "--json"))
    assert (told["articles"], told["sources"]) == ([GONE.article_id], [GONE.source_id])
    assert [source.active for source in await Sources(town.client).all() if source.id == GONE.source_id] == [False]
    assert [source.active for source in await Sources(town.client).all() if source.id == BESIDE.source_id] == [True]
    fresh = translated(8, "down")
    assert fresh.url.startswith("http://paper1.down.example/")
    deps = Deps(town.ledger, town.deps.index, NoEmbedder(), Takedowns(town.client).barred)
    with pytest.raises(Ended, match="taken_down"):
        await process(Item(fresh, ce_id="c"), deps)
    assert await town.index(BESIDE)


@pytest.mark.parametrize(
    ("given", "is_what"),
    [
        ("https://Example.org/a?utm_source=x", ("url", "https://example.org/a")),
        ("Example.ORG", ("domain", "example.org")),
        ("news.example.co.uk", ("domain", "news.example.co.uk")),
        ("127.0.0.1:8001", ("domain", "127.0.0.1:8001")),
    ],
)
def test_a_url_has_a_scheme_and_a_domain_none(given: str, is_what: tuple[str, str]) -> None:
    assert named(given) == is_what


@pytest.mark.parametrize("given", ["", "co.uk", "com", "localhost", "*.example.org", "example.org/a", "ftp://example.org/"])
def test_what_would_reach_too_far_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        named(given)


@pytest.mark.parametrize(
    ("url", "domain", "covered"),
    [
        ("https://example.org/a", "example.org", True),
        ("https://News.Example.org:8443/a", "example.org", True),
        ("https://badexample.org/a", "example.org", False),
        ("https://example.org.evil.test/", "example.org", False),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001", True),
        ("http://127.0.0.1:8002/a", "127.0.0.1:8001", False),
        ("http://[", "example.org", False),
    ],
)
def test_a_domain_covers_all_below_it_and_no_namesake(url: str, domain: str, covered: bool) -> None:
    assert is_under(url, domain) is covered
