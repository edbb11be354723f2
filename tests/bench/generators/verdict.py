"""What the boards of a simulated month are worth: judged by what was planted, not by what the counting under test says."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.bench.generators.press import DAY, Burst, Press, Written

ARTICLES, SOURCES, CAP = 5, 3, 2  # the floors; a source's third article adds nothing
IN_TIME = 15  # minutes
TOP = 10
LINGERS = DAY  # minutes after its last article in which a burst may still be shown: it is in the window


@dataclass
class Verdict:
    """Shares and counts of a month. `shown`: places of all boards; `at_midnight`: which share of the top ten changes then
    (UTC), `at_hours`: the mean and the highest of the other hours."""

    crossed: int = 0
    in_time: int = 0
    delays: list[int] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    places: int = 0
    right: int = 0
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    flooded: int = 0
    decoys: int = 0
    newcomers: int = 0
    shown: int = 0
    at_midnight: float = 0.0
    at_hours: tuple[float, float] = (0.0, 0.0)

    @property
    def detected(self) -> float:
        return self.in_time / self.crossed if self.crossed else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.places if self.places else 1.0


def crossed(burst: Burst, articles: Iterable[Written]) -> int | None:
    """The minute in which the burst has five articles of three sources within a day; copies and the third of a source on
    are not counted. `articles` are those with the burst's first term."""
    window: deque[Written] = deque()
    groups: set[int] = set()
    for one in articles:
        if one.ahead or one.group in groups:
            continue
        groups.add(one.group)
        window.append(one)
        while window[0].minute <= one.minute - DAY:
            window.popleft()
        by: dict[str, int] = defaultdict(int)
        for other in window:
            by[other.source] += 1
        if len(by) >= SOURCES and sum(min(CAP, n) for n in by.values()) >= ARTICLES and one.minute >= burst.begin:
            return one.minute
    return None


def judged(press: Press, boards: Sequence[tuple[int, Sequence[str]]], learning: int) -> Verdict:
    """The verdict on `boards` (minute, terms with the strongest first), from the day `learning` on."""
    verdict = Verdict()
    told: dict[str, list[int]] = defaultdict(list)
    for minute, terms in boards:
        for term in terms:
            told[term].append(minute)
    having: dict[str, list[Written]] = defaultdict(list)
    firsts = {burst.terms[0] for burst in press.bursts}
    for article in press.articles:
        for term in firsts.intersection(article.terms):
            having[term].append(article)
    for burst in press.bursts:
        at = crossed(burst, having[burst.terms[0]])
        if at is None:
            continue
        verdict.crossed += 1
        # Any of its terms will do: they are of one event.
        shown = [minute for term in burst.terms for minute in told[term] if minute >= burst.begin]
        if not shown:
            verdict.missed.append(burst.terms[0])
            continue
        verdict.delays.append(max(0, min(shown) - at))
        verdict.in_time += verdict.delays[-1] <= IN_TIME
    of = {term: burst for burst in press.bursts for term in burst.terms}
    for minute, terms in boards:
        if minute < learning * DAY or minute % 60:
            continue
        for term in terms[:TOP]:
            due = term in of and of[term].begin <= minute <= of[term].end + LINGERS
            verdict.places += 1
            verdict.right += due
            if not due:
                verdict.wrong[term] += 1
    young = {f"own{number}-" for number in _numbers(press)}
    for _, terms in boards:
        for term in terms:
            verdict.shown += 1
            verdict.flooded += term in press.flooded
            verdict.decoys += term in press.decoys
            verdict.newcomers += term.startswith("pl") or any(term.startswith(own) for own in young)
    changes = _changes(boards, learning)
    verdict.at_midnight = changes.pop(0, 0.0)
    if changes:
        verdict.at_hours = (sum(changes.values()) / len(changes), max(changes.values()))
    return verdict


def _numbers(press: Press) -> list[int]:
    names = list(dict.fromkeys(press.sources))
    return [number for number, name in enumerate(names) if name in press.recent]


def _changes(boards: Sequence[tuple[int, Sequence[str]]], learning: int) -> dict[int, float]:
    """For each hour UTC: which share of the top ten, on average, is another twenty minutes later, the hour in between."""
    by = {minute: set(terms[:TOP]) for minute, terms in boards if minute >= learning * DAY}
    changes: dict[int, list[float]] = defaultdict(list)
    for minute, before in by.items():
        after = by.get(minute + 20)
        if minute % 60 == 50 and after is not None and before | after:
            changes[(minute + 10) // 60 % 24].append(1 - len(before & after) / len(before | after))
    return {hour: sum(some) / len(some) for hour, some in changes.items()}
