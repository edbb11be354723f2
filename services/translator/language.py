"""Which language a text is in. What the text shows beats what the page declares."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from shared.events import Language

UNDETERMINED: Language = "und"
NO_LANGUAGE = "zxx"  # what the identifier calls text that is none
# Below this the identifier guesses: an empty text and a date both come out as Afrikaans.
LEAST_LETTERS = 20
ENOUGH_CHARACTERS = 1000
# A block is in another language than its article only when it is long enough and the identifier is nearly sure.
BLOCK_LEAST_LETTERS = 60
BLOCK_LEAST_PROBABILITY = 0.9


def of_article(title: str, texts: Iterable[str], declared: Language) -> Language:
    """The language of an article: as its title and beginning show, else as declared, else `und`."""
    sample = title
    for text in texts:
        if len(sample) >= ENOUGH_CHARACTERS:
            break
        sample += "\n" + text[:ENOUGH_CHARACTERS]
    seen = identify(sample[: 2 * ENOUGH_CHARACTERS])
    if seen != UNDETERMINED:
        return seen
    return declared if declared in known() else UNDETERMINED


@cache
def known() -> frozenset[Language]:
    """Every language that may be told."""
    return frozenset(map(str, _identifier().labels)) - {NO_LANGUAGE}


def of_block(text: str, article: Language) -> Language:
    """The language of a block: its article's unless it clearly differs."""
    sample = text[:ENOUGH_CHARACTERS]
    if _letters(sample) < BLOCK_LEAST_LETTERS:
        return article
    found, probability = _identifier().classify(sample)
    return str(found) if probability >= BLOCK_LEAST_PROBABILITY else article


def identify(text: str) -> Language:
    """ISO 639-1 code of `text`'s language; `und` under 20 letters."""
    return str(_identifier().classify(text)[0]) if _letters(text) >= LEAST_LETTERS else UNDETERMINED


def _letters(text: str) -> int:
    # A Chinese or Japanese character, or a Korean syllable, says as much as two letters.
    return sum(2 if character >= "\u3040" else 1 for character in text if character.isalpha())


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a second and 90 MB: only where it is used

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
