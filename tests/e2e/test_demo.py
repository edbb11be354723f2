"""The whole system as users meet it: `up --demo`, read, watched, corrected, stopped with Ctrl-C, and gone on with later."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.native.home import services_file
from console.native.ports import OUTLETS, free_block
from newsroom.outlets import read_outlets
from newsroom.press import LAST_ROUND, Article, read_press
from tests.e2e.demo import Up, environment, live, once
from tests.e2e.prometheus import PROGRAM, Prometheus, empty, prometheus, queries, unwell_rules
from tests.engines import engine_folder

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

READ_SECONDS = 180  # as promised for `make run` on a fresh clone
WATCH_SECONDS = 60  # some figures are taken every quarter of a minute, and a rate wants two

PRESS = read_press(read_outlets())
STRIKE = "/api/v1/articles?language=pt&q=estivadores"  # the article that is corrected is about dockers


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with engine_folder() as folder:
        yield folder


async def test_a_reader_reads_the_demo_and_sees_the_correction_and_a_second_run_goes_on_where_the_first_stopped(
    home: Path,
) -> None:
    newsroom = free_block(1 + OUTLETS)
    settings = environment(home, newsroom, BABELWIRE_UP_NEWSROOM_SECONDS="3600")  # we tell it when to go on

    async with (
        live(settings) as up,
        watched(home) as watch,
        httpx.AsyncClient(base_url=up.reader, timeout=30, trust_env=False) as reader,
    ):
        await translated_articles_can_be_read(reader)
        await the_correction_replaces_what_was_wrong(reader, f"http://127.0.0.1:{newsroom}")
        if watch:
            await every_panel_shows_something(watch)
        second = await asyncio.create_subprocess_exec(
            *up.command, env=settings, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await asyncio.wait_for(second.communicate(), 30)
        assert second.returncode == 1
        assert len(said.decode().splitlines()) == 1, "a second run on the same folder is refused in one line"
        assert await up.stop() == 0
        await nothing_is_left_behind(up)

    status, summary, said_meanwhile = await once(settings)
    assert status == 0, said_meanwhile
    assert summary["lost"] == 0
    assert summary["in_flight"] == 0
    assert sum(summary["states"].values()) == summary["discovered"]
    assert "unexpected" not in summary, "each misbehaviour ends in its state, and all that was published was discovered"
    ordinary = [article for article in PRESS if article.behaviour is None and article.copy_of is None]
    assert summary["states"]["indexed"] >= len(ordinary)
    assert {"duplicate", "not_article", "disallowed", "gone", "too_large", "too_old", "blocked", "rights", "failed"} <= set(
        summary["states"]
    )


async def translated_articles_can_be_read(reader: httpx.AsyncClient) -> None:
    """Portuguese articles are there in English, block for block."""
    found = await until(
        reader,
        "/api/v1/articles?language=pt",
        lambda page: [a for a in page["articles"] if a["translation"]["status"] == "translated"],
    )
    whole = (await reader.get(f"/api/v1/articles/{found[0]['shortid']}")).json()
    kinds = [block["kind"] for block in whole["blocks"]]
    assert kinds == [block["kind"] for block in whole["translation"]["blocks"]]
    assert whole["translation"]["title"] != whole["title"]
    page = await reader.get(found[0]["link"])
    assert page.status_code == 200
    assert whole["translation"]["title"] in page.text.replace("&#39;", "'").replace("&#34;", '"')


async def the_correction_replaces_what_was_wrong(reader: httpx.AsyncClient, newsroom: str) -> None:
    """The corrected article has a new revision, whose original and translation are both new."""
    (wrong,) = [article for article in PRESS if article.correction]
    before, after = wrong.at(0), wrong.at(LAST_ROUND)

    def with_standfirst(text: str | None) -> Any:
        return lambda page: [article for article in page["articles"] if article["standfirst"] == text]

    (first,) = await until(reader, STRIKE, with_standfirst(before.standfirst))
    assert first["revision"] == 1
    async with httpx.AsyncClient(base_url=newsroom, trust_env=False) as press:
        for _ in range(LAST_ROUND):
            (await press.post("/next")).raise_for_status()
    (second,) = await until(reader, STRIKE, with_standfirst(after.standfirst))
    assert (second["article_id"], second["revision"]) == (first["article_id"], 2)
    assert figures(after) - figures(before), "the correction changes a figure, which a translation keeps"
    assert (figures(after) - figures(before)) & set(second["translation"]["standfirst"].replace("%", " ").split())
    assert "Corrected" in (await reader.get(second["link"])).text


@asynccontextmanager
async def watched(home: Path) -> AsyncIterator[Prometheus | None]:
    """A Prometheus that scrapes what runs from `home`; None where there is no Prometheus (Debian package prometheus)."""
    if PROGRAM is None:
        yield None
        return
    async with prometheus(home / "prometheus", json.loads(services_file(home).read_text())) as watch:
        yield watch


async def every_panel_shows_something(watch: Prometheus) -> None:
    """No query of a dashboard finds nothing, none is refused, and every rule is evaluated."""
    end = time.monotonic() + WATCH_SECONDS
    waiting = queries()
    while (waiting := await empty(watch, waiting)) and time.monotonic() < end:
        await asyncio.sleep(2)
    assert not waiting
    assert await unwell_rules(watch) == []


def figures(article: Article) -> set[str]:
    return {word.strip("%.,:;") for word in (article.standfirst or "").split() if word[0].isdigit()}


async def nothing_is_left_behind(up: Up) -> None:
    async with asyncio.timeout(10):
        while up.left_behind():
            await asyncio.sleep(0.1)


async def until(reader: httpx.AsyncClient, path: str, wanted: Any) -> Any:
    """What `wanted` makes of the answer to `path`, as soon as it is something."""
    async with asyncio.timeout(READ_SECONDS):
        while True:
            answer = await reader.get(path)
            if answer.status_code == 200 and (found := wanted(answer.json())):
                return found
            await asyncio.sleep(0.5)
