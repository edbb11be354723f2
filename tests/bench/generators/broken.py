"""Translations broken in every way in which engines break, made from recorded good ones.

Kinds, each drawn evenly from its forms: `empty` (nothing, marks only, invisible characters), `echo` (the source, at most
in capitals or without its full stop), `repetition` (one to five words 4 to 20 times, a word that grows by hyphens, the whole
twice), `run_on` (the start of another sentence behind, or all of it), `length` (cut to 15-40 %, or thrice as long),
`digits` (a number dropped, or changed in one digit), `dates` (a month dropped or changed), `remainder` (the end, the
beginning or the middle stays in the source's language), `language` (the same sentence in a third language).

Half of the sentences, drawn by seed, are for development, the others held out; no sentence is in both.
"""

import html
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench.generators import chrf

RECORDED = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[4] / "shared" / "mt") / "flores"
SEED = 20261123
GOOD_CHRF = 40.0  # below it a recorded output may itself be broken; some are
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_NUMBER = re.compile(r"\d{2,}(?:[.,]\d+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Recorded:
    """What `engine` answered for the sentence number `line` of `language`."""

    language: str
    engine: str
    line: int
    source: str
    output: str


@dataclass(frozen=True)
class Broken:
    kind: str
    made_of: Recorded
    output: str


def recorded(held_out: bool) -> Iterator[Recorded]:
    """Every recorded output of this half, the references among them (engine `ref`)."""
    for path in sorted(RECORDED.iterdir()):
        language, engine = path.name.split(".", 1)
        if engine == "src":
            continue
        sources = (RECORDED / f"{language}.src").read_text().split("\n")
        mine = _lines(len(sources), held_out)
        for line, (source, output) in enumerate(zip(sources, path.read_text().split("\n"), strict=True)):
            if source.strip() and line in mine:
                yield Recorded(language, engine, line, source.strip(), html.unescape(output).strip())


def is_good(one: Recorded) -> bool:
    """Whether the output is near to the reference; no guard has a say in it."""
    reference = _reference(one.language)[one.line].strip()
    return one.engine == "ref" or chrf.sentence(one.output, reference) >= GOOD_CHRF


def broken(good: Sequence[Recorded], each: int, seed: int = SEED) -> list[Broken]:
    """`each` broken outputs of every kind."""
    random, made = Random(seed), []
    for kind, breaks in KINDS.items():
        count = 0
        while count < each:
            one, other = random.choice(good), random.choice(good)
            output = breaks(random, one, other.output)
            if output is not None and output != one.output:
                made.append(Broken(kind, one, output))
                count += 1
    return made


def _lines(count: int, held_out: bool) -> set[int]:
    lines = list(range(count))
    Random(SEED).shuffle(lines)
    return set(lines[count // 2 :] if held_out else lines[: count // 2])


_references: dict[str, list[str]] = {}


def _reference(language: str) -> list[str]:
    if language not in _references:
        _references[language] = (RECORDED / f"{language}.ref").read_text().split("\n")
    return _references[language]


def _empty(random: Random, one: Recorded, other: str) -> str | None:
    return random.choice(["", " ", "...", "-", '"', "“ ”", "\u200b", "\ufeff \u200b", ". .", "\n"])


def _echo(random: Random, one: Recorded, other: str) -> str | None:
    return random.choice([one.source, one.source.upper(), one.source.rstrip(".。।"), f" {one.source} ", f"“{one.source}”"])


def _repetition(random: Random, one: Recorded, other: str) -> str | None:
    words, form = one.output.split(), random.randrange(4)
    if len(words) < 6:
        return None
    at, times = random.randrange(1, len(words) - 3), random.randint(4, 20)
    if form == 0:
        return f"{one.output} {one.output}"
    if form == 1:
        return " ".join(words[:at]) + " " + words[at] + f"-{words[at].strip('.,')}" * times
    loop = words[at : at + random.randint(1, 5)]
    return " ".join([*words[:at], *loop * times, *(words[at + len(loop) :] if form == 2 else [])])


def _run_on(random: Random, one: Recorded, other: str) -> str | None:
    words, form = other.split(), random.randrange(3)
    if len(words) < 10 or one.output[-1:] not in '.!?"”' or other == one.output:
        return None
    kept = {0: random.randint(5, 9), 1: len(words) - 2, 2: len(words)}[form]
    return f"{one.output} {' '.join(words[:kept])}"


def _length(random: Random, one: Recorded, other: str) -> str | None:
    words = one.output.split()
    if len(words) < 12:
        return None
    if random.random() < 0.5:
        return " ".join(words[: max(1, int(len(words) * random.uniform(0.15, 0.4)))]) + random.choice(["", "."])
    return f"{one.output} {other} {other[: len(other) // 2]} {one.output[::-1]}"


def _digits(random: Random, one: Recorded, other: str) -> str | None:
    there = [m for m in _NUMBER.finditer(one.output) if m[0] in one.source]
    if not there:
        return None
    number = random.choice(there)
    digit = random.randrange(len(number[0]))
    wrong = "" if random.random() < 0.5 else _other_digit(random, number[0], digit)
    return one.output[: number.start()] + wrong + one.output[number.end() :] if wrong is not None else None


def _other_digit(random: Random, number: str, at: int) -> str | None:
    if not number[at].isdigit():
        return None
    return number[:at] + random.choice([d for d in "123456789" if d != number[at]]) + number[at + 1 :]


def _dates(random: Random, one: Recorded, other: str) -> str | None:
    # `May` and `March` are other words, too; beside a number they are months.
    there = list(re.finditer(rf"\b(?:{'|'.join(MONTHS)})\b(?=,? \d)|(?<=\d )(?:{'|'.join(MONTHS)})\b", one.output))
    if not there:
        return None
    month = random.choice(there)
    wrong = random.choice(["", *(name for name in MONTHS if name != month[0])])
    return one.output[: month.start()] + wrong + one.output[month.end() :]


def _remainder(random: Random, one: Recorded, other: str) -> str | None:
    spaced = not _UNSPACED.search(one.source)
    source = one.source.split() if spaced else list(one.source)
    words, glue = one.output.split(), " " if spaced else ""
    if len(source) < (12 if spaced else 24) or len(words) < 10:
        return None
    share, form = random.uniform(0.3, 0.7), random.randrange(3)
    of_words, of_source = int(len(words) * share), int(len(source) * share)
    if form == 0:
        return " ".join(words[:of_words]) + " " + glue.join(source[of_source:])
    if form == 1:
        return glue.join(source[:of_source]) + " " + " ".join(words[of_words:])
    first, last = int(len(source) * share / 2), int(len(source) * (share / 2 + 0.35))
    cut, end = int(len(words) * share / 2), int(len(words) * (share / 2 + 0.35))
    return " ".join([*words[:cut], glue.join(source[first:last]), *words[end:]])


def _language(random: Random, one: Recorded, other: str) -> str | None:
    third = random.choice(sorted({path.name.split(".")[0] for path in RECORDED.glob("*.src")} - {one.language}))
    return (RECORDED / f"{third}.src").read_text().split("\n")[one.line].strip()


KINDS: dict[str, Callable[[Random, Recorded, str], str | None]] = {
    "empty": _empty,
    "echo": _echo,
    "repetition": _repetition,
    "run_on": _run_on,
    "length": _length,
    "digits": _digits,
    "dates": _dates,
    "remainder": _remainder,
    "language": _language,
}
