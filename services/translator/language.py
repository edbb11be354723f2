"""Which language a text is in. What the text shows is weighed against what feed, page and source declare.

The identifier's scores are log-likelihoods of n-grams that overlap, so that a short title seems as certain as a book.
Divided by `OVERLAP` they are about what they claim to be, and what is declared counts for as much as it is worth: it decides
where the text says little, and loses where the text says enough.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from services.translator import serbocroatian
from shared.events import Language

UNDETERMINED: Language = "und"
NO_LANGUAGE = "zxx"  # what the identifier calls text that is none
ENOUGH_CHARACTERS = 1000
# Words are fewer than n-grams: what tells Bosnian, Croatian and Serbian apart wants a longer look.
ENOUGH_WORDS = 6000

# Weights in nats, chosen on the development half of tests/bench/language.py; they may be half or twice as large.
OVERLAP = 5.0
DECLARED = 4.0
AGREED = 1.0  # each further place that says the same: often all have it from one template
TEMPLATE = 0.6  # share of that for English, which stands where nobody has set anything
RARE = 6.0  # against languages that news is hardly written in, and that are taken for their neighbours
ARTICLE = 8.0  # a block is in its article's language unless it clearly is not
LIKELY = 0.5

# Below this the letters say nothing: names and dates have no language.
LEAST_LETTERS = 10
BLOCK_LEAST_LETTERS = 30
# As declared, and as we say it.
SAME = {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "sh": "sr", "mo": "ro", "fil": "tl"}
# Written news in these goes by the other name, and so do the models.
_SPOKEN = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh", "uzs": "uz", "sdh": "ku"}
_RARE = frozenset(re.findall(r"\w+", "an br eo fo fy gd gn ht jv la lb lg li ln oc qu sa se sn st vo wa xh zu"))


def of_article(title: str, texts: Iterable[str], declared: Language | Mapping[str, Language]) -> Language:
    """The language of an article by its title and beginning, and by what is declared: one language, or place (feed, page,
    source) to language. `und` where neither says enough."""
    sample = title
    for text in texts:
        if len(sample) >= ENOUGH_WORDS:
            break
        sample += "\n" + text[:ENOUGH_WORDS]
    said = declared.values() if isinstance(declared, Mapping) else [declared]
    return _told(sample[:ENOUGH_WORDS], Counter(filter(None, map(_known, said))))


def of_block(text: str, article: Language) -> Language:
    """The language of a block: its article's unless it clearly differs."""
    sample = text[:ENOUGH_CHARACTERS]
    if _letters(sample) < BLOCK_LEAST_LETTERS:
        return article
    if article not in serbocroatian.LANGUAGES and _spoken(_identifier().classify(sample)[0]) == article:
        return article  # and nobody needs to know how likely all others are
    weights = _weights(sample)
    if article in weights:
        weights[article] += ARTICLE
    found = max(weights, key=weights.__getitem__)
    # Whoever translates the article translates these, too.
    alike = {found, article} <= serbocroatian.LANGUAGES or found == NO_LANGUAGE
    return article if alike or _share(weights, found) < LIKELY else found


def identify(text: str) -> Language:
    """ISO 639 code of the language that `text` alone shows; `und` where it shows none."""
    return _told(text, Counter())


@cache
def known() -> frozenset[Language]:
    """Every language that may be told."""
    return frozenset(map(str, _identifier().labels)) - {NO_LANGUAGE, *_SPOKEN}


def _known(declared: Language) -> Language | None:
    language = SAME.get(declared, declared)
    return language if language in known() else None


def _told(text: str, declared: Counter[Language]) -> Language:
    if _letters(text) < LEAST_LETTERS:
        return declared.most_common(1)[0][0] if declared else UNDETERMINED
    weights = _weights(text)
    for language, places in declared.items():
        worth = DECLARED + AGREED * (places - 1)
        weights[language] += worth * (TEMPLATE if language == "en" else 1)
    found = max(weights, key=weights.__getitem__)
    return UNDETERMINED if found == NO_LANGUAGE or _share(weights, found) < LIKELY else found


def _weights(text: str) -> dict[Language, float]:
    """How much `text` speaks for each language, in nats, against the one it speaks for most."""
    scores = _identifier().rank(text[: 2 * ENOUGH_CHARACTERS])
    best = scores[0][1]
    weights: dict[Language, float] = {}
    for label, score in scores:
        language = _spoken(label)
        rare = language in _RARE or len(language) > 2
        # Where no n-gram is known all have the least number there is, and the text says nothing.
        weight = max(score - best, -1e6) / OVERLAP - (RARE if rare else 0)
        weights[language] = max(weight, weights.get(language, weight))
    _tell_apart(text, weights)
    return weights


def _spoken(label: str) -> Language:
    return _SPOKEN.get(label, str(label))


def _tell_apart(text: str, weights: dict[Language, float]) -> None:
    three = serbocroatian.LANGUAGES
    together = max(weights[language] for language in three)
    if together < -RARE:
        return
    words = serbocroatian.scores(text)
    most = max(words.values())
    for language in three:
        # Cyrillic has no Croatian; in Latin letters the n-grams' preference is chance, and only breaks a tie.
        preference = (weights[language] - together) / (1 if most == 0 and _cyrillic(text) else 20)
        weights[language] = together + words[language] - most + preference


def _cyrillic(text: str) -> bool:
    return sum("\u0400" <= character <= "\u04ff" for character in text) > len(text) / 3


def _share(weights: Mapping[Language, float], found: Language) -> float:
    """The probability of `found`, if each weight is what it claims to be. Bosnian, Croatian and Serbian count as one: it
    matters that it is one of them."""
    alike = serbocroatian.LANGUAGES if found in serbocroatian.LANGUAGES else {found}
    best = weights[found]
    shares = {language: math.exp(min(weight - best, 0)) for language, weight in weights.items()}
    return sum(shares[language] for language in alike) / sum(shares.values())


def _letters(text: str) -> int:
    # A Chinese or Japanese character, or a Korean syllable, says as much as two letters.
    return sum(2 if character >= "\u3040" else 1 for character in text if character.isalpha())


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a second and 90 MB: only where it is used

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
