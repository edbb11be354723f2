"""The stage's decisions, with a ledger and sources in memory. The real ones are tried in tests/integration."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from services.extractor.page import extract_page
from services.extractor.stage import Deps, process
from shared.errors import Ended, Poison, State, Transient
from shared.events import Article, Outcome, Page
from shared.item import Deadline, Item
from shared.search.ledger import ArticleEntry
from shared.search.sources import Source
from tests.services.extractor.pages import FETCHED, SENTENCES, article, document, page

OTHER = "https://paper.example/politics/other-way-to-the-bridge"
CANONICAL = '<link rel="canonical" href="https://paper.example/politics/bridge">'


class InProcess:
    """Extracts without a pool."""

    async def extract(self, given: Page, source: Source | None, deadline: Deadline) -> Article | Ended:
        return extract_page(given, source)


@dataclass
class Memory:
    """Both the ledger and the sources, as far as the stage asks."""

    entries: dict[str, ArticleEntry] = field(default_factory=dict)
    known: dict[str, Source] = field(default_factory=dict)

    async def article(self, article_id: str) -> ArticleEntry | None:
        return self.entries.get(article_id)

    async def get(self, source_id: str) -> Source | None:
        return self.known.get(source_id)

    def written(self, found: Article, at: datetime = FETCHED, **changes: object) -> None:
        entry = ArticleEntry(
            article_id=found.article_id,
            url_id=found.url_id,
            url=found.url,
            source_id=found.source_id,
            index="articles-v1-2026.03",
            claimed_at=at,
            revision=found.revision,
            content_hash=found.content_hash,
        )
        self.entries[found.article_id] = entry.model_copy(update=changes)


@pytest.fixture
def memory() -> Memory:
    return Memory()


async def go(memory: Memory, given: Page) -> Article | Outcome:
    deps = Deps(pool=InProcess(), ledger=memory, sources=memory)  # type: ignore[arg-type]
    (event,) = await process(Item(given, "ce-1"), deps)
    assert isinstance(event, Article | Outcome)
    return event


async def first(memory: Memory) -> Article:
    found = await go(memory, page(article(head=CANONICAL)))
    assert isinstance(found, Article)
    return found


async def test_a_new_article_is_revision_1_and_knows_its_source(memory: Memory) -> None:
    memory.known["s1"] = Source(id="s1", name="The Paper", home_page="https://paper.example/", rights="full")
    found = await first(memory)
    assert (found.revision, found.rendering, found.rights, found.source_name) == (1, 0, "full", "The Paper")
    assert found.times.extracted


async def test_an_unchanged_article_is_indexed_already(memory: Memory) -> None:
    memory.written(await first(memory))
    found = await go(memory, page(article(head=CANONICAL, after="<p>New advertisement</p>")))
    assert isinstance(found, Outcome)
    assert (found.state, found.reason) == (State.INDEXED, "unchanged")


async def test_a_changed_article_is_the_next_revision(memory: Memory) -> None:
    memory.written(await first(memory))
    found = await go(memory, page(article(head=CANONICAL, title="Bridge opens, with a correction")))
    assert isinstance(found, Article)
    assert found.revision == 2


async def test_another_url_of_the_article_is_a_duplicate(memory: Memory) -> None:
    owned = await first(memory)
    memory.written(owned)
    found = await go(memory, page(article(head=CANONICAL, title="Bridge opens, with a correction"), OTHER))
    assert isinstance(found, Outcome)
    assert (found.state, found.article_id) == (State.DUPLICATE, owned.article_id)


async def test_an_entry_that_was_only_claimed_does_not_raise_the_revision(memory: Memory) -> None:
    memory.written(await first(memory), revision=0, content_hash=None)
    found = await first(memory)
    assert found.revision == 1


async def test_the_attempt_is_passed_on(memory: Memory) -> None:
    found = await go(memory, page(article(), attempt=3))
    assert found.attempt == 3


async def test_what_is_no_article_ends(memory: Memory) -> None:
    with pytest.raises(Ended, match="too short"):
        await go(memory, page(document("<h1>Bridge</h1>")))


class Deadly:
    """A pool in which every page costs its worker."""

    async def extract(self, given: Page, source: Source | None, deadline: Deadline) -> Article | Ended:
        raise Transient("extraction timed out")


@pytest.mark.parametrize(("attempt", "error"), [(1, Transient), (2, Poison)])
async def test_a_page_that_costs_its_worker_is_tried_once_more_and_then_set_aside(
    memory: Memory, attempt: int, error: type[Exception]
) -> None:
    deps = Deps(pool=Deadly(), ledger=memory, sources=memory)  # type: ignore[arg-type]
    with pytest.raises(error, match="timed out"):
        await process(Item(page(article()), "ce-1", attempt), deps)


async def test_a_line_that_ends_all_of_a_sites_articles_is_trimmed(memory: Memory) -> None:
    deps = Deps(pool=InProcess(), ledger=memory, sources=memory)  # type: ignore[arg-type]
    line = "Follow all the news of the town in our morning letter, every day at six."
    found = []
    for number in range(4):
        texts = (*(f"On day {number}: {text}" for text in SENTENCES), line)
        (event,) = await process(
            Item(page(article(texts), f"https://paper.example/politics/story-{number}-of-the-bridge"), "c"), deps
        )
        assert isinstance(event, Article)
        found.append(event.blocks[-1].text == line)
    assert found == [True, True, True, False]
