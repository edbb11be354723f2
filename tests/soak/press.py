"""A press that never stops: outlets on loopback whose articles mix real sentences (of NTREX, where it lies beside the
checkout; else the newsroom's), each about people and figures of its own, so that no two are copies and few tell of
the same."""

import asyncio
import html
import random
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send

from newsroom.outlets import LOOPBACK, read_outlets
from newsroom.press import read_press
from shared.search.sources import Feed, Source

LANGUAGES = ("en", "en", "pt", "en", "en", "fr", "en", "en", "pt", "en", "fr", "en")  # an outlet each
NTREX = Path(__file__).parents[3] / "shared" / "mt" / "ntrex"
VERSIONS = {"en": "eng", "pt": "por", "fr": "fra"}  # as its files are called
SHOWN = 120  # articles in a feed
POLL_SECONDS = 15
SENTENCE = re.compile(r"(?<=[.!?]) +")
NAME, FIGURE = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][\w-]+"), re.compile(r"\d+")
SYLLABLES = ("al", "ber", "cos", "dra", "el", "fin", "gor", "hal", "il", "jun", "ka", "lor", "mar", "nes", "or", "pel")


@dataclass(frozen=True)
class Piece:
    """An article: `number` counts those of its outlet."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    published: datetime


class Outlet:
    """One of LANGUAGES, on `port`, with an article every `every` seconds from `began` on."""

    def __init__(self, place: int, port: int, every: float, began: float) -> None:
        self.language, self.origin = LANGUAGES[place], f"http://{LOOPBACK}:{port}"
        self._place, self._every, self._began = place, every, began + every * place / len(LANGUAGES)

    def source(self) -> Source:
        name = f"Endless {self._place + 1}"
        return Source(
            id=f"endless-{self._place + 1}", name=name, home_page=f"{self.origin}/", language=self.language, rights="full",
            feeds=(Feed(url=f"{self.origin}/feed.xml"),), poll_seconds=POLL_SECONDS,
        )  # fmt: skip

    def published(self) -> int:
        """How many articles there are by now."""
        return max(0, int((time.time() - self._began) / self._every) + 1)

    def piece(self, number: int) -> Piece:
        drawn = random.Random(f"{self._place} {number}")
        cast = ["".join(drawn.choices(SYLLABLES, k=3)).capitalize() for _ in range(8)]

        def own(sentence: str) -> str:
            named = NAME.sub(lambda _: drawn.choice(cast), sentence)
            return FIGURE.sub(lambda found: str(drawn.randint(2, 10 ** len(found[0]))), named)

        texts = drawn.sample(sentences(self.language), 22)
        title = f"{own(texts[0]).rstrip('.!?')[:90]}: {drawn.choice(cast)} {drawn.choice(cast)}"
        paragraphs = tuple(" ".join(map(own, texts[start : start + 3])) for start in range(1, 22, 3))
        return Piece(number, title, paragraphs, datetime.fromtimestamp(self._began + number * self._every, UTC))

    def answer(self, path: str) -> tuple[str, str] | None:
        """Kind and text of what is at `path`; None where nothing is."""
        there = self.published()
        if path == "/feed.xml":
            return "application/rss+xml", self._feed(range(max(0, there - SHOWN), there))
        number = path.removeprefix("/news/").removesuffix(".html")
        if path.startswith("/news/") and number.isdecimal() and int(number) < there:
            return "text/html", self._page(self.piece(int(number)))
        return None

    def _feed(self, numbers: range) -> str:
        items = "".join(
            f"<item><title>{html.escape(one.title)}</title><link>{self.origin}/news/{one.number}.html</link>"
            f"<pubDate>{format_datetime(one.published)}</pubDate></item>"
            for one in map(self.piece, reversed(numbers))
        )
        return f'<rss version="2.0"><channel><title>Endless</title><link>{self.origin}/</link>{items}</channel></rss>'

    def _page(self, one: Piece) -> str:
        body = "".join(f"<p>{html.escape(text)}</p>" for text in one.paragraphs)
        title, at = html.escape(one.title), one.published.isoformat()
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="og:type" content="article"><meta property="article:published_time" content="{at}"></head>'
            f'<body><main><article><h1>{title}</h1><time datetime="{at}">{at}</time>{body}</article></main></body></html>'
        )


@cache
def sentences(language: str) -> list[str]:
    """Of one language, without markup."""
    if (file := NTREX / f"{VERSIONS[language]}.txt").exists():
        return file.read_text(encoding="utf-8").splitlines()
    outlets = read_outlets()
    told = {outlet.id for outlet in outlets if outlet.language == language}
    bodies = [one.body for one in read_press(outlets) if one.outlet in told and not one.behaviour]
    paragraphs = [html.unescape(re.sub("<[^>]+>", "", text)) for body in bodies for text in re.findall("<p>(.*?)</p>", body)]
    found = {sentence.strip() for paragraph in paragraphs for sentence in SENTENCE.split(paragraph)}
    return sorted(sentence for sentence in found if 30 < len(sentence) < 300)


class Press:
    """All outlets, from `first_port` on; `rate` articles a second between them."""

    def __init__(self, first_port: int, rate: float) -> None:
        began, ports = time.time(), range(first_port, first_port + len(LANGUAGES))
        self.outlets = {
            port: Outlet(place, port, len(LANGUAGES) / rate, began) for place, port in enumerate(ports)
        }  # fmt: skip
        # Made once: a feed's titles are asked for over and over.
        for outlet in self.outlets.values():
            outlet.piece = cache(outlet.piece)  # type: ignore[method-assign]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.outlets[scope["server"][1]].answer(scope["path"])
        kind, text = found or ("text/plain", "not here")
        headers = [(b"content-type", f"{kind}; charset=utf-8".encode())]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})

    def published(self) -> int:
        return sum(outlet.published() for outlet in self.outlets.values())

    async def serve(self) -> None:
        """Until cancelled."""
        servers = [
            uvicorn.Server(uvicorn.Config(self, host=LOOPBACK, port=port, lifespan="off", log_level="warning"))
            for port in self.outlets
        ]
        await asyncio.gather(*(server.serve() for server in servers))
