"""The articles' pictures, by way of this site: publishers do not learn who reads, and nobody uses the way for anything else.

A picture's address names its article and carries a signature over that and the picture's own address. So whether it may be
shown is decided when it is asked for: not once the article was taken down, nor where its rights do not give pictures.
"""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses
from services.web.rights import Granted
from services.web.settings import WebSettings
from services.web.site import Site
from services.web.store import Store, Withdrawn
from shared import ids
from shared.errors import Ended, Transient
from shared.http.client import Answer, GuardedClient
from shared.http.guard import AddressGuard, literal_address

ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/gif"
FAILED_SECONDS = 60.0  # how long a picture that could not be had is not asked for again
AT_ONCE = 8  # pictures that are fetched at the same time


@dataclass(frozen=True)
class Picture:
    """What was fetched; `kind` is None where that failed, until `until`."""

    content: bytes
    kind: str | None
    until: float


class Pictures:
    """Fetches with `client`, and keeps a quarter of what copies may take."""

    def __init__(self, site: Site, store: Store, client: GuardedClient, own: WebSettings, signer: "Signer") -> None:
        self._site, self._store, self._client, self._signer = site, store, client, signer
        self._most = own.cache_bytes // 4
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._bytes = 0
        self._fetching: dict[str, asyncio.Task[Picture]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        return [Route("/picture/{shortid}/{signature}", self.picture)]

    async def picture(self, request: Request) -> Response:
        shortid, signature = request.path_params["shortid"], request.path_params["signature"]
        article = await self._store.article(shortid) if addresses.shortid_of(shortid) == shortid else None
        if isinstance(article, Withdrawn):
            raise HTTPException(410)
        url = wanted(article) if article else None
        if url is None or not hmac.compare_digest(signature.encode(), self._signer.sign(shortid, url).encode()):
            raise HTTPException(404)
        found = await self._had(url)
        if found.kind is None:
            raise HTTPException(404)
        # Whatever it is, it is shown as a picture, and is not a page of this site.
        return self._site.kept(request, Response(found.content, media_type=found.kind))

    async def _had(self, url: str) -> Picture:
        kept = self._kept.get(url)
        if kept and (kept.kind or time.monotonic() < kept.until):
            self._kept.move_to_end(url)
            return kept
        if url not in self._fetching:
            task = self._fetching[url] = asyncio.create_task(self._fetch(url))
            task.add_done_callback(lambda _: self._fetching.pop(url, None))
        return await asyncio.shield(self._fetching[url])

    async def _fetch(self, url: str) -> Picture:
        try:
            async with self._places:
                answer = await self._client.follow(url, {"accept": ACCEPT})
        except (Ended, Transient):
            answer = Answer(url, 0)
        found = Picture(answer.body, kind(answer.body), time.monotonic() + FAILED_SECONDS)
        if found.kind is None:
            found = Picture(b"", None, found.until)
        self._keep(url, found)
        return found

    def _keep(self, url: str, found: Picture) -> None:
        if (before := self._kept.pop(url, None)) is not None:
            self._bytes -= _size(before)
        if _size(found) > self._most:
            return
        self._kept[url] = found
        self._bytes += _size(found)
        while self._bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)


class Signer:
    """Signs with the operator's key; without one with a key of this process, good until it ends."""

    def __init__(self, own: WebSettings, guard: AddressGuard) -> None:
        self._own, self._guard = own, guard
        self._key = own.picture_key.get_secret_value().encode() if own.picture_key else secrets.token_bytes(32)

    def sign(self, shortid: str, url: str) -> str:
        return hmac.new(self._key, f"{shortid} {url}".encode(), hashlib.sha256).hexdigest()[:32]

    def path(self, article: Granted) -> str | None:
        """Where `article`'s picture is at this site; None where it has none, or none may be shown."""
        url = wanted(article) if self._own.pictures else None
        if url is None or not self._may_ask(url):
            return None
        shortid = ids.shortid(article.article_id)
        return f"/picture/{shortid}/{self.sign(shortid, url)}"

    def _may_ask(self, url: str) -> bool:
        """Whether its publisher could complain of us, or need not."""
        parts = urlsplit(url)
        try:
            host, port = parts.hostname or "", parts.port or {"http": 80}.get(parts.scheme, 443)
        except ValueError:  # a port that is none
            return False
        return bool(self._own.picture_contact) or self._guard.allows(host, literal_address(host), port)


def wanted(article: Granted) -> str | None:
    """The address of the picture that `article`'s rights allow to be shown, if it is one."""
    return addresses.external(article.image.url) if article.image else None


def kind(content: bytes) -> str | None:
    """What kind of picture `content` is by its own first bytes; None where it is none that is shown. SVG is a program."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return None


def _size(picture: Picture) -> int:
    return len(picture.content) + 512  # its address, and what holds it
