"""One page to one article, or to the state in which its URL ends. Pure: no network, no index, no clock but the page's."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from services.extractor import (
    authors,
    body,
    dates,
    judgement,
    lead_image,
    media,
    metadata,
    rules,
    sections,
    standfirst,
    title,
)
from services.extractor.blocks import Cut, cut
from services.extractor.declared import declared
from services.extractor.decoding import decode, is_binary
from services.extractor.engine import main_text
from services.extractor.identity import canonical_url
from services.extractor.markup import parse, squeeze
from shared.errors import Ended, State
from shared.events import Article, Block, Page, Span, Times
from shared.ids import article_id, registered_domain

if TYPE_CHECKING:  # the worker processes need not load the search client
    from shared.search.sources import Source

MOST_TEXT = 300_000  # characters kept of an article (DESIGN §3)
IMPORTED_RIGHTS = "snippet"  # of a source nobody has told us about


def extract_page(
    page: Page, source: Source | None = None, *, max_age: timedelta | None = None, ignore_reservations: bool = False
) -> Article | Ended:
    """The article on `page`, revision 1, or how its URL ends: `not_article`, `too_old` or `rights` with the reason.

    Takes tens of milliseconds of CPU, seconds on hostile pages; run it in a process of its own. Whatever the page is, it
    raises nothing on purpose.
    """
    if is_binary(page.body):
        return Ended(State.NOT_ARTICLE, "no document")
    try:
        tree = parse(decode(page.body, page.content_type))
        domains = (registered_domain(source.home_page), *source.domains) if source else ()
        url, declared_url = canonical_url(tree, declared(tree), page.final_url, domains)
    except ValueError as error:
        return Ended(State.NOT_ARTICLE, "no document" if "document" in str(error) else "malformed url")
    said = declared(tree, url)
    reserved = metadata.reservations(said, page.x_robots_tag, page.tdm_reservation, page.reservations)
    if reserved and not ignore_reservations:
        return Ended(State.RIGHTS, reserved[0])
    ruled = rules.read(tree, source.rules if source else None)
    names = metadata.site_names(said, url, source.name if source else "")
    headline, title_place = title.choose(tree, said, names, page.feed_title)
    if ruled.title:
        headline, title_place = ruled.title, rules.PLACE
    people, authors_place = authors.choose(tree, said, names)
    cuts = cut(tree.find("body"), page.final_url) if tree.find("body") is not None else []
    moments = dates.find(tree, said, url, source.country if source else None, page.fetched_at, page.feed_published_at)
    picture, image_place = lead_image.choose(tree, said, page.final_url)
    titles = [headline, *title.given(tree, said)]
    known = body.Known(titles, people, said.text("articleBody"))
    chosen, blocks_place = ruled.blocks(cuts, known), rules.PLACE
    if not chosen:
        chosen, blocks_place = body.choose(cuts, main_text(tree, page.final_url), known), ""
    lead, standfirst_place, chosen = standfirst.choose(said, cuts, titles, chosen)
    if ruled.standfirst:
        lead, standfirst_place, chosen = ruled.standfirst, rules.PLACE, rules.without(chosen, ruled.standfirst)
    text = "\n".join(filter(None, (lead, *(each.block.text for each in chosen))))
    reading = judgement.Reading(page.final_url, headline, text, chosen, cuts, said, moments.published is not None)
    if reason := judgement.not_an_article(reading):
        return Ended(State.NOT_ARTICLE, reason)
    if not headline:
        return Ended(State.NOT_ARTICLE, "no title")
    if max_age and moments.published and page.fetched_at - moments.published > max_age:
        return Ended(State.TOO_OLD, "published too long ago")
    section, section_place = sections.choose(source.sections if source else {}, url, metadata.declared_sections(said))
    spoken, language_place = metadata.language(tree, said, source.language if source else None)
    declared_languages = {
        "page": metadata.language(tree, said, None)[0],
        "feed": page.feed_language,
        "source": source.language if source else None,
    }
    blocks, truncated = _capped(chosen)
    tags, site = metadata.tags(said), metadata.site_name(said)
    places = {
        "title": title_place, "standfirst": standfirst_place, "authors": authors_place, "image": image_place,
        "tags": "page" if tags else "", "site_name": "page" if site else "", "canonical_url": "page" if declared_url else "",
        "section": section_place, "language": language_place, "blocks": blocks_place, **moments.places,
    }  # fmt: skip
    return Article(
        url_id=page.url_id,
        url=page.url,
        source_id=page.source_id,
        attempt=page.attempt,
        article_id=article_id(url),
        canonical_url=url,
        declared_canonical_url=declared_url,
        source_name=(source.name if source else None) or site or "",
        site_name=site,
        country=source.country if source else None,
        language=spoken,
        declared_languages={place: said for place, said in declared_languages.items() if said not in (None, "und")},
        title=headline,
        standfirst=lead,
        authors=people,
        published_at=moments.published,
        modified_at=moments.modified,
        section=section,
        tags=tags,
        image=picture,
        media=media.found(chosen, page.final_url),
        word_count=len(text.split()),
        rights=source.rights if source else IMPORTED_RIGHTS,
        priority=source.priority if source else "normal",
        reservations=reserved,
        blocks=blocks,
        truncated=truncated,
        provenance={field: place for field, place in places.items() if place},
        content_hash=content_hash(headline, blocks),
        reason=page.reason,
        times=Times(discovered=page.discovered_at, fetched=page.fetched_at),
    )


def content_hash(headline: str, blocks: tuple[Block, ...]) -> str:
    """32 hex digits over the title and the blocks' texts, normalised: equal hash, equal article. White space, markup and the
    page around the text do not enter it."""
    lines = "\n".join((squeeze(headline), *(squeeze(block.text) for block in blocks)))
    return hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()[:32]


def _capped(chosen: list[Cut]) -> tuple[tuple[Block, ...], bool]:
    """The blocks up to the most text we keep, and whether some was left out."""
    kept: list[Block] = []
    left = MOST_TEXT
    for each in chosen:
        block = each.block
        if len(block.text) > left:
            if left:
                kept.append(_cut_off(block, left))
            return tuple(kept), True
        kept.append(block)
        left -= len(block.text)
    return tuple(kept), False


def _cut_off(block: Block, size: int) -> Block:
    text = block.text[:size].rstrip()
    spans = tuple(
        Span(start=span.start, end=min(span.end, len(text)), kind=span.kind, href=span.href)
        for span in block.spans
        if span.start < len(text)
    )
    return Block(kind=block.kind, text=text, spans=spans, level=block.level, lang=block.lang)
