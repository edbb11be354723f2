"""Headlines in capitals, and headlines that an engine gives capitals of its own."""

import re

# Below this a line may be a list of acronyms: `ONU, UE, NATO`.
LEAST_WORDS, LEAST_LETTERS = 3, 4
TITLE_SHARE, PLAIN_SHARE = 0.8, 0.6
LEAST_LONG_WORDS = 4

_WORD = re.compile(r"[^\W\d_]+")


def is_shouted(text: str) -> bool:
    """Whether `text` is a line in capitals throughout. Engines make nonsense of those: they have hardly seen any."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    long_ones = [word for word in words if len(word) >= LEAST_LETTERS]
    return len(words) >= LEAST_WORDS and 2 * len(long_ones) >= len(words) and all(word.isupper() for word in words)


def spoken(text: str) -> str:
    """A shouted `text` as a sentence; names lose their capitals, which costs less than all words their meaning."""
    lowered = text.lower()
    first = _WORD.search(lowered)
    return lowered[: first.start()] + text[first.start()] + lowered[first.start() + 1 :] if first else lowered


def are_added(source: str, output: str) -> bool:
    """Whether `output` Has Capitals on Most of Its Words and `source` has not."""
    return _share(output) >= TITLE_SHARE and _share(source) < PLAIN_SHARE


def _share(text: str) -> float:
    words = [word for word in _WORD.findall(text) if len(word) >= LEAST_LETTERS]
    return sum(word[0].isupper() for word in words) / len(words) if len(words) >= LEAST_LONG_WORDS else 0.0
