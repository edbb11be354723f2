"""`python -m tests.quality.mutants COSMIC-RAY [NAME …]`: of faults put into the code on purpose, how many the tests notice.

Works in a copy of the checkout. `SAMPLE=40` of a module's mutants, by `SEED`; 0 for all. The last line is one JSON object.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.quality.pure import ROOT

FLOOR = 0.85
SECONDS = 30  # for the tests of one mutant; an endless loop counts as noticed
# Neither plugins nor fixtures that these tests do without: loading them takes longer than the tests.
QUICK = "-x -q -p no:cacheprovider --noconftest -p pytest_asyncio.plugin -p pytest_timeout"
EXAMINED = {
    "ids": ("shared/ids.py", "tests/shared/test_ids.py"),
    "offsets": ("shared/kafka/offsets.py", "tests/shared/kafka/test_offsets.py"),
    "retry": ("shared/kafka/retry.py", "tests/shared/kafka/test_retry.py"),
    "politeness": ("services/fetcher/politeness.py", "tests/services/fetcher/test_politeness.py"),
    "spans": ("services/translator/projection.py", "tests/services/translator/test_projection.py"),
    "trends": ("services/trends/scoring.py", "tests/services/trends/test_scoring.py"),
}


def examined(tool: str, module: str, tests: str, sample: int, seed: int) -> tuple[int, int, list[str]]:
    """Mutants tried, noticed, and the lines of those that nobody noticed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checkout"
        copy.mkdir()
        for part in ("services", "shared", "tests", "console", "newsroom"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        command = f"{sys.executable} -m pytest {QUICK} -m 'not engines' {tests}"
        (copy / "cosmic.toml").write_text(
            f"[cosmic-ray]\nmodule-path = {json.dumps(module)}\ntimeout = {SECONDS}.0\nexcluded-modules = []\n"
            f'test-command = {json.dumps(command)}\n[cosmic-ray.distributor]\nname = "local"\n'
        )
        # Compiled once, and by content: a mutant as long as the original, in the same second, must not run as the original.
        compiled = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "services", "shared"]
        subprocess.run(compiled, cwd=copy, check=True)
        # Before what is installed, which is the checkout.
        alone = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        around = {**os.environ, **alone}
        subprocess.run([tool, "init", "cosmic.toml", "mutants.sqlite"], cwd=copy, env=around, check=True)
        _thin(copy / "mutants.sqlite", sample, seed)
        subprocess.run([tool, "baseline", "cosmic.toml"], cwd=copy, env=around, check=True)
        subprocess.run([tool, "exec", "cosmic.toml", "mutants.sqlite"], cwd=copy, env=around, check=True)
        with sqlite3.connect(copy / "mutants.sqlite") as session:
            rows = session.execute(
                "select start_pos_row, operator_name, test_outcome from mutation_specs join work_results using (job_id)"
            ).fetchall()
    survived = [f"{module}:{line} {name}" for line, name, outcome in rows if outcome == "SURVIVED"]
    return len(rows), len(rows) - len(survived), survived


def _thin(session: Path, sample: int, seed: int) -> None:
    """Leaves `sample` mutants; 0 leaves all."""
    with sqlite3.connect(session) as opened:
        # By place and not by id, which is random.
        order = "start_pos_row, start_pos_col, operator_name, occurrence"
        jobs = opened.execute(f"select job_id from mutation_specs order by {order}").fetchall()
        if not 0 < sample < len(jobs):
            return
        gone = set(jobs) - set(random.Random(seed).sample(jobs, sample))
        for table in ("mutation_specs", "work_items"):
            opened.executemany(f"delete from {table} where job_id = ?", sorted(gone))


def main() -> int:
    """0 when enough are noticed of all together."""
    tool, names = str(Path(sys.argv[1]).absolute()), sys.argv[2:] or list(EXAMINED)
    sample, seed = int(os.environ.get("SAMPLE") or 40), int(os.environ.get("SEED") or 1)
    tried = noticed = 0
    shares = {}
    for name in names:
        of, dead, survived = examined(tool, *EXAMINED[name], sample, seed)
        tried, noticed, shares[name] = tried + of, noticed + dead, f"{dead}/{of}"
        print(f"{name}: {dead} of {of}", *survived, sep="\n  ", flush=True)
    share = round(noticed / max(1, tried), 3)
    figures = {"value": share, "unit": "of mutants noticed", "floor": FLOOR, "ratio": round(share / FLOOR, 3)}
    print(json.dumps({"name": "mutants", **figures, "mutants": tried, "seed": seed, **shares}))
    return 0 if share >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
