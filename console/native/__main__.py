"""The engines alone.

python -m console.native install     # `make setup`
python -m console.native up          # both engines in the foreground, without services
python -m console.native lock        # after a change of version in artifacts.py
"""

import argparse
import sys

from console.native import artifacts
from console.native.account import Unreachable
from console.native.engine import NotStarted, foreground
from console.native.engines import NotInstalled, install
from console.native.settings import NativeSettings
from shared.settings import load


class Told:
    """Progress in lines: one per file, and for a large one a line each tenth."""

    LARGE = 20 << 20

    def __init__(self) -> None:
        self._last: tuple[str, int] = ("", -1)

    def __call__(self, name: str, done: int, total: int) -> None:
        if name.endswith(".pom"):
            return
        step = done * 10 // total if total > self.LARGE else 10 if done == total else 0
        if step and (name, step) != self._last:
            self._last = (name, step)
            print(f"  {name} {done >> 20} of {total >> 20} MiB" if total > self.LARGE else f"  {name}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m console.native")
    parser.add_argument("command", choices=("install", "lock", "up"))
    command = parser.parse_args().command
    settings = load(NativeSettings)
    try:
        if command == "lock":
            artifacts.lock(settings.engines_folder / "repository", Told())
        elif command == "up":
            foreground(settings)
        else:
            print(f"engines: Apache Kafka and OpenSearch into {settings.engines_folder}", flush=True)
            print("engines: installed" if install(settings, Told()) else "engines: already there", flush=True)
    except (artifacts.NotDownloaded, NotInstalled, NotStarted, Unreachable, OSError) as error:
        sys.exit(f"engines: {error}")


if __name__ == "__main__":
    main()
