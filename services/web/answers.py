"""What the API answers with: the models that answers are made from, and that the OpenAPI document describes.

Fields are only ever added. Times are ISO 8601 with zone.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.errors import State
from shared.events import Block, Image, Language, Rights, Section, Times, TranslationStatus
from shared.search.health import Health

Link = Annotated[str, Field(description="where it is read at this site")]


class Answer(BaseModel):
    """Made once, never changed. Whatever it is made from may have more fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class Version(Answer):
    """The English version, without its text."""

    status: Annotated[
        TranslationStatus,
        Field(description="`pending`: not translated yet, all fields are the original's; `passed_through`: was English"),
    ]
    engine: Annotated[str | None, Field(description="what translated it, with its version")]
    title: str
    standfirst: str | None
    quality: Annotated[float | None, Field(description="share of blocks that passed every check, 0 to 1")]
    body_waits: Annotated[bool, Field(description="title and standfirst are translated, the text is not yet")]


class WholeVersion(Version):
    """The English version; `blocks` has the number, order and kinds of the original's."""

    blocks: tuple[Block, ...]


class ListedArticle(Answer):
    """An article without its text, as far as its source's rights go."""

    article_id: Annotated[str, Field(examples=["0d2b6c51c3ad4c0f9cf3b0fb7e6f8f0e"])]
    shortid: Annotated[str, Field(description="the id in its address here", examples=["buvwyuodvvga7"])]
    link: Link
    url: Annotated[str, Field(description="where its publisher has it")]
    canonical_url: str
    source_id: str
    source_name: str
    country: str | None
    language: Language
    title: Annotated[str, Field(description="in its own language")]
    standfirst: str | None
    authors: tuple[str, ...]
    published_at: AwareDatetime | None
    modified_at: AwareDatetime | None
    day: Annotated[date, Field(description="of the archive, in UTC")]
    section: Section
    tags: tuple[str, ...]
    image: Image | None
    word_count: int
    rights: Rights
    truncated: bool
    revision: Annotated[int, Field(description="grows when its publisher changes the text")]
    times: Times
    translation: Version


class WholeArticle(ListedArticle):
    """An article with its text where rights are `full`; else its `blocks` are empty."""

    blocks: tuple[Block, ...]
    translation: WholeVersion


class FoundArticle(ListedArticle):
    """An article that a search found, with the passages that matched; what matched stands between «U+E000» and «U+E001»."""

    quotes: dict[str, tuple[str, ...]]


class Articles(Answer):
    """A page of articles. `total` counts to 10,000 at most; `next` is the address of what follows, null at the end."""

    total: int
    next: str | None
    articles: tuple[ListedArticle, ...]


class Findings(Answer):
    """A page of what a search found. `facets`: how many there are by section, language, source, country and day; `meant`:
    where nothing was found, words like those asked for that find something."""

    total: int
    meant: str | None
    next: str | None
    facets: dict[str, dict[str, int]]
    articles: tuple[FoundArticle, ...]


class TrendAnswer(Answer):
    """A name that more sources write of than they usually do."""

    trend_id: str
    term: str
    score: float
    articles: int
    sources: int
    expected: Annotated[float, Field(description="sources expected in the same hours")]
    source_ids: Annotated[tuple[str, ...], Field(description="of most articles first, at most 100")]
    languages: tuple[str, ...]
    article_ids: tuple[str, ...]
    window_hours: int
    at: datetime
    link: Link


class HourAnswer(Answer):
    """What an hour brought."""

    at: AwareDatetime
    sources: int
    articles: int


class TrendInTime(TrendAnswer):
    """A trend with its evidence hour by hour; `trending`: still."""

    trending: bool
    hours: tuple[HourAnswer, ...]


class TrendingStoryAnswer(Answer):
    """A story that more sources tell than a story usually has. The counts are of the window, copies of a text left out."""

    story_id: str
    title: str
    score: float
    articles: int
    sources: int
    expected: Annotated[float, Field(description="sources that a story usually has")]
    source_ids: tuple[str, ...]
    languages: tuple[str, ...]
    article_ids: tuple[str, ...]
    window_hours: int
    at: AwareDatetime
    link: Link


class Board(Answer):
    """What trends now, or trended in a past hour, the strongest first. `at`: when it was counted last."""

    at: AwareDatetime | None
    trends: tuple[TrendAnswer, ...]
    stories: tuple[TrendingStoryAnswer, ...]


class StoryAnswer(Answer):
    """The articles about one event, in whatever language. `title` is the English one of the first that has one."""

    story_id: str
    title: str
    articles: int
    sources: int
    source_ids: tuple[str, ...]
    languages: tuple[str, ...]
    first_at: AwareDatetime
    last_at: AwareDatetime
    link: Link


class StoryMember(Answer):
    """An article's place in a story."""

    copy_of: Annotated[str | None, Field(description="id of the article whose text it repeats")]
    article: ListedArticle


class WholeStory(StoryAnswer):
    """A story with its newest hundred articles, the newest first."""

    members: tuple[StoryMember, ...]


class Stories(Answer):
    """Stories that several sources tell just now: the more, and the more lately, the further up."""

    stories: tuple[StoryAnswer, ...]


class SourceAnswer(Answer):
    """A publisher whose news is read."""

    id: str
    name: str
    home_page: str
    country: str | None
    language: str | None
    rights: Annotated[Rights, Field(description="how much of its articles is shown here")]
    active: bool
    health: Health


class Sources(Answer):
    """Every source, by name."""

    sources: tuple[SourceAnswer, ...]


class Day(Answer):
    """A day of the archive."""

    day: date
    articles: int
    link: Link


class Days(Answer):
    """Days that have articles, the newest first."""

    days: tuple[Day, ...]


class LanguageAnswer(Answer):
    """A language that articles were written in."""

    language: Language
    name: Annotated[str, Field(description="in English", examples=["Portuguese"])]
    articles: int
    link: Link


class Languages(Answer):
    """The languages, those with the most articles first."""

    languages: tuple[LanguageAnswer, ...]


class LastFetch(Answer):
    """What a later fetch found."""

    state: State
    reason: str
    at: AwareDatetime


class Why(Answer):
    """What became of a URL."""

    url: str
    state: State
    reason: Annotated[str, Field(description="a short fixed phrase")]
    stage: str
    attempt: int
    discovered_at: AwareDatetime
    at: Annotated[AwareDatetime | None, Field(description="when it came to this state")]
    not_before: Annotated[AwareDatetime | None, Field(description="while it waits: when it is tried again")]
    article_id: str | None
    last_fetch: LastFetch | None


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: Annotated[str, Field(examples=["`day` is a date such as 2026-03-31."])]
