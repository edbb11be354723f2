"""Whether trends are found: two simulated months of 20,000 articles a day, one held out, with 40 planted bursts each.

The scoring core runs as the worker runs it, every ten minutes, without OpenSearch. The verdict goes by what was planted.
`SEEDS=11` in the environment looks at the development month only.
"""

import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime

from services.trends.history import STEP, History, Moment
from services.trends.scoring import Floors, Scored, ranked
from services.trends.window import Numbered, Sighting, Window
from tests.bench.generators.press import DAY, DEVELOPMENT, HELD_OUT, LEARNING, Press, Written, press
from tests.bench.generators.verdict import ARTICLES, SOURCES, Verdict, judged

BEGIN = datetime(2026, 3, 2, tzinfo=UTC).timestamp()  # a Monday
EVERY = 10  # minutes; the worker itself counts twice a minute
MOST = 50
DETECTED, PRECISION = 0.95, 0.9
NEWCOMERS = 0.01  # of all places; they are a ninth of the press, and have moods as all have


def watched(month: Press, learning: int = LEARNING) -> list[tuple[int, list[Scored]]]:
    """The boards of `month` from the day `learning` on, by minute."""
    terms = Numbered()
    window, history = Window(DAY * 60, terms), History(terms)
    boards, place = [], 0
    for minute in range(EVERY, month.days * DAY + 1, EVERY):
        now = BEGIN + minute * 60
        while place < len(month.articles) and month.articles[place].minute < minute:
            one = _sighting(month.articles[place], place)
            window.add(one, proven=history.heard((one.source, one.language), one.seen_at))
            place += 1
        if now % STEP == 0:
            counts = window.counts(now, everyone=True)
            history.add(Moment.of(now, len(window), counts))
        window.expire(now)
        if minute >= learning * DAY:
            boards.append((minute, ranked(window, history, now, Floors(ARTICLES, SOURCES), MOST)))
    return boards


def _sighting(one: Written, number: int) -> Sighting:
    seen = BEGIN + one.minute * 60
    published = seen + one.ahead * 86_400
    return Sighting(str(number), seen, one.source, one.language, one.terms, published, one.fingerprint)


def figures(verdict: Verdict) -> dict[str, float]:
    """As they are reported."""
    return {
        "bursts": verdict.crossed,
        "detected_within_15_min": round(verdict.detected, 3),
        "median_delay_minutes": statistics.median(verdict.delays or [0]),
        "precision_at_10": round(verdict.precision, 3),
        "flooded": verdict.flooded,
        "future_dated": verdict.decoys,
        "newcomers_share": round(verdict.newcomers / max(1, verdict.shown), 4),
        "changed_at_midnight": round(verdict.at_midnight, 3),
        "changed_at_other_hours": round(verdict.at_hours[0], 3),
        "changed_at_the_worst_other_hour": round(verdict.at_hours[1], 3),
    }


def good(verdict: Verdict) -> bool:
    """Whether the month went as wanted."""
    none = verdict.flooded + verdict.decoys == 0 and verdict.newcomers <= NEWCOMERS * verdict.shown
    level = verdict.at_midnight <= verdict.at_hours[1]
    return verdict.detected >= DETECTED and verdict.precision >= PRECISION and none and level


def main() -> int:
    seeds = [int(seed) for seed in os.environ.get("SEEDS", f"{DEVELOPMENT} {HELD_OUT}").split()]
    verdicts = {}
    begun = time.process_time()
    for seed in seeds:
        month = press(seed)
        boards = [(minute, [one.term for one in best]) for minute, best in watched(month)]
        verdict = verdicts["held_out" if seed == HELD_OUT else "development"] = judged(month, boards, LEARNING)
        wrong = sorted(verdict.wrong.items(), key=lambda one: -one[1])[:10]
        print(f"{seed}: {figures(verdict)}, late {sorted(verdict.delays)[-5:]}, never {verdict.missed}, wrong {wrong}")
    found = {name: figures(verdict) for name, verdict in verdicts.items()}
    value = min(verdict.precision for verdict in verdicts.values())
    print(
        json.dumps(
            {
                "name": "trends", "value": round(value, 3), "unit": "precision at 10", "floor": PRECISION,
                "ratio": round(value / PRECISION, 3), "cpu_seconds": round(time.process_time() - begun), **found,
            }
        )
    )  # fmt: skip
    return 0 if all(good(verdict) for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
