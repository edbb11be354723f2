"""What runs in a worker process of CTranslate2: its models, the least recently used of which goes first."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

BEAM = 2
LONGEST = 400  # tokens of an output; a sentence is 500 characters at most
REPETITION_PENALTY = 1.1

Places = tuple[str, str, str]


@dataclass(frozen=True)
class _Loaded:
    translator: Any
    source: Any
    target: Any


_loaded: OrderedDict[str, _Loaded] = OrderedDict()
_most_models = 1


def keep(most_models: int) -> None:
    """At most so many models stay loaded."""
    global _most_models
    _most_models = most_models


def translate(version: str, places: Places, texts: list[str]) -> tuple[list[str], float]:
    """The translations of `texts` and the seconds they took. `places`: model, source and target vocabulary. Raises
    RuntimeError, OSError, ValueError."""
    started = time.perf_counter()
    model = _model(version, places)
    tokens = model.source.encode(texts, out_type=str)
    answers = model.translator.translate_batch(
        tokens, beam_size=BEAM, max_decoding_length=LONGEST, repetition_penalty=REPETITION_PENALTY
    )
    outputs = [model.target.decode(answer.hypotheses[0]) for answer in answers]
    return outputs, time.perf_counter() - started


def _model(version: str, places: Places) -> _Loaded:
    if version not in _loaded:
        # Large libraries, which only this process needs.
        import ctranslate2
        import sentencepiece

        while len(_loaded) >= _most_models:
            _loaded.popitem(last=False)
        model, theirs, ours = places
        _loaded[version] = _Loaded(
            ctranslate2.Translator(model, device="cpu", compute_type="auto", inter_threads=1, intra_threads=1),
            sentencepiece.SentencePieceProcessor(model_file=theirs),
            sentencepiece.SentencePieceProcessor(model_file=ours),
        )
    _loaded.move_to_end(version)
    return _loaded[version]
