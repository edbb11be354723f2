"""An article in, the same article with its English version out. Blocks in = blocks out, in order and kind."""

import asyncio
from collections.abc import Mapping, Sequence

from services.translator import drafts, glossary, language
from services.translator.drafts import Draft
from services.translator.engine import Engine
from services.translator.errors import EngineError, EngineTransient, RateLimited
from services.translator.glossary import Glossary
from services.translator.interpreter import Interpreter
from services.translator.markup import Carrier, carry_over, tagged
from services.translator.memory import Memory
from services.translator.routes import engines_for
from services.translator.tagging import Place
from shared import clock
from shared.events import Article, Block, Language, TranslatedArticle, Translation, TranslationStatus

ENGLISH: Language = "en"
NO_HURRY_SECONDS = 3600.0
NO_GLOSSARY = Glossary()


async def translate_article(
    article: Article,
    engines: Sequence[Engine],
    *,
    memory: Memory | None = None,
    seconds: float = NO_HURRY_SECONDS,
    source: Language | None = None,
    words: Glossary = NO_GLOSSARY,
    routes: Mapping[str, Sequence[str]] | None = None,
    body: bool = True,
) -> TranslatedArticle:
    """`article` with its translation by those of `engines` that translate its language, in the order of `routes`; what one
    leaves out or refuses the next is asked for.

    English passes through; without a model the original stands in, `pending`. A block that could not be translated within
    `seconds`, or whose translation was refused, stays in the original with its language as mark, and the whole is
    `partial`. `source` is the article's language where the caller knows it; `words` have one English only. Without
    `body` only title and standfirst are translated, and the blocks wait. Raises EngineError when the engine answers nothing
    at all.
    """
    ends = asyncio.get_running_loop().time() + seconds
    told = await asyncio.to_thread(_language, article) if source is None else source
    if told == ENGLISH:
        return _untranslated(article, told, "passed_through")
    able = engines_for(told, engines, routes or {})
    if not able:
        return _untranslated(article, told, "pending")

    title, standfirst, *text = await asyncio.to_thread(_drafts, article, told)
    waits = not body and any(draft.asked for draft in text)
    own = [title, standfirst, *(draft for draft in text if draft.language == told and not waits)]
    interpreter, good, places = await _first(able, told, own, memory or Memory(0), seconds)
    engine = interpreter.engine
    good |= await glossary.enforced(good, words.of(told, article.source_id), interpreter)

    carriers = {
        id(draft): Carrier(draft, english)
        for draft in own
        if draft.asked and (english := drafts.outputs(draft, good)) is not None
    }
    await carry_over(list(carriers.values()), interpreter, places)
    if not waits:
        carriers |= await _guests(text, told, engines, routes or {}, memory or Memory(0), ends)
    blocks = [_english(draft, carriers.get(id(draft))) for draft in text]
    english_title, english_standfirst = (_english(draft, carriers.get(id(draft))) for draft in (title, standfirst))

    passed = sum(block.lang is None for block in blocks)
    whole = passed == len(blocks) and english_title.lang is None and english_standfirst.lang is None
    return _with(
        article,
        told,
        Translation(
            status="translated" if whole else "partial",
            engine=f"{engine.name} {engine.version(told)}",
            title=english_title.text,
            standfirst=article.standfirst and english_standfirst.text,
            blocks=tuple(blocks),
            quality=None if waits else passed / len(blocks) if blocks else float(whole),
            body_waits=waits,
        ),
    )


