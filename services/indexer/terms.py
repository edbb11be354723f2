"""The terms by which trends know an article: names and phrases of one to three capitalised words.

They come from the English text; where there is none yet, from the original, if its script and language write names and
nothing else in capitals.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files

from shared.events import Block, TranslatedArticle

MOST_TERMS = 30
MOST_WORDS = 3
LONGEST = 60  # characters; no name is longer, but run-together text is
TEXT_CHARACTERS = 20_000  # names that come later than this are not what the article is about
TEXT_KINDS = frozenset({"paragraph", "quote", "list_item", "caption"})
NOUNS_IN_CAPITALS = frozenset({"de", "lb", "nds"})

# Joins two capitalised words into one name and is never at its end.
PARTICLES = frozenset(
    ("of", "de", "da", "do", "das", "dos", "del", "di", "du", "des", "la", "le", "el", "al", "bin", "ben", "ibn", "van",
     "von", "der", "den", "zu", "y", "e", "af", "av", "ter", "ten")
)  # fmt: skip
# What stays without a capital in a headline that gives one to every word.
SMALL = PARTICLES | frozenset(
    ("a", "an", "the", "and", "but", "or", "nor", "for", "so", "yet", "as", "at", "by", "in", "on", "off", "per", "to", "up",
     "via", "from", "with", "into", "over", "than", "after", "amid", "vs")
)  # fmt: skip


def _lines(name: str) -> list[str]:
    text = (files("services.indexer") / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


NO_NAME = frozenset(word for line in _lines("no_names.txt") for word in line.split())
BOILERPLATE = frozenset(_lines("boilerplate.txt"))

ACRONYMS = frozenset(("AI", "EU", "UN", "US", "WHO"))  # names, though their letters make a word that is none
# A full stop after them ends no sentence.
TITLES = frozenset(("mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "sr", "sra", "dra"))
FULL_STOP = "."

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-.][^\W\d_]+)*|\d+(?:[.,]\d+)*|[.!?…:;,()\[\]\"“”„«»|/\n–—•]")
_ENDING = re.compile(r"['’](?:s|ve|m|ll|d|re)?$")  # of possession or contraction
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")  # U.N, which others write UN
_SENTENCE_ENDS = frozenset('.!?…:\n"“”„«»•')


def trend_terms(article: TranslatedArticle) -> tuple[str, ...]:
    """At most 30 terms, the most used first."""
    paragraphs = list(_paragraphs(article))
    lower = {word.lower() for text in paragraphs for word in _words(text) if word[0].islower()}
    runs = [run for text in paragraphs for run in _runs(text)]
    inner = {word for run in runs for word in (run.words[1:] if run.starts else run.words)}
    counts: Counter[str] = Counter()
    for run in runs:
        words = run.words
        if run.starts and words[0] not in inner and (len(words) == 1 or words[0].lower() in lower):
            words = words[1:]
        if term := _term(words):
            counts[term] += 1
    outlets = [set(name.lower().split()) - {"the"} for name in (article.source_name, article.site_name or "") if name]
    ranked = (term for term, _ in counts.most_common() if not any(o and o <= set(term.lower().split()) for o in outlets))
    return tuple(term for term, _ in zip(ranked, range(MOST_TERMS), strict=False))


class _Run:
    """Capitalised words in a row; `starts` where the first may owe its capital to the sentence."""

    def __init__(self, starts: bool) -> None:
        self.starts = starts
        self.words: list[str] = []


def _paragraphs(article: TranslatedArticle) -> Iterator[str]:
    english = article.translation.status != "pending"
    if not english and article.language in NOUNS_IN_CAPITALS:
        return
    own: Iterable[Block] = article.translation.blocks if english else article.blocks
    body = (block for block in own if block.lang not in NOUNS_IN_CAPITALS)
    left = TEXT_CHARACTERS
    for text in (article.translation.title if english else article.title, *(b.text for b in body if b.kind in TEXT_KINDS)):
        if left <= 0:
            return
        if not _headline_case(text):
            yield text[:left]
        left -= len(text)


def _headline_case(text: str) -> bool:
    """Whether capitals mean nothing here, since all but the small words have one. A sentence full of names has a verb."""
    words = [word for word in _words(text) if word not in SMALL]
    return len(words) > 3 and all(word[0].isupper() for word in words)


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token[0].isalpha()]


def _runs(text: str) -> Iterator[_Run]:
    run, particles, starts, before = _Run(True), list[str](), True, ""
    for token in (*_TOKEN.findall(text), "\n"):
        abbreviates = token == FULL_STOP and run.words[-1:] == [before] and (len(before) == 1 or before.lower() in TITLES)
        before = token
        if abbreviates:
            continue
        if token[0].isupper():
            if not run.words:
                run = _Run(starts)
            elif particles:
                run.words += particles
            word = _ENDING.sub("", token)
            run.words.append(word.replace(".", "") if _DOTTED.fullmatch(word) else word)
            particles = []
            ends = token != word  # after a possessive another name begins
        elif token in PARTICLES and run.words and len(particles) < 2:
            particles.append(token)
            ends = False
        else:
            ends = True
        if ends:
            if run.words:
                yield run
            run, particles = _Run(True), []
        starts = token in _SENTENCE_ENDS or (starts and not token[0].isalnum())


def _term(words: list[str]) -> str | None:
    """The name in `words`, without what is none at its ends; of a long one (title and name, mostly) the end. None for what
    pages say of themselves."""
    while words and _no_end_of_a_name(words[0]):
        words = words[1:]
    while words and _no_end_of_a_name(words[-1]):
        words = words[:-1]
    places = [place for place, word in enumerate(words) if word[0].isupper()]
    if len(places) > MOST_WORDS:
        words = words[places[-2] :]
    term = " ".join(words)
    return term if 2 <= len(term) <= LONGEST and term.lower() not in BOILERPLATE else None


def _no_end_of_a_name(word: str) -> bool:
    return word in PARTICLES or (word.lower() in NO_NAME and word not in ACRONYMS)
