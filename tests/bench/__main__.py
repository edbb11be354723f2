"""`python -m tests.bench [NAME]`: all benchmarks, or one. DATA in the environment names other data for those that read some.

A benchmark is a module of this folder with a `main`; it prints, as its last line, one JSON object (DESIGN §9).
"""

import os
import subprocess
import sys
from pathlib import Path


def benchmarks() -> list[str]:
    """Their names."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    wanted = sys.argv[1:] or benchmarks()
    if unknown := set(wanted) - set(benchmarks()):
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(benchmarks())}", file=sys.stderr)
        return 2
    # Each in a process of its own, so that none is measured with another's memory. On a busy machine more BLAS threads than
    # one are several times slower, which would be measured then. Engines as
    # they are where they work for long.
    alone = {"BABELWIRE_ENGINES_QUICK": "false", **os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ran = (subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], env=alone, check=False) for name in wanted)
    return max(one.returncode for one in ran)


if __name__ == "__main__":
    sys.exit(main())
