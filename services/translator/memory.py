"""Translations already made: agency copy, boilerplate and corrected articles repeat sentences word for word."""

from collections import OrderedDict

from shared.events import Language
from shared.telemetry import metrics

Key = tuple[str, str, Language, str]


class Memory:
    """The `most` recently used translations, by engine, model version, language and text."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Key, str] = OrderedDict()

    def recall(self, key: Key) -> str | None:
        """The translation, or None; counted as a hit or a miss."""
        metrics.MEMORY.labels(key[0], "hit" if key in self._known else "miss").inc()
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def keep(self, key: Key, translation: str) -> None:
        self._known[key] = translation
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        metrics.MEMORY_SENTENCES.set(len(self._known))
