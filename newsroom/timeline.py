"""The newsroom's time goes in rounds: each publishes what the press has for it. A state file keeps when each began, so
that a newsroom that is started again goes on where it stopped and no date changes."""

import asyncio
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsroom.press import LAST_ROUND, Article

FIRST_DAY = timedelta(hours=18)  # over which what is there at the beginning has come out
FRESH = timedelta(minutes=5)  # the greatest age of what a later round brings
LONG_AGO = timedelta(days=60)  # the date of what is `too-old`


def now() -> datetime:
    """UTC, in whole seconds, as feeds have it."""
    return datetime.now(UTC).replace(microsecond=0)


class Timeline:
    """Raises ValueError when `state` is no state file of ours. `read` is set once somebody has read a feed."""

    def __init__(self, state: Path | None = None, clock: Callable[[], datetime] = now) -> None:
        self._state, self._clock = state, clock
        self.read = asyncio.Event()
        self._began = self._stored() or [clock()]
        self._store()

    @property
    def round(self) -> int:
        return len(self._began) - 1

    @property
    def done(self) -> bool:
        return self.round >= LAST_ROUND

    def advance(self) -> None:
        """Begins the next round, if there is one."""
        if not self.done:
            self._began.append(max(self._clock(), self._began[-1] + timedelta(seconds=1)))
            self._store()

    async def go_on(self, interval: float) -> None:
        """Begins a round every `interval` seconds once the first reader is there; else nobody would see the news come."""
        await self.read.wait()
        while not self.done:
            await asyncio.sleep(interval)
            self.advance()

    def began(self, round: int) -> datetime:
        """When that round, which has begun, did so."""
        return self._began[round]

    def is_out(self, article: Article) -> bool:
        return article.round <= self.round

    def published(self, article: Article) -> datetime:
        """When `article`, which is out, came out; the same on every run with one state file."""
        if article.behaviour == "too-old":
            return self._began[0] - LONG_AGO
        most = FIRST_DAY if article.round == 0 else FRESH
        return self._began[article.round] - timedelta(seconds=_lot(article, int(most.total_seconds())))

    def modified(self, article: Article) -> datetime | None:
        """When `article` was corrected; None before that."""
        due = article.correction
        return self._began[due.round] if due and due.round <= self.round else None

    def _stored(self) -> list[datetime] | None:
        if self._state is None or not self._state.exists():
            return None
        try:
            rounds = json.loads(self._state.read_text(encoding="utf-8"))["rounds"]
            found = [datetime.fromisoformat(text).astimezone(UTC) for text in rounds]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self._state} is no state file of the newsroom") from error
        return found[: LAST_ROUND + 1] or None

    def _store(self) -> None:
        if self._state is None:
            return
        self._state.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._state.with_name(self._state.name + ".new")
        fresh.write_text(json.dumps({"rounds": [moment.isoformat() for moment in self._began]}), encoding="utf-8")
        os.replace(fresh, self._state)


def _lot(article: Article, most: int) -> int:
    """A number from 1 to `most`, always the same for the same article."""
    digest = hashlib.sha256(f"{article.outlet}/{article.slug}".encode()).digest()
    return 1 + int.from_bytes(digest[:6], "big") % most
