"""A month of the press for trends: what each article says, by whom and when, with bursts planted in it.

One month per seed: `DEVELOPMENT` to develop with, `HELD_OUT` to look at once. Distributions, before there was code to try:

- Articles follow the hours (few at night UTC, most from 7 to 18) and the week (Saturday 70 %, Sunday 65 % of a weekday).
- 240 sources in five languages, Zipf-like in size. 25 more begin on the 12th day, 30 of a language not seen before on the
  16th; the third largest falls silent on the 15th for good, the fifth from the 10th to the 13th and then brings its backlog.
- Terms, 3 to 10 an article: of the whole world (Zipf over 4,000), of its language (Zipf over 2,000), of its place (60 of
  each source's own) and of the long tail (200,000). Each of the world's and languages' terms goes up and down from day to
  day (log-normal, sigma 0.35, by quarter days); 40 of the world's have one day of the week with eight times as much.
- 15 % of articles are agency copy: one text, in 2 to 40 papers within three hours, its fingerprint up to 2 bits apart.
- On the 20th day one source floods: 1,500 articles in six hours, on three terms of its own and five of the tail that two
  other sources happen to have. Three times, six sources bring items dated three days ahead, all on one term.
- Bursts: 40, from 5 to 400 articles (log-uniform), within 3 to 36 hours, rising fast and decaying, in 1 to 5 languages, by
  sources in proportion to their size; a quarter of their articles is agency copy. One to three terms: the first is in every
  article, and new (70 %) or of the tail (30 %). None starts in the first `LEARNING` days.
"""

import math
from dataclasses import dataclass, field

import numpy
from numpy.typing import NDArray

DEVELOPMENT, HELD_OUT = 11, 12
LEARNING = 8  # days before the first burst
DAY = 1440  # minutes
HOURS = (2, 1.5, 1.2, 1.2, 1.6, 2.6, 4.5, 6, 6.5, 6.5, 6.3, 6.2, 6, 6, 6, 6, 5.8, 5.4, 4.8, 4.2, 3.8, 3.4, 3, 2.5)
WEEK = (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.65)
LANGUAGES = {"en": 80, "pt": 50, "de": 40, "fr": 40, "es": 30}
NEW_LANGUAGE, NEW_LANGUAGE_DAY, NEW_LANGUAGE_SOURCES = "pl", 16, 30
NEW_SOURCES_DAY, NEW_SOURCES = 12, 25
DEAD, DEAD_DAY = 2, 15  # by size
PAUSED, PAUSE = 4, (10, 13)
FLOOD_DAY, FLOOD_ARTICLES = 20, 1_500
WORLD, TONGUE, OWN, TAIL = 4_000, 2_000, 60, 200_000
AHEAD_DAYS = (9, 17, 25)
COPIES = 0.15
QUARTER = 6 * 60

Integers = NDArray[numpy.int64]
Floats = NDArray[numpy.float64]


@dataclass(frozen=True, slots=True)
class Written:
    """An article: `minute` since the month's begin; `group`: of one text; `ahead`: days its date lies in the future."""

    minute: int
    source: str
    language: str
    terms: tuple[str, ...]
    fingerprint: int
    group: int
    ahead: int = 0


@dataclass
class Burst:
    """A planted event. `end`: the minute of its last article."""

    terms: tuple[str, ...]
    begin: int
    end: int = 0
    articles: int = 0


@dataclass
class Press:
    """A month, in order of first sight. `flooded` and `decoys` are terms that must never trend."""

    days: int
    articles: list[Written]
    bursts: list[Burst]
    flooded: frozenset[str]
    decoys: frozenset[str]
    sources: list[str]
    recent: dict[str, int] = field(default_factory=dict)  # sources that start mid-way, with their first minute


def press(seed: int, days: int = 30, per_day: int = 20_000, bursts: int = 40, learning: int = LEARNING) -> Press:
    """The month of `seed`; a shorter one has what falls into its days."""
    return _Writer(seed, days, per_day).write(bursts, learning)


