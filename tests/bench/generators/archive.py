"""An archive of synthetic articles: marked so in title and source, drawn by seed, with the sizes of real news.

Words are drawn by rank as in any language (Zipf), 120 to 900 of them an article; a third are from the last two days, the
rest lies evenly over a year; 40 sources, 12 languages, vectors on the unit sphere around 2,000 centres. Large archives take
their paragraphs from a pool, each article others and in another order: to draw words costs more than to index them.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from shared import ids
from shared.events import Block, Times, TranslatedArticle, Translation

SECTIONS = ("world", "politics", "business", "tech", "science", "health", "sports", "culture", "life", "local", "news")
LANGUAGES = ("pt", "es", "fr", "de", "it", "ru", "ar", "tr", "pl", "nl", "zh", "en")
SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vo", "dur", "pel", "sin", "gar", "tu", "he", "bri", "nos", "cal", "wen")
SOURCES, CENTRES, DIMENSION = 40, 2_000, 512
VOCABULARY = 20_000
POOL = 20_000  # paragraphs


class Archive:
    """`count` articles up to `now`, the same for the same `seed`."""

    def __init__(self, count: int, now: datetime, seed: int) -> None:
        self.count, self._now, self._seed = count, now, seed
        drawn = random.Random(seed)
        self.words = ["".join(drawn.choices(SYLLABLES, k=drawn.randint(2, 4))) for _ in range(VOCABULARY)]
        self._weights = np.cumsum(1 / np.arange(1, VOCABULARY + 1)).tolist()
        self._pool = [self._sentence(drawn, drawn.randint(30, 80)) for _ in range(POOL)] if count > POOL else []
        self._centres = np.random.default_rng(seed).standard_normal((CENTRES, DIMENSION)).astype(np.float32)

    def articles(self, vectors: int | None = None) -> Iterator[tuple[TranslatedArticle, list[float] | None]]:
        """Each article with its vector; where `vectors` is given, one in so many that as many have one."""
        every = self.count / vectors if vectors else 1 if vectors is None else 0
        for number in range(self.count):
            drawn = random.Random(f"{self._seed} {number}")
            article = self._article(number, drawn)
            has = bool(every) and number % every < 1
            yield article, self._vector(number, drawn).round(5).tolist() if has else None

    def queries(self, number: int, seed: int) -> list[str]:
        """Distinct searches of two words, the rarer ones as often as the frequent."""
        drawn = random.Random(seed)
        found: dict[str, None] = {}
        while len(found) < number:
            found[" ".join(drawn.sample(self.words[50:5_000], 2))] = None
        return list(found)

    def _article(self, number: int, drawn: random.Random) -> TranslatedArticle:
        source = drawn.randrange(SOURCES)
        url = f"https://synthetic-{source}.test/{number}"
        age = timedelta(days=2) * drawn.random() if drawn.random() < 1 / 3 else timedelta(days=365) * drawn.random()
        seen = self._now - age
        paragraphs = [self._paragraph(drawn) for _ in range(drawn.randint(4, 11))]
        blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
        title = "Synthetic: " + self._sentence(drawn, 7)
        return TranslatedArticle(
            url_id=ids.url_id(url), url=url, source_id=f"synthetic-{source}", article_id=ids.article_id(url),
            canonical_url=url, source_name=f"Synthetic {source}", language=drawn.choice(LANGUAGES), title=title,
            standfirst=self._sentence(drawn, 18), published_at=seen, section=drawn.choice(SECTIONS),
            word_count=sum(len(text.split()) for text in paragraphs), rights="full", blocks=blocks, content_hash=str(number),
            times=Times(discovered=seen, indexed=seen + timedelta(minutes=1)),
            translation=Translation(
                status="translated", engine="none", title=title, standfirst=self._sentence(drawn, 18), blocks=blocks,
                quality=1,
            ),
        )  # fmt: skip

    def _paragraph(self, drawn: random.Random) -> str:
        return drawn.choice(self._pool) if self._pool else self._sentence(drawn, drawn.randint(30, 80))

    def _sentence(self, drawn: random.Random, words: int) -> str:
        return " ".join(drawn.choices(self.words, cum_weights=self._weights, k=words)).capitalize() + "."

    def _vector(self, number: int, drawn: random.Random) -> NDArray[np.float32]:
        noise = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
        found = self._centres[drawn.randrange(CENTRES)] + 0.7 * noise
        return found / np.linalg.norm(found)  # type: ignore[no-any-return]
