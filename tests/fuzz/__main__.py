"""`python -m tests.fuzz [NAME …]`: SECONDS (60) in the environment for each target, from SEED (by the clock) on.

Prints what broke, shrunk, and as its last line one JSON object; ends with 1 where something broke.
"""

import json
import os
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import SECONDS, TARGETS, Target

ROUND = 200  # examples; each round begins from a seed of its own


def fuzzed(name: str, target: Target, first: int, seconds: float) -> tuple[int, int, bool]:
    """Examples tried, rounds, and whether all held."""
    tried = rounds = 0

    def timed(example: object) -> None:
        nonlocal tried
        tried += 1
        begun = time.process_time()
        target.check(example)
        took = time.process_time() - begun
        assert took < SECONDS, f"{took:.1f} s for one input"

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        quick = settings(
            max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink), print_blob=False,
        )  # fmt: skip
        test = seed(first + rounds)(quick(given(target.inputs)(timed)))
        rounds += 1
        try:
            test()
        except Exception:
            print(f"--- {name}, seed {first + rounds - 1}")
            traceback.print_exc(file=sys.stdout)
            return tried, rounds, False
    return tried, rounds, True


def main() -> int:
    """0 where all held."""
    names, seconds = sys.argv[1:] or list(TARGETS), float(os.environ.get("SECONDS") or 60)
    first = int(os.environ.get("SEED") or time.time())
    if unknown := set(names) - set(TARGETS):
        print(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    report: dict[str, object] = {}
    broken = []
    for name in names:
        tried, _, held = fuzzed(name, TARGETS[name], first, seconds)
        report[name] = tried
        broken += [] if held else [name]
        print(f"{name}: {tried} inputs, {'held' if held else 'BROKE'}", flush=True)
    print(json.dumps({"name": "fuzz", "seed": first, "seconds_each": seconds, "inputs": report, "broken": broken}))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
