"""The real library, with a model of random weights and a vocabulary learnt from a few sentences: it speaks nonsense, but
always the same."""

import json
import shutil
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import sentencepiece

from services.translator.article import translate_article
from services.translator.engines.ctranslate2 import CTranslate2Engine, packages
from services.translator.errors import BadPair
from tests.services.translator.fakes import article

SENTENCES = ["A ponte reabre na segunda-feira.", "O porto está fechado desde ontem.", "Ninguém ficou ferido."]
DEPTH = 16


@pytest.fixture(scope="module")
def opus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the converter for OPUS-MT leaves it."""
    path = tmp_path_factory.mktemp("models") / "opus-mt-pt-en"
    path.mkdir()
    corpus = path / "corpus.txt"
    corpus.write_text("\n".join(SENTENCES * 20))
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(path / "source"), vocab_size=36, minloglevel=2, character_coverage=1.0
    )
    shutil.copy(path / "source.model", path / "target.spm")
    (path / "source.model").rename(path / "source.spm")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path / "source.spm"))
    vocabulary = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    spec = ctranslate2.specs.TransformerSpec.from_config(1, 2)
    random = np.random.default_rng(1)
    for name, value in spec.variables().items():
        if value is None:
            _set(spec, name, _weights(name, len(vocabulary), random))
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    spec.save(str(path))
    return path


def _set(spec: object, name: str, value: object) -> None:
    *places, last = name.split("/")
    for place in places:
        kind, _, number = place.rpartition("_")
        spec = getattr(spec, kind)[int(number)] if number.isdigit() and hasattr(spec, kind) else getattr(spec, place)
    setattr(spec, last, value)


SHAPES = {
    "self_attention/linear_0": (3 * DEPTH, DEPTH),
    "attention/linear_1": (2 * DEPTH, DEPTH),  # of the decoder: keys and values
    "ffn/linear_0": (4 * DEPTH, DEPTH),
    "ffn/linear_1": (DEPTH, 4 * DEPTH),
}


def _weights(name: str, words: int, random: np.random.Generator) -> object:
    place, _, last = name.rpartition("/")
    if last in ("gamma", "beta"):
        return np.full(DEPTH, float(last == "gamma"), dtype=np.float32)
    if "embeddings" in place or place.endswith("projection"):
        return random.standard_normal((words, DEPTH)).astype(np.float32)
    kind = "/".join(place.rsplit("/", 2)[-2:])
    return random.standard_normal(SHAPES.get(kind, (DEPTH, DEPTH))).astype(np.float32)


@pytest.fixture
def engine(opus: Path) -> CTranslate2Engine:
    return CTranslate2Engine(opus.parent, workers=1, timeout=30, mib=2048, most_models=1)


async def test_an_opus_model_answers_as_the_bare_library_does(opus: Path, engine: CTranslate2Engine) -> None:
    try:
        version = engine.version("pt")
        answers = await engine.translate(SENTENCES, "pt")
        with pytest.raises(BadPair):
            await engine.translate(SENTENCES, "xx")
        done = await translate_article(article(*SENTENCES), [engine], source="pt")
    finally:
        await engine.close()
    assert version
    bare = ctranslate2.Translator(str(opus), compute_type="auto", intra_threads=1)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(opus / "source.spm"))
    given = bare.translate_batch(
        pieces.encode(SENTENCES, out_type=str), beam_size=2, max_decoding_length=400, repetition_penalty=1.1
    )
    assert answers == [pieces.decode(one.hypotheses[0]) for one in given]
    assert done.translation.engine == f"ctranslate2 {version}"
    assert len(done.translation.blocks) == len(SENTENCES)


def test_an_argos_package_says_itself_what_it_translates(opus: Path, tmp_path: Path) -> None:
    package = tmp_path / "translate-gl_en-1_9"
    shutil.copytree(opus, package / "model")
    shutil.copy(opus / "source.spm", package / "sentencepiece.model")
    (package / "metadata.json").write_text(json.dumps({"from_code": "gl", "to_code": "en", "package_version": "1.9"}))
    assert packages(tmp_path)["gl"].model == package / "model"


@pytest.mark.parametrize("told", ["{", "[]", '{"from_code": "en", "to_code": "gl"}', '{"to_code": "en"}'])
def test_what_is_no_package_into_english_is_passed_over(told: str, opus: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(opus, package / "model")
    shutil.copy(opus / "source.spm", package / "sentencepiece.model")
    (package / "metadata.json").write_text(told)
    assert packages(tmp_path) == {}


def test_a_model_that_is_not_whole_is_passed_over(opus: Path, tmp_path: Path) -> None:
    shutil.copytree(opus, tmp_path / "pt-en")
    (tmp_path / "pt-en" / "model.bin").unlink()
    assert packages(tmp_path) == {}
    assert packages(tmp_path / "nothing") == {}
