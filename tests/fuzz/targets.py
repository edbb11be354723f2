"""What each reader of hostile input promises, whatever it gets. A broken promise is an AssertionError, or what escapes."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.extractor import blocks, decoding, markup
from services.fetcher import feeds, robots, sitemaps
from services.translator import drafts, projection
from services.translator.markup import Carrier
from services.web import cursors, filters
from services.web.queries import LONGEST_WORDS
from shared import ids
from shared.errors import Poison
from shared.events import EVENTS, Block, Span
from shared.kafka.envelope import attempt, open_message, replaced
from tests.fuzz.seeds import TOKENS, damaged

AGENT, SITE = "babelwire", "https://news.test/seccao/"
SECONDS = 5.0  # one input may take, on a busy machine


@dataclass(frozen=True)
class Target:
    """`check` raises for an input of `inputs` that finds a fault."""

    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]


PIECES = st.sampled_from([token.decode("utf-8", "replace") for token in TOKENS])
TEXT = st.lists(st.one_of(st.text(max_size=12), PIECES), max_size=8).map("".join)
ADDRESSES = st.one_of(
    TEXT,
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp", ""]),
        st.sampled_from(
            ["news.test", "NEWS.test:80", "u:p@news.test", "[::1]", "münchen.test", "news.test:99999", "a..b", "℡.test"]
        ),
        st.sampled_from(["", "/", "/a/../b", "/%7Ea", "/a;b", "/ü"]),
        st.one_of(st.just(""), TEXT.map("/{}".format)),
        st.one_of(st.just(""), TEXT.map("?utm_source=x&b=2&a=1&{}".format), TEXT.map("#{}".format)),
    ),
)


def url_normalisation(url: str) -> None:
    """One spelling, which is its own; ValueError for what is no address."""
    try:
        once = ids.normalise_url(url)
    except ValueError:
        return
    assert ids.normalise_url(once) == once, once
    assert urlsplit(once).scheme in ("http", "https")
    assert "@" not in urlsplit(once).netloc, once
    assert not urlsplit(once).fragment
    assert ids.url_id(url) == ids.url_id(once)
    ids.registered_domain(once)


def robots_rules(body: bytes) -> None:
    """An answer for every address; a delay that one can wait."""
    rules = robots.rules_of(200, body)
    assert rules is not None
    assert isinstance(rules.allows(SITE + "a?b", AGENT), bool)
    delay = rules.crawl_delay(AGENT)
    assert math.isfinite(delay), delay
    assert 0 <= delay <= robots.LONGEST_CRAWL_DELAY


def feed(body: bytes) -> None:
    """Absolute addresses, bounded titles, moments with a zone; or NotAListing."""
    try:
        found = feeds.parse_feed(body, SITE)
    except feeds.NotAListing:
        return
    _listed(found.items)


def sitemap(body: bytes) -> None:
    """As for feeds."""
    try:
        found = sitemaps.parse_sitemap(body, SITE)
    except feeds.NotAListing:
        return
    _listed(found.items)
    assert all(sub.url.lower().startswith(("http://", "https://")) for sub in found.sitemaps)


def _listed(items: tuple[feeds.FeedItem, ...]) -> None:
    for item in items:
        assert item.url.lower().startswith(("http://", "https://")), item.url
        assert item.title is None or 0 < len(item.title) <= feeds.MAX_TITLE
        for moment in (item.published, item.updated):
            assert moment is None or moment.utcoffset() is not None
        _sendable(item.url, item.title or "", item.language or "")


def charset(body: bytes) -> None:
    """Text without what no document may hold, no longer than the bytes allow."""
    text = decoding.decode(body, "text/html; charset=x-unknown")
    assert "\x00" not in text
    assert len(text) <= max(1, len(body)) * 2
    _sendable(text)


def html_to_blocks(body: bytes) -> None:
    """Spans within their text, links to pages, no block without words, and the same at a second look."""
    text = decoding.decode(body)
    try:
        tree = markup.parse(text)
    except ValueError:
        return
    found = [one.block for one in blocks.cut(tree, SITE)]
    assert sum(len(block.text) for block in found) <= 2 * len(text) + 100
    for block in found:
        assert block.text.strip(), block
        for span in block.spans:
            assert 0 <= span.start < span.end <= len(block.text), block
            assert (span.kind == "link") == (span.href is not None), span
        assert Block.model_validate_json(block.model_dump_json()) == block
    assert [one.block for one in blocks.cut(markup.parse(text), SITE)] == found


WORDS = st.lists(
    st.one_of(
        st.sampled_from(["Lisboa", "«Olá»", "12,5", "a", "the", "„x“", "U.S.", "**", "—", "東京"]), st.text(max_size=8)
    ),
    max_size=14,
).map(" ".join)


@st.composite
def _projections(draw: st.DrawFn) -> tuple[Block, str, str]:
    text = draw(WORDS.filter(str.strip))
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        link = draw(st.booleans())
        spans.append(Span(start=start, end=end, kind="link" if link else "strong", href=SITE if link else None))
    return Block(kind="paragraph", text=text, spans=tuple(spans)), draw(WORDS.filter(str.strip)), draw(WORDS)


def span_projection(given: tuple[Block, str, str]) -> None:
    """Spans within the English text, and a link with words in some sentence always among them."""
    block, output, second = given
    draft = drafts.draft(block, "pt")
    english = [output] * len(draft.sentences)
    joined, starts = drafts.joined(draft, english)
    carrier = Carrier(draft, english)
    links = sum(1 for parts in carrier.parts if parts and parts[0].span.kind == "link")
    for parts in carrier.parts:
        for part in parts:
            part.take(projection.at_once(part.source, part.place, part.output))
    carried = carrier.spans(starts)
    assert all(0 <= span.start < span.end <= len(joined) for span in carried), carried
    assert sum(1 for span in carried if span.kind == "link") == links
    found = projection.from_marked(second, output)
    assert found is None or 0 <= found[0] < found[1] <= len(output)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10))
INNER = st.one_of(SCALARS, st.lists(SCALARS, max_size=4), st.dictionaries(st.text(max_size=8), SCALARS, max_size=4))
JSON = st.one_of(INNER, st.lists(INNER, max_size=3), st.dictionaries(st.text(max_size=8), INNER, max_size=3))


@st.composite
def _messages(draw: st.DrawFn) -> tuple[bytes | None, list[tuple[str, Any]]]:
    kind = draw(st.sampled_from(sorted(EVENTS)))
    names = sorted(EVENTS[kind].model_fields)
    fields = draw(st.dictionaries(st.sampled_from(names), JSON, max_size=len(names)))
    value = draw(st.one_of(st.none(), st.binary(max_size=80), st.just(json.dumps(fields).encode()), damaged("feeds")))
    headers: list[tuple[str, Any]] = [
        ("ce_type", kind.encode()),
        ("ce_id", b"1"),
        ("page", json.dumps(fields).encode()),
    ]
    extra = draw(
        st.lists(
            st.tuples(st.sampled_from(["ce_id", "attempt", "traceparent", "x"]), st.none() | st.binary(max_size=9)),
            max_size=3,
        )
    )
    return value, draw(st.permutations(headers + extra))


def message(given: tuple[bytes | None, list[tuple[str, Any]]]) -> None:
    """An event, or Poison; and headers that a dead letter can carry."""
    value, headers = given
    assert attempt(headers) >= 0
    assert all(isinstance(raw, bytes) for _, raw in replaced(headers, error="é" * 5_000))
    try:
        opened = open_message(value, headers)
    except Poison as error:
        told = str(error)
    else:
        told = opened.ce_id
        opened.event.model_dump_json()
    _sendable(told)
    assert 0 < len(told) < 5_000


def api_input(given: tuple[str, str]) -> None:
    """What can be asked for, or HTTP 400; a cursor that cannot have come from us is none."""
    query, cursor = given
    asked = dict(QueryParams(query).items())
    try:
        answer, words = 200, filters.wanted(asked).words
    except HTTPException as error:
        answer, words = error.status_code, ""
    assert answer in (200, 400)
    assert len(words) <= LONGEST_WORDS
    last, place = cursors.last(cursor), cursors.place(cursor, 10_000)
    assert last is None or cursors.last(cursors.written(last)) == last
    assert place is None or 0 < place <= 10_000


QUERIES = st.lists(
    st.builds(
        "{}={}".format,
        st.sampled_from([*filters.FILTERS, "x"]),
        st.one_of(TEXT, st.sampled_from(["2026-03-31", "0000-00-00", "politics"])),
    ),
    max_size=5,
).map("&".join)
CURSORS = st.one_of(TEXT, JSON.map(lambda values: cursors.written(values if isinstance(values, list) else [values])))


def _sendable(*texts: str) -> None:
    """As UTF-8, which half a surrogate pair is not."""
    for text in texts:
        text.encode()


ROBOTS = st.lists(
    st.builds(
        "{}: {}\n".format,
        st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Sitemap", "Request-rate", "Visit-time"]),
        st.one_of(
            TEXT, st.sampled_from(["*", AGENT, "/", "/*a*b*$", "nan", "inf", "-5", "1e400", "1/0", "10/0s", "0600-0845"])
        ),
    ),
    max_size=10,
).map(lambda lines: "".join(lines).encode("utf-8", "replace"))

TARGETS = {
    "urls": Target(ADDRESSES, url_normalisation),
    "robots": Target(st.one_of(ROBOTS, damaged("feeds")), robots_rules),
    "feeds": Target(damaged("feeds"), feed),
    "sitemaps": Target(damaged("feeds"), sitemap),
    "charsets": Target(st.one_of(st.binary(max_size=400), damaged("pages")), charset),
    "blocks": Target(damaged("pages"), html_to_blocks),
    "spans": Target(_projections(), span_projection),
    "messages": Target(_messages(), message),
    "api": Target(st.tuples(QUERIES, CURSORS), api_input),
}
