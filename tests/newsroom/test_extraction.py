"""Every article of the press, through the real extractor: what was written comes out, and nothing that stands around it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import html

from newsroom.edition import Story
from newsroom.newsroom import Newsroom
from newsroom.outlets import read_outlets
from newsroom.press import LAST_ROUND, Article, read_press
from newsroom.trouble import state_of
from services.extractor.markup import squeeze
from services.extractor.page import extract_page
from shared import events
from shared.errors import Ended, State
from shared.ids import url_id
from shared.search.sources import Source
from tests.newsroom.conftest import BEGIN, client_of, opened

ARTICLES = read_press(read_outlets())
# What the extractor does not yet do as it should, by slug. Take a line out once it does.
KINDS = {"p": "paragraph", "h2": "heading", "h3": "heading", "li": "list_item"}


def ending(*states: State) -> list[Any]:
    """Those articles that must end in one of `states`, as test parameters."""
    return [
        pytest.param(
            article,
            id=article.outlet + article.path,
        )
        for article in ARTICLES
        if state_of(article) in states
    ]


def story_of(newsroom: Newsroom, article: Article) -> tuple[Story, Source]:
    edition = next(edition for edition in newsroom.editions if edition.outlet.id == article.outlet)
    story = edition.story(article.path)
    assert story is not None
    source = next(source for source in newsroom.sources() if source["name"] == edition.outlet.name)
    return story, Source.model_validate(source)


async def extracted(newsroom: Newsroom, client: httpx.AsyncClient, article: Article) -> events.Article | Ended:
    story, source = story_of(newsroom, article)
    answer = await client.get(story.url)
    if answer.status_code != 200:  # what fails only the first time
        answer = await client.get(story.url)
    assert answer.status_code == 200
    page = events.Page(
        url_id=url_id(story.url),
        url=story.url,
        source_id=source.id,
        final_url=story.url,
        content_type=answer.headers["content-type"],
        x_robots_tag=answer.headers.get("x-robots-tag", ""),
        tdm_reservation=answer.headers.get("tdm-reservation", ""),
        discovered_at=BEGIN,
        fetched_at=newsroom.timeline.began(newsroom.timeline.round),
        feed_title=story.article.title,
        feed_published_at=story.published,
        body=answer.content,
    )
    return extract_page(page, source)


def written(story: Story) -> Iterator[tuple[str, str]]:
    """Kind and text of each block of the article as it was written; but a line that is only a link, which the extractor
    leaves out by rule, for on most pages it leads to another article."""
    for element in html.fragment_fromstring(story.article.body, create_parent="div").iter("p", "h2", "h3", "li"):
        if (
            len(element) == 1
            and element[0].tag == "a"
            and squeeze(element[0].text_content()) == squeeze(element.text_content())
        ):
            continue
        within_quote = any(parent.tag == "blockquote" for parent in element.iterancestors())
        yield "quote" if within_quote else KINDS[element.tag], squeeze(element.text_content())
    if story.note:
        yield "paragraph", squeeze(story.note)


@pytest.mark.parametrize("article", ending(State.INDEXED, State.DUPLICATE))
async def test_an_article_comes_out_as_it_was_written(
    article: Article, complete: Newsroom, asking_complete: httpx.AsyncClient
) -> None:
    found = await extracted(complete, asking_complete, article)
    story, source = story_of(complete, article)
    assert isinstance(found, events.Article), found
    assert found.title == squeeze(story.article.title)
    assert found.standfirst == (squeeze(story.article.standfirst) if story.article.standfirst else None)
    assert found.authors == story.article.authors
    assert found.published_at is not None
    assert found.published_at.astimezone(story.published.tzinfo).date() == story.published.date()
    assert found.language == source.language
    assert found.section == source.sections[f"/{article.section}/"]
    assert found.canonical_url == story.canonical
    assert [(block.kind, block.text) for block in found.blocks] == list(written(story))


@pytest.mark.parametrize("article", ending(State.NOT_ARTICLE, State.RIGHTS))
async def test_what_is_no_article_or_reserved_ends_so(
    article: Article, complete: Newsroom, asking_complete: httpx.AsyncClient
) -> None:
    found = await extracted(complete, asking_complete, article)
    assert isinstance(found, Ended)
    assert found.state is state_of(article)


async def test_the_corrected_article_is_another_version_with_the_time_of_its_correction() -> None:
    newsroom = opened(LAST_ROUND - 1)
    (article,) = (one for one in ARTICLES if one.correction)
    async with client_of(newsroom) as client:
        before = await extracted(newsroom, client, article)
        newsroom.timeline.advance()
        after = await extracted(newsroom, client, article)
    assert isinstance(before, events.Article) and isinstance(after, events.Article)
    assert before.article_id == after.article_id
    assert before.content_hash != after.content_hash
    assert before.published_at == after.published_at
    assert after.modified_at == newsroom.timeline.began(LAST_ROUND)
