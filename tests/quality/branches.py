"""`python -m tests.quality.branches [TESTS …]`: the branch coverage of the pure modules by tests without engines.

Lists what is below the floor; the last line is one JSON object. Wants coverage.py, which `make coverage` provides.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.quality.pure import ROOT, pure_modules

FLOOR = 95.0  # percent of the branches of each module, and of lines and branches of all together
FAST = "not engines and not browser and not system"


def covered(tests: list[str]) -> dict[str, dict[str, int]]:
    """Counts by module, as coverage.py reports them."""
    with tempfile.TemporaryDirectory() as folder:
        data, report = Path(folder) / "data", Path(folder) / "report.json"
        tool, place = [sys.executable, "-m", "coverage"], [f"--data-file={data}"]
        include = "--include=" + ",".join(pure_modules())
        ran = [*tool, "run", "--branch", *place, include, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", FAST, *tests]
        subprocess.run(ran, cwd=ROOT, check=True)
        subprocess.run([*tool, "json", "-q", *place, "-o", str(report)], cwd=ROOT, check=True)
        files = json.loads(report.read_text())["files"]
    return {name: one["summary"] for name, one in files.items()}


def _share(counts: list[dict[str, int]]) -> float:
    done = sum(one["covered_lines"] + one["covered_branches"] for one in counts)
    return 100 * done / max(1, sum(one["num_statements"] + one["num_branches"] for one in counts))


def _branches(counts: list[dict[str, int]]) -> float:
    among = sum(one["num_branches"] for one in counts)
    return 100 * sum(one["covered_branches"] for one in counts) / among if among else 100.0


def main() -> int:
    """0 when all pure modules together are above the floor, and each in its branches."""
    found = covered(sys.argv[1:] or ["tests/services", "tests/shared"])
    below = {name: round(_branches([one]), 1) for name, one in sorted(found.items()) if _branches([one]) < FLOOR}
    for name, share in sorted(below.items(), key=lambda item: item[1]):
        print(f"{share:5.1f} %  {name}")
    total, branches = round(_share(list(found.values())), 2), round(_branches(list(found.values())), 2)
    figures = {"value": total, "unit": "% of lines and branches of pure modules", "floor": FLOOR}
    ratio = round(total / FLOOR, 3)
    print(
        json.dumps(
            {"name": "coverage", **figures, "ratio": ratio, "branches": branches, "modules": len(found), "below": below}
        )
    )
    return 0 if total >= FLOOR and not below else 1


if __name__ == "__main__":
    sys.exit(main())
