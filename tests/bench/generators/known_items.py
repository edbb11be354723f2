"""Articles to be found again, and what somebody who remembers them would type.

Known items: the documents of NTREX in every language, each version an article of its own with the reference English beside
it (the Portuguese ones as the production engine translates them; English passed through). Near misses: `near_misses_of` a
document mixes half of its title's key words with those of two others and lends its names to other events; titles are marked.
The distribution: `SHARE` of a title's key words, at least two, drawn by seed; no document lends to one of the other half.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared import ids
from shared.events import Block, Times, TranslatedArticle, Translation
from tests.bench.generators.near_misses import near_misses

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
MARK = "[synthetic] "
SHARE = 0.5
KEY_WORDS = 6
# NTREX's names of languages that have another in ISO 639-1.
CODES = {
    "arb": "ar", "bos": "bs", "cat": "ca", "ces": "cs", "deu": "de", "ell": "el", "eng": "en", "eus": "eu", "fas": "fa",
    "fra": "fr", "glg": "gl", "heb": "he", "hin": "hi", "hrv": "hr", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja",
    "kor": "ko", "mkd": "mk", "nld": "nl", "pol": "pl", "por": "pt", "por-BR": "pt", "ron": "ro", "rus": "ru", "spa": "es",
    "srp-Latn": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho-CN": "zh",
}  # fmt: skip
UNSPACED = frozenset(("ja", "th", "zh"))
# What nobody would type who looks for something.
STOP = frozenset(
    ("a", "about", "after", "ahead", "all", "an", "and", "another", "are", "as", "at", "be", "before", "but", "by",
     "can", "could", "for", "from", "had", "has", "have", "her", "his", "how", "i", "in", "into", "is", "it",
     "its", "man", "may", "more", "no", "not", "of", "off", "on", "one", "or", "other", "our", "out", "over",
     "says", "should", "some", "than", "that", "the", "their", "then", "there", "they", "this", "to", "under",
     "up", "was", "way", "we", "were", "what", "when", "which", "who", "why", "will", "with", "would", "you",)
)  # fmt: skip
PUNCTUATION = ".,;:!?…'\"‘’“”„«»()[]-–—|।"
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")


@dataclass(frozen=True)
class KnownItem:
    """A version of a document."""

    document: str
    version: str  # of the language, as NTREX names it
    article: TranslatedArticle


def documents(folder: Path) -> dict[str, dict[str, list[str]]]:
    """The lines of each document by version, the headline first."""
    names = (folder / "document_ids.txt").read_text(encoding="utf-8").split()
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for version in CODES:
        lines = (folder / f"{version}.txt").read_text(encoding="utf-8").splitlines()
        for name, line in zip(names, lines, strict=True):
            found[name].setdefault(version, []).append(line)
    return found


def known_items(texts: dict[str, dict[str, list[str]]], portuguese: dict[str, list[str]]) -> Iterator[KnownItem]:
    """Every version of every document; `portuguese` has the English that the engine made of a document's lines."""
    for number, (name, versions) in enumerate(sorted(texts.items())):
        for place, (version, lines) in enumerate(versions.items()):
            english = portuguese.get(name, versions["eng"]) if version.startswith("por") else versions["eng"]
            seen = NOW - timedelta(hours=(7 * number + place) % 700)
            yield KnownItem(name, version, article(f"https://{version.lower()}.ntrex.test/{name}", lines, english,
                                                   CODES[version], seen))  # fmt: skip


def article(url: str, lines: Sequence[str], english: Sequence[str], language: str, seen: datetime) -> TranslatedArticle:
    """The article that stands at `url`: the first line is its title, the rest its text."""
    blocks, translated = ([Block(kind="paragraph", text=line) for line in text[1:]] for text in (lines, english))
    own = language == "en"
    return TranslatedArticle(
        url_id=ids.url_id(url), url=url, source_id=url.split("/")[2], article_id=ids.article_id(url), canonical_url=url,
        source_name=url.split("/")[2], language=language, title=lines[0], word_count=sum(len(one.split()) for one in lines),
        rights="full", blocks=tuple(blocks), content_hash=url, published_at=seen, times=Times(discovered=seen, fetched=seen),
        translation=Translation(
            status="passed_through" if own else "translated", title=english[0], blocks=tuple(translated),
            quality=None if own else 1,
        ),
    )  # fmt: skip


def near_misses_of(half: Sequence[str], texts: dict[str, dict[str, list[str]]], each: int) -> Iterator[TranslatedArticle]:
    """`each` synthetic English articles for every document of `half`."""
    for name in half:
        drawn = random.Random(name)
        own = key_words(texts[name]["eng"][0], most=99)
        bodies = near_misses(" ".join(texts[name]["eng"]), 8, name) or [["No names here.", "Nothing happened.", "Again."]]
        for number in range(each):
            kept = drawn.sample(own, max(min(2, len(own)), round(SHARE * len(own))))
            others = [key_words(texts[other]["eng"][0], most=99) for other in drawn.sample(half, 2)]
            lent = [word for words in others for word in drawn.sample(words, min(2, len(words)))]
            title = [*kept, *lent]
            drawn.shuffle(title)
            body = [sentence.removeprefix(MARK) for sentence in bodies[number % len(bodies)]]
            lines = [MARK + " ".join(title), *body, f"Notice {number} about {' '.join(kept)}."]
            seen = NOW - timedelta(hours=drawn.randrange(700))
            yield article(f"https://near-miss.test/{name}/{number}", lines, lines, "en", seen)


def key_words(title: str, most: int = KEY_WORDS) -> list[str]:
    """The words of an English title that say what it is about, in its order."""
    words = [word for word in _WORD.findall(title) if word.lower() not in STOP and (len(word) > 1 or word.isdigit())]
    return words[:most] or _WORD.findall(title)


def remembered(title: str, language: str) -> str:
    """What somebody types who remembers a title: its longer words; without spaces, its longest piece."""
    words = [word for word in (piece.strip(PUNCTUATION) for piece in re.split(r"[\s、。，！？：「」]+", title)) if word]
    if language in UNSPACED:
        return max(words, key=len)
    longest = sorted(words, key=len, reverse=True)[:KEY_WORDS]
    return " ".join(word for word in words if word in longest)
