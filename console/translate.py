"""`babelwire translate`: the production translator on articles at hand."""

import asyncio
import dataclasses
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.terminal import Refused, emit

if TYPE_CHECKING:
    from shared.events import Article, TranslatedArticle

LONGEST_REASON = 200


def translate(
    language: Annotated[
        str | None, typer.Option("--from", metavar="LANG", help="The articles' language, such as pt; else it is identified.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one article per line, write one line each, in order; else just one.")
    ] = False,
) -> None:
    """Translate articles, as `extract --jsonl` writes them, with what runs in production.

    Without a model of the language an article comes back `pending`, in the original.

    Example: babelwire extract --jsonl page.html | babelwire translate --jsonl
    """
    if language is not None and not (language.isascii() and language.isalpha() and 2 <= len(language) <= 3):
        raise typer.BadParameter("--from wants a language code such as pt")
    show = Shown(jsonl)
    asyncio.run(_translate(_read(jsonl), language.lower() if language else None, show))
    if show.failed and not jsonl:
        raise Refused(show.failed)


@dataclass(frozen=True)
class Untranslated:
    """What came instead of an article, or why the engine gave nothing; the fields of an outcome line."""

    url: str | None
    outcome: str
    reason: str


class Shown:
    """Prints each translation; `failed` is why the last that failed did."""

    def __init__(self, jsonl: bool) -> None:
        self.failed = ""
        self._jsonl = jsonl

    def __call__(self, answer: "TranslatedArticle | Untranslated") -> None:
        if not isinstance(answer, Untranslated):
            emit(answer)
            return
        self.failed = answer.reason
        if self._jsonl:
            sys.stdout.write(json.dumps(dataclasses.asdict(answer), ensure_ascii=False) + "\n")
            sys.stdout.flush()


async def _read(jsonl: bool) -> AsyncIterator[bytes]:
    from console.lines import lines

    if jsonl:
        async for line in lines():
            yield line
    else:
        yield b"".join([line + b"\n" async for line in lines()])


async def _translate(articles: AsyncIterator[bytes], language: str | None, show: Shown) -> None:
    from console.lines import in_order
    from console.models import translator_settings
    from services.translator.article import translate_article
    from services.translator.bad_setting import BadSetting
    from services.translator.equipment import equipment
    from services.translator.errors import EngineError
    from services.translator.memory import Memory

    own = translator_settings()
    try:
        tools = equipment(own)
    except BadSetting as error:
        raise Refused(f"setting {error}") from error
    memory = Memory(own.memory_segments)

    async def one(line: bytes) -> "TranslatedArticle | Untranslated":
        article = _article(line)
        if isinstance(article, Untranslated):
            return article
        try:
            return await translate_article(
                article,
                tools.engines,
                memory=memory,
                seconds=own.article_seconds,
                source=language,
                words=tools.words,
                routes=tools.routes,
            )
        except EngineError as error:
            return Untranslated(article.url, "failed", f"engine: {error}"[:LONGEST_REASON])

    try:
        # One more than workers, as the service has it: no worker waits while an article is put together.
        await in_order(articles, one, show, own.workers + 1)
    finally:
        for engine in tools.engines:
            await engine.close()


def _article(line: bytes) -> "Article | Untranslated":
    """The article in `line`, or what it has instead; an outcome of `extract` stays what it is."""
    from pydantic import ValidationError

    from shared.events import Article

    try:
        return Article.model_validate_json(line)
    except ValidationError as error:
        given = _object(line)
        url = given["url"] if isinstance(given.get("url"), str) else None
        if isinstance(given.get("outcome"), str):
            return Untranslated(url, given["outcome"], str(given.get("reason", "")))
        fault = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"{part}: " for part in fault["loc"])
        return Untranslated(url, "failed", f"no article: {place}{fault['msg']}"[:LONGEST_REASON])


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
