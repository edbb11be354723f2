"""The operations of the API, once: the router, the check of what is asked and the OpenAPI document are made from this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from services.web import addresses, answers
from services.web.queries import LONGEST_WORDS

MOST_AT_ONCE = 100
MOST_DAYS = 1000
Schema = Mapping[str, Any]

_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 100}
_DAY: Schema = {"type": "string", "format": "date"}
_HOUR: Schema = {"type": "string", "format": "hour", "pattern": "^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}$"}


@dataclass(frozen=True)
class Parameter:
    """One thing that may be asked for; of the path where `where` says so."""

    name: str
    says: str
    schema: Schema
    example: Any
    where: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """`GET path`. `name` is its operationId, and that of the function that answers; `operator`: it wants the token."""

    path: str
    name: str
    says: str
    answer: type[BaseModel]
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = field(default=())
    operator: bool = False


WORDS = Parameter(
    "q", "words, in English or the original's language; `\"a phrase\"`, `-without`, `this | that`, `begin*`",
    {"type": "string", "maxLength": LONGEST_WORDS}, "lighthouse",
)  # fmt: skip
NARROWING = (
    Parameter("section", "one of the twelve", {"type": "string", "enum": list(addresses.SECTIONS)}, "world"),
    Parameter("source", "a source's id", _NAME, "diario.test"),
    Parameter("language", "ISO 639 code of the original", _NAME, "pt"),
    Parameter("country", "ISO 3166 code of the source's country", {"type": "string", "pattern": "^[A-Za-z]{2}$"}, "pt"),
    Parameter("author", "a name as the byline has it, or part of it", _NAME, "Sampaio"),
    Parameter("day", "of the archive, in UTC", _DAY, "2026-03-31"),
    Parameter("from", "the first day of the archive", _DAY, "2026-03-01"),
    Parameter("to", "the last day of the archive", _DAY, "2026-03-31"),
)
ORDER = Parameter(
    "order", "`best` is the default where words are given, else `newest`", {"type": "string", "enum": ["newest", "best"]},
    "newest",
)  # fmt: skip
CURSOR = Parameter(
    "cursor", "as in `next` of the page before; of the newest it stays right while articles come in",
    {"type": "string", "minLength": 1, "maxLength": 400}, "WzNd",
)  # fmt: skip
SIZE = Parameter("size", "how many at most", {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE}, 20)


def _of_path(name: str, says: str, example: str) -> Parameter:
    return Parameter(name, says, {"type": "string", "minLength": 1}, example, where="path", required=True)


REQUIRED_WORDS = Parameter("q", WORDS.says, {**WORDS.schema, "minLength": 1}, WORDS.example, required=True)
OPERATIONS = (
    Operation(
        "/articles", "articles", "Articles, without their text: the newest first, or with `q` the best.", answers.Articles,
        (WORDS, *NARROWING, ORDER, CURSOR, SIZE),
    ),
    Operation(
        "/articles/{identity}", "article", "An article by its id or shortid, as whole as its rights allow.",
        answers.WholeArticle, (_of_path("identity", "article id or shortid", "buvwyuodvvga7"),), (404, 410),
    ),
    Operation(
        "/search", "search", "What a search finds, quoted, and counted by what it can be narrowed by.", answers.Findings,
        (REQUIRED_WORDS, *NARROWING, ORDER, CURSOR, SIZE),
    ),
    Operation(
        "/trends", "trends", "What trends now, or trended in a past hour, the strongest first.", answers.Board,
        (Parameter("at", "an hour, in UTC; now if not given", _HOUR, "2026-03-31T22"),),
    ),
    Operation(
        "/trends/{trend_id}", "trend", "A trend, with its evidence hour by hour.", answers.TrendInTime,
        (_of_path("trend_id", "a trend's id", "t1"),), (404,),
    ),
    Operation(
        "/stories", "stories", "Stories that several sources told within two days, the weightiest first.", answers.Stories,
        (SIZE,),
    ),
    Operation(
        "/stories/{story_id}", "story", "A story with its articles.", answers.WholeStory,
        (_of_path("story_id", "a story's id", "st1"),), (404,),
    ),
    Operation("/sources", "sources", "Every source, by name.", answers.Sources),
    Operation(
        "/sources/{source_id}", "source", "A source.", answers.SourceAnswer,
        (_of_path("source_id", "a source's id", "diario.test"),), (404,),
    ),
    Operation(
        "/days", "days", "The days of the archive, with how many articles each has.", answers.Days,
        (
            Parameter("from", "the first day", _DAY, "2026-03-01"),
            Parameter("to", "the last day", _DAY, "2026-03-31"),
            Parameter("size", "days at most", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}, 31),
        ),
    ),
    Operation("/languages", "languages", "The languages that articles were written in.", answers.Languages),
    Operation(
        "/ledger", "ledger", "What became of a URL: the operator's to know.", answers.Why,
        (
            Parameter(
                "url", "however it is written", {"type": "string", "minLength": 1, "maxLength": 2048},
                "https://diario.test/phare", required=True,
            ),
        ),
        (401, 404), operator=True,
    ),
)  # fmt: skip
