"""What tells an event in any language: the names and the numbers of a text, written so that languages write them alike.

Names lose accents and their endings, which several languages decline, and Cyrillic ones are spelled in Latin letters. Of
numbers the digits count that mean something: 52 000, 52.000 and 52 thousand are all `52`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from shared.events import Block, TranslatedArticle

MOST = 80
TEXT_CHARACTERS = 8_000  # of each version; later names are not what the article is about
STEM = 5  # letters of a name that no declension changes, mostly
SHORTEST = 3  # letters; shorter capitals are articles and initials
DIGITS = 2  # a single one is in every text
TEXT_KINDS = frozenset({"paragraph", "quote", "list_item", "heading", "caption"})

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,\u00a0\u202f ]\d+)*|[.!?…:\n\"“”„«»•]")
_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
        "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
        "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "є": "ye",
    }
)  # fmt: skip


def marks(article: TranslatedArticle) -> tuple[str, ...]:
    """At most 80: names (letters) and numbers (digits), of the original and of its English version, the most used first."""
    counts: Counter[str] = Counter()
    versions = [(article.title, article.standfirst, article.blocks)]
    if article.translation.status not in ("pending", "passed_through"):
        english = article.translation
        versions.append((english.title, english.standfirst, english.blocks))
    for title, standfirst, blocks in versions:
        counts.update(_names_and_numbers(list(_lines(title, standfirst, blocks))))
    return tuple(mark for mark, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST])


def _lines(title: str, standfirst: str | None, blocks: Sequence[Block]) -> Iterator[str]:
    left = TEXT_CHARACTERS
    for line in (title, standfirst or "", *(block.text for block in blocks if block.kind in TEXT_KINDS)):
        if left <= 0:
            return
        yield line[:left]
        left -= len(line)


def _names_and_numbers(lines: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    common: set[str] = set()
    for line in lines:
        starts = True  # a sentence, where a capital means nothing
        for token in _TOKEN.findall(line):
            if token[0].isdigit():
                digits = "".join(str(unicodedata.decimal(sign)) for sign in token if sign.isdecimal()).strip("0")
                if len(digits) >= DIGITS:
                    found[digits] += 1
            elif token[0].islower():
                common.add(_stem(token))
            elif token[0].isupper() and not starts and len(token) >= SHORTEST:
                found[_stem(token)] += 1
            starts = not token[0].isalnum()
    return Counter({mark: count for mark, count in found.items() if mark not in common})


@lru_cache(20_000)  # few words make most of a text
def _stem(word: str) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))
    return plain.translate(_LATIN)[:STEM]
