"""Characters given to each engine each day (UTC), counted in a file so that a restart does not forget.

SQLite, because one statement both tests and counts, whatever dies in between, and because the translators of one machine
may share the file. What is not on one file system has a budget for each file.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from shared import clock

WAIT_SECONDS = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS spent (engine TEXT, day TEXT, characters INTEGER, PRIMARY KEY (engine, day))"
_ROW = "INSERT OR IGNORE INTO spent VALUES (?, ?, 0)"
_SPEND = "UPDATE spent SET characters = characters + ? WHERE engine = ? AND day = ? AND characters + ? <= ?"
_SPENT = "SELECT characters FROM spent WHERE engine = ? AND day = ?"


class Budget:
    """`most`: characters a day for one engine. Raises sqlite3.Error where the file cannot be used."""

    def __init__(self, file: Path, engine: str, most: int) -> None:
        self._file, self._engine, self._most = file, engine, most
        with closing(self._open()) as database, database:
            database.execute(_TABLE)

    def spend(self, characters: int) -> bool:
        """Counts `characters` if that many are left today; a negative number gives back. Whether it did."""
        day = clock.now().date().isoformat()
        with closing(self._open()) as database, database:
            database.execute(_ROW, (self._engine, day))
            changed = database.execute(_SPEND, (characters, self._engine, day, characters, self._most))
            return changed.rowcount == 1

    def used(self) -> float:
        """The share of today's budget that is used up, 0 to 1."""
        day = clock.now().date().isoformat()
        with closing(self._open()) as database:
            row = database.execute(_SPENT, (self._engine, day)).fetchone()
        return min(1.0, row[0] / self._most) if row and self._most else float(not self._most)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=WAIT_SECONDS)
