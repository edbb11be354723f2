"""Apertium by its command line: the real one where it is installed, and ones that misbehave."""

import asyncio
import shutil
from pathlib import Path

import psutil
import pytest

from services.translator.article import translate_article
from services.translator.engines.apertium_command import ApertiumCommand
from services.translator.errors import BadOutput, BadPair, EngineError, EngineTransient
from tests.services.translator.fakes import article, marked_texts, paragraph

REAL = shutil.which("apertium")
needs_apertium = pytest.mark.skipif(
    REAL is None, reason="apertium is not installed (apt-get install apertium apertium-eng-spa)"
)
SPANISH = "El gobierno presentó el martes una nueva ley sobre la vivienda."


def command(folder: Path, works: str, listed: str = "spa-eng gl-en eng-spa") -> str:
    """A command that lists those directions and does as `works`, in shell, when it is to translate."""
    path = folder / "apertium"
    path.write_text(
        f'#!/bin/sh\ncase "$1" in\n-l) echo {listed};;\n-V) echo Apertium 9.9;;\n*) {works};;\nesac\n', encoding="utf-8"
    )
    path.chmod(0o755)
    return str(path)


def engine(folder: Path, works: str, seconds: float = 5) -> ApertiumCommand:
    return ApertiumCommand(command(folder, works), seconds=seconds)


@needs_apertium
async def test_sentences_are_translated_each_for_itself() -> None:
    real = ApertiumCommand(str(REAL), seconds=20)
    if real.version("es") is None:
        pytest.skip("apertium-eng-spa is not installed")
    texts = [SPANISH, "La casa blanca", "Dos\nlíneas.", "Hola [sic] ^x$ <que> \\ {y}."]
    first, second, third, fourth = await real.translate(texts, "es")
    assert first == "The government presented the Tuesday a new law on the house."
    assert second == "The white house"
    assert third == "Two lines."
    assert "^x$ <that>" in str(fourth)


@needs_apertium
async def test_an_article_is_translated_with_its_link() -> None:
    real = ApertiumCommand(str(REAL), seconds=20)
    if real.version("es") is None:
        pytest.skip("apertium-eng-spa is not installed")
    block = paragraph("El gobierno presentó una ", ("nueva ley", "https://a.example/"), " sobre la vivienda.")
    done = await translate_article(article(SPANISH, block, title="El gobierno presenta una ley nueva"), [real], source="es")
    assert done.translation.status == "translated"
    assert marked_texts(done.translation.blocks[1]) == {"https://a.example/": "new law"}


def test_languages_are_those_whose_packages_are_installed(tmp_path: Path) -> None:
    found = engine(tmp_path, "cat")
    assert [found.version(language) for language in ("es", "gl", "ca", "en", "und")] == [
        "9.9 spa-eng",
        "9.9 gl-en",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("listed", ["''", "eng-spa"])
def test_a_command_without_packages_is_told_at_the_start(listed: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no package"):
        ApertiumCommand(command(tmp_path, "cat", listed), seconds=1)


def test_a_command_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be run: FileNotFoundError"):
        ApertiumCommand(str(tmp_path / "none"), seconds=1)


async def test_a_language_that_it_lacks_is_a_bad_pair(tmp_path: Path) -> None:
    with pytest.raises(BadPair):
        await engine(tmp_path, "cat").translate(["Um."], "pt")


@pytest.mark.parametrize(
    ("works", "kind"),
    [
        ("exit 3", EngineTransient),
        ("kill -9 $$", EngineTransient),
        ("true", BadOutput),
        ("cat; printf '\\n\\none more'", BadOutput),
        ("cat >/dev/null; echo one", BadOutput),
        ("head -c 3000000 /dev/zero", BadOutput),
    ],
)
async def test_a_command_that_fails_or_loses_count_is_an_error(works: str, kind: type[EngineError], tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        await engine(tmp_path, works).translate(["Hola.", "Adiós."], "es")
    assert type(caught.value) is kind


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def hangs(folder: Path, seconds: float) -> tuple[ApertiumCommand, Path]:
    pids = folder / "pids"
    return engine(folder, f"sleep 60 & echo $! >{pids}.new; mv {pids}.new {pids}; sleep 60", seconds), pids


async def gone(pids: Path) -> None:
    async with asyncio.timeout(5):
        while alive(int(pids.read_text())):
            await asyncio.sleep(0.01)


async def test_a_command_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    hanging, pids = await hangs(tmp_path, 0.5)
    with pytest.raises(EngineTransient, match=r"no answer in 0\.5 s"):
        await hanging.translate(["Hola."], "es")
    await gone(pids)


async def test_an_article_that_has_no_more_time_leaves_no_process_behind(tmp_path: Path) -> None:
    hanging, pids = await hangs(tmp_path, 60)
    asking = asyncio.create_task(hanging.translate(["Hola."], "es"))
    async with asyncio.timeout(5):
        while not pids.exists():
            await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await gone(pids)


async def test_a_large_request_is_read_and_written_at_the_same_time(tmp_path: Path) -> None:
    texts = ["a" * 1000] * 500
    assert await engine(tmp_path, "cat").translate(texts, "es") == texts
