"""What runs in a worker process: nothing but the engine, so that a worker stays small.

A `Translator` may be used only by the thread that made it and holds the GIL, hence processes.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence

from fxtranslate import Translator

from services.translator.models import ModelFiles

_loaded: OrderedDict[ModelFiles, Translator] = OrderedDict()
_most_models = 1


def keep(most_models: int) -> None:
    """At most so many models stay loaded."""
    global _most_models
    _most_models = most_models


def translate(files: ModelFiles, texts: Sequence[str]) -> tuple[list[str], float]:
    """The translations of some sentences and the seconds they took. Raises RuntimeError."""
    started = time.perf_counter()
    try:
        return [_translator(files).translate(text) for text in texts], time.perf_counter() - started
    except BaseException as error:  # the engine's panics are BaseExceptions and do not pickle
        _loaded.pop(files, None)
        raise RuntimeError(f"{type(error).__name__}: {error}") from None


def _translator(files: ModelFiles) -> Translator:
    if files not in _loaded:
        while len(_loaded) >= _most_models:
            _loaded.popitem(last=False)
        _loaded[files] = Translator(
            files.weights.read_bytes(),
            files.source_vocabulary.read_bytes(),
            files.target_vocabulary.read_bytes(),
            files.shortlist.read_bytes() if files.shortlist else None,
        )
    _loaded.move_to_end(files)
    return _loaded[files]
