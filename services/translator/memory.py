"""Translations already made: agency copy, boilerplate and corrected articles repeat sentences word for word."""

from collections import OrderedDict

from services.translator.notebook import Key, Notebook
from services.translator.settings import TranslatorSettings
from shared.telemetry import metrics


class Memory:
    """The `most` recently used translations, by engine, model version, language and text; and what is in the `notebook`."""

    def __init__(self, most: int, notebook: Notebook | None = None) -> None:
        self._most = most
        self._notebook = notebook
        self._known: OrderedDict[Key, str] = OrderedDict()

    def recall(self, key: Key) -> str | None:
        """The translation, or None; counted as a hit or a miss."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        elif self._notebook and (found := self._notebook.recall(key)) is not None:
            self._remember(key, found)
        metrics.MEMORY.labels(key[0], "miss" if found is None else "hit").inc()
        return found

    def keep(self, key: Key, translation: str) -> None:
        self._remember(key, translation)
        if self._notebook:
            self._notebook.keep(key, translation)

    def _remember(self, key: Key, translation: str) -> None:
        self._known[key] = translation
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        metrics.MEMORY_SENTENCES.set(len(self._known))


def memory(own: TranslatorSettings) -> Memory:
    """The memory as `own` has it."""
    notebook = Notebook(own.memory_file, own.memory_file_segments) if own.memory_file else None
    return Memory(own.memory_segments, notebook)