async def _first(
    engines: Sequence[Engine], told: Language, own: Sequence[Draft], memory: Memory, seconds: float
) -> tuple[Interpreter, dict[str, str], dict[Place, str]]:
    """The first engine that answered; what the engines make of the sentences, each given what those before it left, within
    `seconds` altogether; and where those that take markup put it. Raises EngineError when none answered."""
    asked = [sentence for draft in own for sentence in draft.asked]
    with_markup = tagged(own) if any(engine.capabilities.markup for engine in engines) else []
    ends = asyncio.get_running_loop().time() + seconds
    good: dict[str, str] = {}
    places: dict[Place, str] = {}
    first: Interpreter | None = None
    failure: EngineError | None = None
    for engine in engines:
        missing = [text for text in asked if text not in good]
        left = ends - asyncio.get_running_loop().time()
        if first and (not missing or left <= 0):
            break
        interpreter = Interpreter(engine, told, memory, left)
        try:
            found, lying = await interpreter.tagged([one for one in with_markup if one.asked not in good])
            found |= await interpreter.sentences(text for text in missing if text not in found)
        except EngineError as error:
            failure = _hopeful(failure, error)
            continue
        if interpreter.last_error and not interpreter.answered and not found:
            failure = _hopeful(failure, interpreter.last_error)
            continue
        good |= found
        places |= lying
        first = first or interpreter
    if first is None:
        raise failure or EngineTransient("no engine answered")
    return first, good, places


def _hopeful(before: EngineError | None, error: EngineError) -> EngineError:
    """The one of two failures that may pass, so that the article is tried again."""
    return before if isinstance(before, EngineTransient | RateLimited) else error


async def pending(article: Article) -> TranslatedArticle:
    """`article` as it stands where no engine can be asked."""
    return _untranslated(article, await asyncio.to_thread(_language, article), "pending")


async def _guests(
    body: Sequence[Draft],
    told: Language,
    engines: Sequence[Engine],
    routes: Mapping[str, Sequence[str]],
    memory: Memory,
    ends: float,
) -> dict[int, Carrier]:
    """The translations of blocks in other languages than the article's, each by an engine of theirs, by the draft's id. What
    no engine can do stays in the original."""
    found: dict[int, Carrier] = {}
    for tongue in sorted({draft.language for draft in body} - {told, ENGLISH}):
        able, left = engines_for(tongue, engines, routes), ends - asyncio.get_running_loop().time()
        if not able or left <= 0:
            continue
        own = [draft for draft in body if draft.language == tongue and draft.asked]
        try:
            interpreter, good, places = await _first(able, tongue, own, memory, left)
            theirs = {id(draft): Carrier(draft, text) for draft in own if (text := drafts.outputs(draft, good)) is not None}
            await carry_over(list(theirs.values()), interpreter, places)
        except EngineError:  # the article itself is there
            continue
        found |= theirs
    return found


def _untranslated(article: Article, told: Language, status: TranslationStatus) -> TranslatedArticle:
    """`article` with its original in the translation's place."""
    return _with(
        article,
        told,
        Translation(status=status, title=article.title, standfirst=article.standfirst, blocks=article.blocks),
    )


def _language(article: Article) -> Language:
    texts = [article.standfirst or "", *(block.text for block in article.blocks)]
    return language.of_article(article.title, texts, article.declared_languages or article.language)


def _drafts(article: Article, told: Language) -> list[Draft]:
    head = [Block(kind="heading", text=article.title), Block(kind="paragraph", text=article.standfirst or "")]
    body = ((block, language.of_block(block.text, block.lang or told)) for block in article.blocks)
    return [drafts.draft(block, tongue) for block, tongue in (*((block, told) for block in head), *body)]


def _english(draft: Draft, carrier: Carrier | None) -> Block:
    """The draft's block in English; its `lang` is set where it is not."""
    if carrier:
        text, starts = drafts.joined(draft, carrier.english)
        return draft.block.model_copy(update={"text": text, "spans": carrier.spans(starts), "lang": None})
    is_english = draft.language == ENGLISH or not draft.asked
    return draft.block.model_copy(update={"lang": None if is_english else draft.language})


def _with(article: Article, told: Language, translation: Translation) -> TranslatedArticle:
    fields = dict(article) | {
        "language": told,
        "times": article.times.model_copy(update={"translated": clock.now()}),
        "translation": translation,
    }
    return TranslatedArticle(**fields)
