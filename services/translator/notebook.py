"""Translations already made, on disk: what outlasts a restart, and more of it than fits in memory.

A correction comes hours after its article, and a restart must not make it cost a whole translation. It is a cache: whatever
goes wrong with the file costs time, never an article.
"""

import hashlib
import sqlite3
from contextlib import suppress
from pathlib import Path

import structlog

from shared import clock
from shared.events import Language

Key = tuple[str, str, Language, str]
"""Engine, version of its model, language, text."""

# So many are added before it is looked whether there are too many; then a twentieth goes, the longest unused first.
BETWEEN_LOOKS = 1_000
SHARE_FORGOTTEN = 20
BUSY_SECONDS = 0.2  # another translator writes; a cache is not waited for
_FORGET = "DELETE FROM translations WHERE rowid IN (SELECT rowid FROM translations ORDER BY day, rowid LIMIT ?)"
_TABLES = "CREATE TABLE IF NOT EXISTS translations (key BLOB PRIMARY KEY, english TEXT NOT NULL, day INTEGER NOT NULL)"


class Notebook:
    """At most about `most` translations in the file `path`, which several translators may share."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._added = 0
        self._log = structlog.get_logger(stage="translator")
        self._file = self._opened() or self._anew()

    def recall(self, key: Key) -> str | None:
        """The translation, or None; by the day on which it was last asked for it is kept."""
        if self._file is None:
            return None
        try:
            found = self._file.execute("SELECT english, day FROM translations WHERE key = ?", (_digest(key),)).fetchone()
            if found and found[1] != _today():
                self._file.execute("UPDATE translations SET day = ? WHERE key = ?", (_today(), _digest(key)))
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        return str(found[0]) if found else None

    def keep(self, key: Key, english: str) -> None:
        if self._file is None:
            return
        try:
            self._file.execute("INSERT OR REPLACE INTO translations VALUES (?, ?, ?)", (_digest(key), english, _today()))
            self._added += 1
            if self._added % BETWEEN_LOOKS == 0:
                self._forget(self._file)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            self._give_up(error)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _forget(self, file: sqlite3.Connection) -> None:
        (there,) = file.execute("SELECT count(*) FROM translations").fetchone()
        if there > self._most:
            # Of one day the earlier ones: rows are numbered as they come.
            file.execute(_FORGET, (there - self._most + self._most // SHARE_FORGOTTEN,))

    def _opened(self) -> sqlite3.Connection | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            self._log.warning("no notebook of translations", path=str(self._path), error=str(error))
            return None
        try:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = OFF")  # a power cut may cost the file, which is then begun anew
            file.execute(_TABLES)
        except sqlite3.Error as error:
            file.close()
            self._log.warning("no notebook of translations", path=str(self._path), error=str(error))
            return None
        return file

    def _anew(self) -> sqlite3.Connection | None:
        if not self._path.is_file():
            return None
        with suppress(OSError):
            self._path.unlink()
        return self._opened()

    def _give_up(self, error: Exception) -> None:
        # Busy is over in a moment, and text that is no Unicode is one sentence; whatever else lasts.
        if (isinstance(error, sqlite3.OperationalError) and "locked" in str(error)) or isinstance(error, UnicodeEncodeError):
            return
        self._log.warning("the notebook of translations is given up", path=str(self._path), error=str(error))
        self.close()


def _digest(key: Key) -> bytes:
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).digest()


def _today() -> int:
    return clock.now().toordinal()
