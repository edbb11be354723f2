"""The whole system on hundreds of saved real pages, served as the live web by `../shared/replay`, with nothing mocked.

Skips where that folder is not there: the pages are other people's and are no part of this project.
"""

import asyncio
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.native.engine import opensearch_engine
from console.native.settings import NativeSettings
from shared.events import TranslatedArticle
from shared.ids import url_id
from shared.search.client import connect
from shared.search.names import ARTICLES, LEDGER_URLS
from shared.settings import Settings
from tests.engines import engine_folder
from tests.integration.bench import free_port

REPLAY = Path(__file__).parents[3] / "shared" / "replay" / "replay.py"

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not REPLAY.exists(), reason="the saved real pages (../shared/replay) are not here"),
]

TRUE_ARTICLES_INDEXED = 0.95
TITLES_EXACT = 0.60  # plain trafilatura's floor; a later gate is stricter
DAYS_RIGHT = 0.90


@pytest.fixture(scope="module")
def press() -> Iterator[str]:
    """The replay proxy's address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, REPLAY, "serve", "--port", str(port), "--side", "dev", "--sets", "fundus"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with engine_folder() as folder:
        yield folder


async def test_each_real_page_ends_well(press: str, home: Path) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        await answers(client, f"{press}/urls.txt")
        opml = home / "replay.opml"
        opml.write_bytes((await client.get(f"{press}/opml")).content)
        truth = [json.loads(line) for line in (await client.get(f"{press}/truth.jsonl")).text.splitlines()]
    assert len(truth) >= 150

    summary = await up_once(home, opml, press)
    assert summary["lost"] == 0
    assert summary["in_flight"] == 0
    assert "queued" not in summary["states"] or summary["states"]["queued"] == 0
    assert sum(summary["states"].values()) == summary["discovered"]

    states, documents = await stored(home)
    ends = {one["url"]: states.get(url_id(one["url"]), "never discovered") for one in truth}
    bad = {url: state for url, state in ends.items() if state != "indexed"}
    assert len(bad) <= (1 - TRUE_ARTICLES_INDEXED) * len(truth), bad

    found = [(one, documents[url_id(one["url"])]) for one in truth if url_id(one["url"]) in documents]
    titles = [one["title"] for one, _ in found if one.get("title")]
    exact = [one for one, article in found if one.get("title") and folded(article.title) == folded(one["title"])]
    dated = [(one, article) for one, article in found if one.get("date")]
    days = [one for one, article in dated if same_day(article, one["date"])]
    print(
        f"{len(truth)} true articles: {len(truth) - len(bad)} indexed, {len(exact)}/{len(titles)} titles exact, "
        f"{len(days)}/{len(dated)} days right, {summary['seconds']:.0f} s; states {summary['states']}"
    )
    assert len(exact) >= TITLES_EXACT * len(titles)
    assert len(days) >= DAYS_RIGHT * len(dated)


async def up_once(home: Path, opml: Path, proxy: str) -> dict[str, Any]:
    """`babelwire up --once --json` on the list `opml` through `proxy`; its summary."""
    ports = {f"BABELWIRE_UP_{name}_PORT": "0" for name in ("KAFKA", "OPENSEARCH", "WEB", "METRICS", "NEWSROOM")}
    environment = os.environ | ports | {
        "BABELWIRE_HOME": str(home),
        "BABELWIRE_ENGINES": str(NativeSettings().engines_folder),
        "BABELWIRE_FETCHER_PROXY": proxy,
        "BABELWIRE_FETCHER_MAX_AGE_DAYS": "0",
        "BABELWIRE_FETCHER_HOST_DELAY_SECONDS": "0",
        # Some of the saved pages reserve text mining. They would end as `rights`; here they are pages like any other.
        "BABELWIRE_EXTRACTOR_IGNORE_RESERVATIONS": "true",
        "BABELWIRE_RETRY_SCALE": "0.02",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console.main", "up", "--sources", str(opml), "--once", "--json",
        env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-2000:]
    summary: dict[str, Any] = json.loads(output.decode().splitlines()[-1])
    return summary


async def stored(home: Path) -> tuple[dict[str, str], dict[str, TranslatedArticle]]:
    """The state of each URL and the document of each indexed one, read from the data that the run left behind."""
    settings = NativeSettings(home=home, engines=NativeSettings().engines_folder)
    engine = opensearch_engine(settings, home / "data" / "opensearch")
    await asyncio.to_thread(engine.start)
    client = connect(Settings(opensearch_url=engine.address))
    try:
        states = {s["url_id"]: s["state"] async for s in everything(client, LEDGER_URLS)}
        articles = [TranslatedArticle.model_validate(s) async for s in everything(client, ARTICLES)]
        return states, {article.url_id: article for article in articles}
    finally:
        await client.close()
        await asyncio.to_thread(engine.stop)


async def everything(client: Any, index: str) -> AsyncIterator[dict[str, Any]]:
    answer = await client.search(index=index, body={"size": 5000, "query": {"match_all": {}}})
    for hit in answer["hits"]["hits"]:
        yield hit["_source"]


async def answers(client: httpx.AsyncClient, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


def folded(title: str) -> str:
    """Compatibility forms, case and white space made equal."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def same_day(article: TranslatedArticle, truth: str) -> bool:
    """On the publisher's own calendar, as the truth has it."""
    if article.published_at is None:
        return False
    true = datetime.fromisoformat(truth)
    zone = true.tzinfo or article.published_at.tzinfo
    return article.published_at.astimezone(zone).date() == true.date()
