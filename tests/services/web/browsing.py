"""A browser, and a site over articles of many kinds, for the tests that look at pages."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from playwright.async_api import Browser, async_playwright

from services.web.app import site
from services.web.settings import WebSettings
from services.web.store import Hour
from shared import clock
from shared.events import Block, Trend
from shared.search.sources import Feed, Source
from shared.search.trends import Board
from shared.telemetry.health import server
from tests.services.web.articles import SEEN, article, story
from tests.services.web.shelf import Shelf

CHROMIUM = shutil.which("chromium")
NOW = clock.now()
LONG = (
    "A headline of extraordinary length about Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle " * 3
)

PLAIN = article(source_id="s1", image=None, seen=NOW)
ARABIC = article(
    "arabic", language="ar", title="مذنب جديد فوق الميناء", english_title="A new comet", seen=NOW, source_id="s2",
    standfirst="اكتشفه فلكيون من الساحل.", english_standfirst="Astronomers on the coast found it.", country="eg",
    blocks=(Block(kind="paragraph", text="اكتشف فلكيون مذنبًا جديدًا."), Block(kind="quote", text="كان مشهدًا لا ينسى.")),
    english=(Block(kind="paragraph", text="They found a new comet."), Block(kind="quote", text="A sight to remember.")),
)  # fmt: skip
WAITING = article("pending", status="pending", section="world", language="ar", title="مذنب جديد فوق الميناء", seen=NOW)
ENDLESS = article("long", english_title=LONG.strip(), section="tech", seen=NOW, image=None, standfirst=None)
BRIEF = article("brief", rights="snippet", english_title="Short", seen=NOW)
TREND = Trend(
    trend_id="t1", term="Hermine Delattre", score=9, articles=3, sources=2, expected=0.5, at=SEEN, languages=("fr", "ar")
)
HOURS = tuple(Hour(SEEN.replace(minute=0) - timedelta(hours=47 - hour), hour % 5, hour) for hour in range(48))
SOURCES = (
    Source(id="s1", name="Courrier des Quais", home_page="https://diario.test/", country="fr", language="fr"),
    Source(
        id="s3", name="A silent one", home_page="https://silent.test/",
        feeds=(Feed(url="https://silent.test/f", last_polled_at=NOW, last_result="timeout", failures=9),),
    ),
)  # fmt: skip


def shelf() -> Shelf:
    """Of every kind one: translated, right to left, waiting, with a headline without end, a snippet."""
    return Shelf(
        (PLAIN, ARABIC, WAITING, ENDLESS, BRIEF),
        board=Board(at=SEEN, trends=(TREND,)),
        sources=SOURCES,
        pulse=HOURS,
        stories=[story("st1", PLAIN, ARABIC, last=NOW)],
    )


@asynccontextmanager
async def served(store: Shelf) -> AsyncIterator[str]:
    """Where the site over `store` is served."""
    own = WebSettings(requests_per_minute=0, search_seconds=5)
    serving = server(site(own, store), "127.0.0.1:0", 1)  # type: ignore[arg-type]
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}"
    serving.should_exit = True
    await task


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()
