"""The account that the engines run as: OpenSearch refuses root, so root lends them an unprivileged one."""

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
NOBODY = 65534


class Unreachable(Exception):
    """A folder that the engines' account cannot enter."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def engines_account() -> Account | None:
    """Whom the engines run as; None when they simply run as the user who starts them."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)


def leashed(command: list[str], account: Account | None = None) -> list[str]:
    """`command` so that it runs as `account` and ends with the process that started it."""
    user = ["--user", f"{account.uid}:{account.gid}"] if account else []
    return [sys.executable, "-I", str(LEASH), *user, "--", *command]


def closed_to_others(folder: Path) -> Path | None:
    """The first folder on the way to and including `folder` that other users cannot enter, if any."""
    way = folder.resolve()
    return next(
        (part for part in (*reversed(way.parents), way) if part.exists() and not part.stat().st_mode & stat.S_IXOTH), None
    )


def give(folder: Path, account: Account | None) -> None:
    """Makes `folder`, created if missing, with all in it, the account's own.

    Raises Unreachable when the account could not get there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return
    if closed := closed_to_others(folder.parent):
        raise Unreachable(_closed(closed))
    os.chown(folder, account.uid, account.gid)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(place, name), account.uid, account.gid, follow_symlinks=False)


def open_to_all(folder: Path) -> None:
    """Lets every user read `folder` and what is in it. Raises Unreachable when the engines' account could not get there."""
    if engines_account() is None:
        return
    if closed := closed_to_others(folder.parent):
        raise Unreachable(_closed(closed))
    folder.chmod(folder.stat().st_mode | 0o755)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def _closed(folder: Path) -> str:
    return f"{folder} is closed to other users, and root lends the engines another account: set BABELWIRE_HOME elsewhere"
