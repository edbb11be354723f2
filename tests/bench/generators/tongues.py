"""Labelled cases for language identification, from sentences aligned by document: one article, many languages.

Half of the documents are held out by seed, and with a document all its languages. Distributions, before there was code to
try:

- documents: every document in every language, without anything declared;
- titles: the first line of every document; openings: the first five words of another line (ten characters where no spaces
  stand), the hardest text there is;
- hints: what feed, page and source say of a title's language. Each is missing in a fifth of the cases and wrong in a tenth;
  of the wrong ones half say English, as templates do that nobody changed, and half any of the other languages. `apart`:
  each on its own. `together`: they come from one place, and are all missing, wrong or right at once;
- mixed: one sentence group of a document per block, in two languages that take turns; blocks of one to four sentences;
- wordless: what has no language at all, and is `und` whatever happens, unless somebody declares one.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SEED = 20261123
MISSING, WRONG, WRONG_IS_ENGLISH = 0.2, 0.1, 0.5
PLACES = ("feed", "page", "source")
MIXED_PER_LANGUAGE = 6
WORDLESS = ("", "12/03/2024", "👍👍👍", "1-0", "…", "\u200b" * 50, "https://news.example/2024/a-b", "© 2024", "R$ 1.234,56")

LANGUAGES = {
    "arb": "ar", "bos": "bs", "cat": "ca", "ces": "cs", "deu": "de", "ell": "el", "eng": "en", "eus": "eu", "fas": "fa",
    "fra": "fr", "glg": "gl", "heb": "he", "hin": "hi", "hrv": "hr", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja",
    "kor": "ko", "mkd": "mk", "nld": "nl", "pol": "pl", "por": "pt", "por-BR": "pt", "ron": "ro", "rus": "ru", "spa": "es",
    "srp-Latn": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho-CN": "zh",
}  # fmt: skip
# One language by grammar and vocabulary, three by law; no text of a few words can tell them apart.
SERBO_CROATIAN = frozenset({"bs", "hr", "sr"})


@dataclass(frozen=True)
class Case:
    """`blocks`: texts with the language of each; `hints`: place to declared language."""

    language: str
    title: str
    blocks: tuple[tuple[str, str], ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)


class Tongues:
    """The cases of one half. `folder` has a file per language and `document_ids.txt`, line by line aligned."""

    def __init__(self, folder: Path, *, held_out: bool) -> None:
        ids = _lines(folder / "document_ids.txt")
        names = sorted(set(ids))
        random.Random(SEED).shuffle(names)
        chosen = set(names[::2] if held_out else names[1::2])
        self._documents: dict[str, list[list[str]]] = {}
        for name in LANGUAGES:
            groups: dict[str, list[str]] = {}
            for document, line in zip(ids, _lines(folder / f"{name}.txt"), strict=True):
                if document in chosen:
                    groups.setdefault(document, []).append(line)
            self._documents[name] = list(groups.values())
        self._half = "held out" if held_out else "development"

    def documents(self) -> Iterator[Case]:
        for name, language in LANGUAGES.items():
            for title, *lines in self._documents[name]:
                yield Case(language, title, tuple((line, language) for line in lines))

    def titles(self, hints: str = "none") -> Iterator[Case]:
        """`hints`: `none`, `apart` or `together`."""
        chance = self._chance(f"titles {hints}")
        for name, language in LANGUAGES.items():
            for title, *_ in self._documents[name]:
                yield Case(language, title, hints=_hints(language, hints, chance))

    def openings(self, hints: str = "none") -> Iterator[Case]:
        chance = self._chance(f"openings {hints}")
        for name, language in LANGUAGES.items():
            for _, *lines in self._documents[name]:
                line = chance.choice(lines)
                text = line[:10] if language in ("ja", "th", "zh") else " ".join(line.split()[:5])
                yield Case(language, text, hints=_hints(language, hints, chance))

    def mixed(self) -> Iterator[Case]:
        chance = self._chance("mixed")
        for name, language in LANGUAGES.items():
            for number in chance.sample(range(len(self._documents[name])), MIXED_PER_LANGUAGE):
                title, *lines = self._documents[name][number]
                other = chance.choice([other for other in LANGUAGES if LANGUAGES[other] != language])
                yield Case(language, title, tuple(_turns(lines, self._documents[other][number][1:], name, other, chance)))

    def wordless(self) -> Iterator[Case]:
        for text in WORDLESS:
            yield Case("und", text)

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{SEED} {self._half} {what}")


def _turns(first: list[str], second: list[str], name: str, other: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    # The article's own language has the longer turns: three blocks of it to one of the other.
    at, number = 0, 0
    while at < len(first):
        size = chance.randint(1, 4)
        lines, language = (second, other) if number % 4 == 3 else (first, name)
        yield " ".join(lines[at : at + size]), LANGUAGES[language]
        at, number = at + size, number + 1


def _hints(language: str, how: str, chance: random.Random) -> dict[str, str]:
    if how == "none":
        return {}
    if how == "together":
        said = _said(language, chance)
        return dict.fromkeys(PLACES, said) if said else {}
    return {place: said for place in PLACES if (said := _said(language, chance))}


def _said(language: str, chance: random.Random) -> str | None:
    roll = chance.random()
    if roll < MISSING:
        return None
    if roll >= MISSING + WRONG:
        return language
    if language != "en" and chance.random() < WRONG_IS_ENGLISH:
        return "en"
    return chance.choice(sorted(set(LANGUAGES.values()) - {language}))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