class _Writer:
    def __init__(self, seed: int, days: int, per_day: int) -> None:
        self.chance = numpy.random.default_rng(seed)
        self.days, self.per_day = days, per_day
        self.names: list[str] = []
        self.languages: list[str] = []
        self.starts: list[int] = []
        for language, number in LANGUAGES.items():
            self._add(language, number, 0)
        order = self.chance.permutation(len(self.names))
        self.sizes = list(1.0 / (3.0 + order))
        self._add("en", NEW_SOURCES, NEW_SOURCES_DAY * DAY)
        self._add(NEW_LANGUAGE, NEW_LANGUAGE_SOURCES, NEW_LANGUAGE_DAY * DAY)
        self.sizes += [1.0 / (6.0 + 3 * n) for late in (NEW_SOURCES, NEW_LANGUAGE_SOURCES) for n in range(late)]
        by_size = numpy.argsort(-numpy.array(self.sizes[: len(order)]))
        self.dead, self.paused = int(by_size[DEAD]), int(by_size[PAUSED])
        self.group = 0
        self.out: list[Written] = []

    def _add(self, language: str, number: int, start: int) -> None:
        for one in range(number):
            self.names.append(f"{language}-{'late-' if start else ''}{one}")
            self.languages.append(language)
            self.starts.append(start)

    def write(self, bursts: int, learning: int) -> Press:
        self._background()
        planted = [self._burst(number, learning) for number in range(bursts)]
        flooded = self._flood() if self.days > FLOOD_DAY else self._flood(max(0, self.days - 1))
        decoys = frozenset(self._ahead(day) for day in AHEAD_DAYS if day < self.days)
        self.out.sort(key=lambda one: one.minute)
        recent = {name: start for name, start in zip(self.names, self.starts, strict=True) if start}
        return Press(self.days, self.out, planted, flooded, decoys, self.names, recent)

    def _background(self) -> None:
        minutes = numpy.arange(self.days * DAY)
        weight = numpy.array(HOURS)[(minutes // 60) % 24] * numpy.array(WEEK)[(minutes // DAY) % 7]
        when = self._drawn(weight, self.days * self.per_day)
        when.sort()
        sizes, starts = numpy.array(self.sizes), numpy.array(self.starts)
        shares = sizes / sizes[starts == 0].sum()
        blocks = when // QUARTER
        pools = _Pools(self.chance, self.days)
        for block in range(self.days * DAY // QUARTER):
            here = when[blocks == block]
            live = numpy.where(starts <= block * QUARTER, shares, 0.0)
            day = block * QUARTER / DAY
            if day >= DEAD_DAY:
                live[self.dead] = 0.0
            if PAUSE[0] <= day < PAUSE[1]:
                live[self.paused] = 0.0
            if day == PAUSE[1]:
                live[self.paused] *= 8
            # New sources bring their own articles on top of what there was.
            number = round(len(here) * live.sum())
            at = numpy.sort(self.chance.choice(here, number)) if len(here) else here
            self._articles(at, self._drawn(live, len(at)), pools, block)

    def _articles(self, at: Integers, sources: Integers, pools: "_Pools", block: int) -> None:
        copies, copied = 0, self.chance.random(len(at)) < COPIES / 6  # each brings about six more
        how_many = self.chance.integers(3, 11, len(at))
        prints = self.chance.integers(0, 1 << 62, len(at))
        terms = iter(pools.terms(block, [self.languages[s] for s in sources], sources, how_many))
        for minute, source, text, wire in zip(at.tolist(), sources.tolist(), prints.tolist(), copied.tolist(), strict=True):
            self.group += 1
            said = next(terms)
            self.out.append(Written(minute, self.names[source], self.languages[source], said, text, self.group))
            if wire:
                copies += self._wire(minute, self.languages[source], said, text)

    def _wire(self, minute: int, language: str, said: tuple[str, ...], text: int, most: int = 40) -> int:
        """Other papers' copies of a text."""
        number = min(most, 1 + int(self.chance.exponential(5)))
        papers = [n for n, own in enumerate(self.languages) if own == language and self.starts[n] <= minute]
        chosen = self.chance.choice(papers, min(number, len(papers)), replace=False)
        for source in chosen.tolist():
            bits = self.chance.integers(0, 62, int(self.chance.integers(0, 3))).tolist()
            near = text
            for bit in set(bits):
                near ^= 1 << bit
            later = min(self.days * DAY - 1, minute + int(self.chance.integers(1, 180)))
            self.out.append(Written(later, self.names[source], language, said, near, self.group))
        return len(chosen)

    def _burst(self, number: int, learning: int) -> Burst:
        chance = self.chance
        begin = int(chance.integers(learning * DAY, self.days * DAY - DAY // 4))
        articles = round(math.exp(chance.uniform(math.log(5), math.log(400))))
        lasts = chance.uniform(3 * 60, 36 * 60)
        first = f"burst-{number}" if chance.random() < 0.7 else f"tail{int(chance.integers(0, TAIL))}"
        terms = (first, *(f"burst-{number}-{n}" for n in range(int(chance.integers(0, 3)))))
        tongues = list(LANGUAGES)[: int(chance.integers(1, 6))]
        sizes = numpy.array(self.sizes) * [
            own in tongues and not s for own, s in zip(self.languages, self.starts, strict=True)
        ]
        burst = Burst(terms, begin)
        for later in sorted(chance.gamma(1.6, lasts / 4, articles).tolist()):
            if begin + later >= self.days * DAY:
                break
            source = int(self._drawn(sizes, 1)[0])
            rest = [f"w{int(n)}" for n in self._zipf(WORLD, 3)]
            said = (first, *(term for term in terms[1:] if chance.random() < 0.7), *rest)
            minute, text = begin + int(later), int(chance.integers(0, 1 << 62))
            self.group += 1
            self.out.append(Written(minute, self.names[source], self.languages[source], said, text, self.group))
            burst.articles += 1
            burst.end = max(burst.end, minute)
            if chance.random() < 0.08:
                self._wire(minute, self.languages[source], said, text, 6)
        return burst

    def _flood(self, day: int = FLOOD_DAY) -> frozenset[str]:
        own = [f"flood-{n}" for n in range(3)]
        tail = [f"flooded-tail-{n}" for n in range(5)]
        source = self.names[7]
        begin = day * DAY + 8 * 60
        for minute in self.chance.integers(begin, begin + QUARTER, FLOOD_ARTICLES).tolist():
            self.group += 1
            said = (*own, *self.chance.choice(tail, 2, replace=False).tolist())
            text = int(self.chance.integers(0, 1 << 62))
            self.out.append(Written(minute, source, self.languages[7], said, text, self.group))
        for number, term in enumerate(tail):
            for other in (20 + number, 40 + number):
                self.group += 1
                text = int(self.chance.integers(0, 1 << 62))
                self.out.append(Written(begin + 60, self.names[other], self.languages[other], (term,), text, self.group))
        return frozenset(own + tail)

    def _ahead(self, day: int) -> str:
        term = f"ahead-{day}"
        for source in range(30, 36):
            for _ in range(3):
                self.group += 1
                text = int(self.chance.integers(0, 1 << 62))
                minute = day * DAY + int(self.chance.integers(600, 720))
                self.out.append(Written(minute, self.names[source], self.languages[source], (term,), text, self.group, 3))
        return term

    def _drawn(self, weights: Floats, number: int) -> Integers:
        steps = numpy.cumsum(weights)
        drawn: Integers = numpy.searchsorted(steps, self.chance.random(number) * steps[-1], side="right")
        return drawn

    def _zipf(self, size: int, number: int) -> Integers:
        return self._drawn(1.0 / (5.0 + numpy.arange(size, dtype=numpy.float64)), number)


class _Pools:
    """What is talked of, and how much of each in each quarter of a day."""

    def __init__(self, chance: numpy.random.Generator, days: int) -> None:
        self.chance = chance
        quarters = days * DAY // QUARTER
        self.world = _steps(chance, WORLD, quarters, weekly=40)
        self.tongues = {name: _steps(chance, TONGUE, quarters, weekly=0) for name in (*LANGUAGES, NEW_LANGUAGE)}

    def terms(self, block: int, languages: list[str], sources: Integers, how_many: Integers) -> list[tuple[str, ...]]:
        """The terms of each article."""
        total = int(how_many.sum())
        kind = self.chance.random(total)
        luck = self.chance.random(total)
        world = numpy.searchsorted(self.world[block], luck * self.world[block][-1], side="right").tolist()
        tongue = {
            name: numpy.searchsorted(steps[block], luck * steps[block][-1], side="right")
            for name, steps in self.tongues.items()
            if name in languages
        }
        own = (luck * luck * OWN).astype(int).tolist()
        tail = (luck * TAIL).astype(int).tolist()
        found, place, kinds = [], 0, kind.tolist()
        for language, source, number in zip(languages, sources.tolist(), how_many.tolist(), strict=True):
            said = dict.fromkeys(
                f"w{world[n]}"
                if kinds[n] < 0.40
                else f"{language}{tongue[language][n]}"
                if kinds[n] < 0.70
                else f"own{source}-{own[n]}"
                if kinds[n] < 0.90
                else f"tail{tail[n]}"
                for n in range(place, place + number)
            )
            found.append(tuple(said))
            place += number
        return found


def _steps(chance: numpy.random.Generator, size: int, quarters: int, weekly: int) -> Floats:
    """Cumulative weights of each of `size` terms in each quarter of a day."""
    weights = numpy.empty((quarters, size))
    usual = 1.0 / (5.0 + numpy.arange(size))
    mood = chance.normal(0, 0.35, size)
    keeps = 0.9
    for quarter in range(quarters):
        mood = keeps * mood + math.sqrt(1 - keeps * keeps) * chance.normal(0, 0.35, size)
        weights[quarter] = usual * numpy.exp(mood)
    days = chance.integers(0, 7, weekly)
    for term, day in zip(chance.integers(20, 1500, weekly).tolist(), days.tolist(), strict=True):
        weights[(numpy.arange(quarters) // 4) % 7 == day, term] *= 8
    return numpy.cumsum(weights, axis=1)
