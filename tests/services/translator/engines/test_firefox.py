"""The real engine with the bundled Portuguese model, in real processes."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fxtranslate import Translator

from services.translator import models, quotes
from services.translator.article import translate_article
from services.translator.drafts import for_engine
from services.translator.engines import firefox_worker
from services.translator.engines.firefox import FirefoxEngine
from services.translator.errors import BadPair, EngineTransient
from services.translator.memory import Memory
from shared.telemetry import metrics
from tests.services.translator import reference
from tests.services.translator.fakes import article, marked_texts, paragraph

MEMORY = 1024
# The engine works on it for a minute and more.
ENDLESS = "Uma frase, e mais outra. " * 2_000


def engine(folder: Path | None = None, timeout: float = 30, memory: int = MEMORY) -> FirefoxEngine:
    return FirefoxEngine(folder, workers=1, timeout=timeout, mib=memory, most_models=2)


@pytest.fixture(scope="module")
def firefox() -> Iterator[FirefoxEngine]:
    own = engine()
    yield own
    asyncio.run(own.close())


def killed(why: str) -> float:
    return float(metrics.WORKERS_KILLED.labels("translator", why)._value.get())


async def test_a_tagged_portuguese_article_becomes_a_tagged_english_one(firefox: FirefoxEngine) -> None:
    block = paragraph(
        ('"Não podemos aceitar a vigilância em massa ilegal"', "*"), ", afirmou a deputada, que pediu uma ",
        ("investigação independente", "https://a.example/"), " ao governo em ", ("Lisboa", "https://b.example/"), ".",
    )  # fmt: skip
    done = await translate_article(article(block, "👍", title="Deputada contra vigilância em massa"), [firefox])
    assert (done.language, done.translation.status) == ("pt", "translated")
    assert done.translation.blocks[0].text.startswith("“We cannot accept illegal mass surveillance,” said")
    found = marked_texts(done.translation.blocks[0])
    assert found["emphasis"].strip(",") == "We cannot accept illegal mass surveillance"
    assert "investigation" in found["https://a.example/"]
    assert found["https://b.example/"] == "Lisbon"
    assert done.translation.blocks[1].text == "👍"


@reference.needs_reference
async def test_plain_sentences_are_translated_as_the_bare_engine_does(firefox: FirefoxEngine) -> None:
    files = next(files for model in models.available(None) if model.src == "pt" and (files := models.files_of(model.path)))
    vocabulary = files.source_vocabulary.read_bytes()
    shortlist = files.shortlist.read_bytes() if files.shortlist else None
    bare = Translator(files.weights.read_bytes(), vocabulary, vocabulary, shortlist)
    lines = [line for line in reference.sentences("por")[5:600:15] if line.endswith(".")]
    done = await translate_article(article(*lines), [firefox], memory=Memory(1000), source="pt")
    same = [
        quotes.plain(block.text) == quotes.tidy(bare.translate(for_engine(line)))
        for line, block in zip(lines, done.translation.blocks, strict=True)
    ]
    assert len(same) > 20
    assert sum(same) >= 0.9 * len(same)  # the rest holds two sentences, or English that is left as it is


async def test_what_it_has_no_model_for_is_a_bad_pair(firefox: FirefoxEngine) -> None:
    assert firefox.version("xx") is None
    with pytest.raises(BadPair):
        await firefox.translate(["..."], "xx")


async def test_a_sentence_that_hangs_is_killed_and_its_neighbours_are_translated() -> None:
    own, before = engine(timeout=2), killed("timeout")
    try:
        results = await own.translate(["Bom dia a todos.", ENDLESS, "Boa noite a todos."], "pt")
    finally:
        await own.close()
    assert [type(result) for result in results] == [str, EngineTransient, str]
    assert killed("timeout") == before + 2  # with its neighbour, and alone


async def test_a_worker_that_outgrows_its_memory_dies_alone() -> None:
    own, before = engine(memory=90), killed("died")
    try:
        (result,) = await own.translate(["Bom dia a todos."], "pt")
    finally:
        await own.close()
    assert isinstance(result, EngineTransient)
    assert killed("died") in (before, before + 1)  # Python may see the limit first, and lives on


async def test_a_damaged_model_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    shutil.copytree(next(model.path for model in models.available(None) if model.src == "pt"), tmp_path / "fren")
    (tmp_path / "fren" / "model.pten.intgemm.alphas.bin").write_bytes(b"not a model")
    own = engine(tmp_path)
    try:
        broken = await own.translate(["Bonjour à tous."], "fr")
        sound = await own.translate(["Bom dia a todos."], "pt")
    finally:
        await own.close()
    assert isinstance(broken[0], EngineTransient)
    assert sound == ["Good morning to all."]


async def test_closing_leaves_no_process_behind() -> None:
    own, before = engine(), set(psutil.Process().children(recursive=True))
    await own.translate(["Bom dia."], "pt")
    started = set(psutil.Process().children(recursive=True)) - before
    workers = [process for process in started if "resource_tracker" not in " ".join(process.cmdline())]
    await own.close()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert workers
    assert alive == []


def test_a_worker_reads_a_model_anew_whose_bytes_have_changed(tmp_path: Path) -> None:
    answers = []
    for src in ("pt", "en"):
        shutil.rmtree(tmp_path / "gl-en", ignore_errors=True)
        shutil.copytree(next(model.path for model in models.available(None) if model.src == src), tmp_path / "gl-en")
        for path in list((tmp_path / "gl-en").iterdir()):
            path.rename(path.with_name(path.name.replace("enpt", "pten")))
        files = models.files_of(tmp_path / "gl-en")
        assert files
        answers.append(firefox_worker.translate(files, ["Bom dia."])[0])
    assert answers[0] != answers[1]
