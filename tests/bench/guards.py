"""The guards on broken outputs and on recorded good ones: how many of each kind are caught, how many good ones refused.

Every recorded output counts in `alarms_of_all`, the broken among them, too; `alarms` counts those near to the reference
(`generators/broken.py`). The largest share of outputs that is refused is 1 % of the good, the least caught 98 %.
"""

import json
import sys
from collections import Counter

from services.translator import guards
from tests.bench.generators import broken

EACH = 400
LEAST_CAUGHT, MOST_ALARMS = 0.98, 0.01


def figures(held_out: bool) -> dict[str, object]:
    """Of one half."""
    every = list(broken.recorded(held_out))
    refused = {one: why for one in every if (why := fault(one, one.output))}
    good = [one for one in every if broken.is_good(one)]
    bad = broken.broken(good, EACH)
    caught = Counter(one.kind for one in bad if fault(one.made_of, one.output))
    alarms = Counter(refused[one] for one in good if one in refused)
    of = Counter(one.kind for one in bad)
    worst = Counter(one.language for one in good if one in refused)
    return {
        "caught": round(caught.total() / len(bad), 4),
        "caught_by_kind": {kind: round(caught[kind] / of[kind], 4) for kind in broken.KINDS},
        "alarms": round(alarms.total() / len(good), 4),
        "alarms_of_all": round(len(refused) / len(every), 4),
        "alarms_by_guard": {why: round(count / len(good), 5) for why, count in alarms.most_common()},
        "alarms_by_language": {
            language: round(count / sum(one.language == language for one in good), 4)
            for language, count in worst.most_common(4)
        },
        "good": len(good),
        "recorded": len(every),
    }


def fault(one: broken.Recorded, output: str) -> str | None:
    return guards.fault(one.source, output, one.language)


def main() -> int:
    halves = {"development": figures(held_out=False)}
    if "--held-out" in sys.argv or len(sys.argv) == 1:
        halves["held_out"] = figures(held_out=True)
    for name, found in halves.items():
        print(name, json.dumps(found))
    last = halves[list(halves)[-1]]
    print(
        json.dumps(
            {
                "name": "guards", "value": last["caught"], "unit": "share of broken outputs caught", "floor": LEAST_CAUGHT,
                "ratio": round(float(str(last["caught"])) / LEAST_CAUGHT, 3), **halves,
            }
        )
    )  # fmt: skip
    return 0 if all(f["caught"] >= LEAST_CAUGHT and f["alarms"] <= MOST_ALARMS for f in halves.values()) else 1  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
