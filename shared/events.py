"""The messages that pass between services. Fields are only ever added, and then optional (DESIGN §3).

A model's `type` is its CloudEvents type; a new version is a new model beside the old one. Unknown fields are ignored, so
that an old consumer reads what a newer producer wrote.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.errors import State

Rights = Literal["link", "snippet", "full"]
Priority = Literal["normal", "low"]
FetchKind = Literal["feed", "sitemap", "page", "article"]
FetchReason = Literal["poll", "discovered", "refetch", "sweep", "redirect", "push", "replay"]
BlockKind = Literal["paragraph", "heading", "quote", "list_item", "caption", "table_row", "preformatted"]
SpanKind = Literal["emphasis", "strong", "link", "quotation", "code"]
Section = Literal[
    "world", "politics", "business", "tech", "science", "health", "sports", "culture", "life", "opinion", "local", "news"
]
TranslationStatus = Literal["translated", "partial", "pending", "passed_through"]
RENDERINGS = 1000  # of one revision, from 0: a document's version is revision × 1000 + rendering (DESIGN §3)

Moment = AwareDatetime
Language = Annotated[str, Field(description="ISO 639 code in lower case; `und` where it cannot be told")]


class Event(BaseModel):
    """A message. `url_id` names the URL whose way through the system it is part of."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64")
    type: ClassVar[str]

    url_id: str
    url: str
    source_id: str
    attempt: Annotated[int, Field(description="the ledger's attempt at this URL; lower ones are dropped")] = 0

    @property
    def in_ledger(self) -> bool:
        """Whether the ledger has to hear how this message ended: not of polls, which `sources` keeps, nor of reports."""
        return True


class FetchRequest(Event):
    """Fetch this URL: a poll of a feed, sitemap or front page (`page`), or an article."""

    type: ClassVar[str] = "news.fetch_request.v1"

    kind: FetchKind
    reason: FetchReason
    bulk: Annotated[bool, Field(description="back-fill: taken only while nothing else waits")] = False
    discovered_at: Moment
    hops: Annotated[int, Field(description="redirects to another registered domain so far")] = 0
    title: Annotated[str | None, Field(description="as the feed gives it")] = None
    published_at: Annotated[Moment | None, Field(description="as the feed gives it")] = None
    language: Annotated[Language | None, Field(description="as the feed gives it")] = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def in_ledger(self) -> bool:
        return self.kind == "article"


class Page(Event):
    """A page as received after content decoding. On the wire `body` is the message's value, all else its header `page`."""

    type: ClassVar[str] = "news.page.v1"

    final_url: str
    status: int = 200
    content_type: Annotated[str, Field(description="the Content-Type header, whole")] = ""
    x_robots_tag: str = ""
    tdm_reservation: Annotated[str, Field(description="the header of that name")] = ""
    reservations: Annotated[tuple[str, ...], Field(description="of the page, by the site's ai.txt and tdmrep.json")] = ()
    reason: FetchReason = "discovered"
    discovered_at: Moment
    fetched_at: Moment
    feed_title: str | None = None
    feed_published_at: Moment | None = None
    feed_language: Language | None = None
    body: bytes = b""


class Span(BaseModel):
    """Inline markup over `text[start:end]`, in code points."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    start: int
    end: int
    kind: SpanKind
    href: str | None = None


class Block(BaseModel):
    """One block of text; inline markup lies over it as spans and never splits it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: BlockKind
    text: str
    spans: tuple[Span, ...] = ()
    level: Annotated[int | None, Field(description="of a heading, 2 to 6")] = None
    lang: Annotated[Language | None, Field(description="where it differs from the article's")] = None


class Image(BaseModel):
    """The lead image."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    caption: str | None = None
    credit: str | None = None


class Times(BaseModel):
    """When each stage had done its part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    discovered: Moment
    fetched: Moment | None = None
    extracted: Moment | None = None
    translated: Moment | None = None
    indexed: Moment | None = None


class Article(Event):
    """An article as its publisher wrote it."""

    type: ClassVar[str] = "news.article.v1"

    article_id: str
    canonical_url: str
    declared_canonical_url: Annotated[str | None, Field(description="as the page says, believed or not")] = None
    source_name: str = ""
    site_name: str | None = None
    country: str | None = None
    language: Language
    declared_languages: Annotated[
        dict[str, Language], Field(description="what each place (`feed`, `page`, `source`) says it is in")
    ] = {}
    title: str
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published_at: Moment | None = None
    modified_at: Moment | None = None
    section: Section = "news"
    tags: tuple[str, ...] = ()
    image: Image | None = None
    media: Annotated[tuple[str, ...], Field(description="addresses of films, recordings and posts within the text")] = ()
    word_count: int
    rights: Rights
    priority: Annotated[
        Priority, Field(description="of its source: the text of `low` ones waits when there is too much")
    ] = "normal"
    reservations: Annotated[tuple[str, ...], Field(description="machine-readable reservations seen, as evidence")] = ()
    blocks: tuple[Block, ...]
    truncated: Annotated[bool, Field(description="the text was longer than we keep")] = False
    provenance: Annotated[dict[str, str], Field(description="field to where it came from")] = {}
    content_hash: Annotated[str, Field(description="of the page's own text; equal hash, equal article")]
    revision: Annotated[int, Field(description="grows when the publisher's text changes; from 1")] = 1
    rendering: Annotated[int, Field(description="grows when we extract or translate it anew; 0 to 999")] = 0
    reason: FetchReason = "discovered"
    times: Times


class Translation(BaseModel):
    """The English version; `blocks` has the number, order and kinds of the original's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: TranslationStatus
    engine: Annotated[str | None, Field(description="name and model version")] = None
    title: str
    standfirst: str | None = None
    blocks: tuple[Block, ...]
    quality: Annotated[
        float | None, Field(description="share of blocks that passed every guard, 0 to 1; none where nothing was translated")
    ] = None
    body_waits: Annotated[
        bool, Field(description="only title and standfirst were translated; the blocks follow when there is less to do")
    ] = False


class TranslatedArticle(Article):
    """An article with its English version beside it."""

    type: ClassVar[str] = "news.translated.v1"

    translation: Translation


class Indexed(Event):
    """A document that is now in the index, with what trends and stories need of it."""

    type: ClassVar[str] = "news.indexed.v1"

    kind: Literal["new", "corrected", "translated", "withdrawn"]
    article_id: str
    index: str
    revision: int
    rendering: int
    language: Language
    status: TranslationStatus
    title: str
    section: Section = "news"
    published_at: Moment | None = None
    first_seen_at: Moment
    fingerprint: str | None = None
    trend_terms: tuple[str, ...] = ()
    indexed_at: Moment

    @property
    def in_ledger(self) -> bool:
        return False


class Outcome(Event):
    """How an attempt at a URL ended. The ledger keeps the first terminal state and later upgrades of it."""

    type: ClassVar[str] = "news.outcome.v1"

    state: State
    reason: Annotated[str, Field(description="a short fixed phrase")] = ""
    stage: str
    at: Moment
    article_id: str | None = None
    discovered_at: Moment | None = None
    not_before: Annotated[Moment | None, Field(description="of a `queued` one: when it is tried again")] = None

    @property
    def in_ledger(self) -> bool:
        return False


class Trend(BaseModel):
    """A term that more sources write of than they usually do."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: ClassVar[str] = "news.trend.v1"

    trend_id: str
    term: str
    score: float
    articles: int
    sources: int
    expected: Annotated[float, Field(description="sources expected in the same hours")]
    source_ids: Annotated[tuple[str, ...], Field(description="of most articles first, at most 100")] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    window_hours: int = 24
    at: datetime


EVENTS: dict[str, type[Event]] = {
    model.type: model for model in (FetchRequest, Page, Article, TranslatedArticle, Indexed, Outcome)
}
