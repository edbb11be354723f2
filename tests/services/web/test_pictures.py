from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from lxml import html

from services.web.addresses import article_path
from services.web.app import site
from services.web.pictures import Signer, kind
from services.web.rights import granted
from services.web.settings import WebSettings
from services.web.store import Withdrawn
from shared import ids
from shared.events import Image, TranslatedArticle
from shared.http.guard import AddressGuard, allow_list
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SHOWN = article(image=Image(url="https://93.184.216.34/phare.png", caption="Le phare."))
CONTACT = "wire@babelwire.test"
OWN = WebSettings(picture_contact=CONTACT)


def signer(own: WebSettings) -> Signer:
    return Signer(own, AddressGuard(allow_list(own.allow_private)))


class Publisher:
    """Answers every request for a picture, and remembers what was asked."""

    def __init__(self, content: bytes = PNG, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._answer: Callable[[], httpx.Response] = lambda: httpx.Response(status, content=content, headers=headers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer()


@asynccontextmanager
async def reader(store: Shelf, publisher: Publisher, own: WebSettings = OWN) -> AsyncIterator[httpx.AsyncClient]:
    app = site(own, store, httpx.MockTransport(publisher))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://wire.test") as client:
        yield client


async def shown(client: httpx.AsyncClient, one: TranslatedArticle) -> str | None:
    page: html.HtmlElement = html.document_fromstring((await client.get(article_path(granted(one)))).text)
    return next(iter(page.xpath("//article//img/@src")), None)


async def test_a_picture_is_shown_by_way_of_the_site_and_fetched_once() -> None:
    publisher = Publisher()
    async with reader(Shelf([SHOWN]), publisher) as client:
        address = await shown(client, SHOWN)
        assert address and address.startswith("/picture/")
        for _ in range(3):
            answer = await client.get(address, headers={"Cookie": "a=b", "Referer": "http://wire.test/secret"})
            assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (await client.get(address, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304
    (asked,) = publisher.asked
    assert not {"cookie", "referer", "x-forwarded-for"} & asked.headers.keys()


async def test_only_addresses_that_the_site_signed_are_fetched() -> None:
    publisher, shortid = Publisher(), ids.shortid(SHOWN.article_id)
    async with reader(Shelf([SHOWN]), publisher) as client:
        other = signer(OWN).sign(shortid, SHOWN.image.url if SHOWN.image else "")
        for path in (f"{shortid}/{'0' * 32}", f"{shortid}/{other}", f"{shortid}/é", f"x/{other}", f"{'a' * 13}/{other}"):
            assert (await client.get(f"/picture/{path}")).status_code == 404, path
    assert publisher.asked == []


@pytest.mark.parametrize("rights", ["snippet", "link"])
async def test_without_the_rights_there_is_no_picture(rights: str) -> None:
    one = SHOWN.model_copy(update={"rights": rights})
    publisher, signed = Publisher(), "a key of some length"
    own = WebSettings.model_validate({"picture_key": signed, "picture_contact": CONTACT})
    address = signer(own).path(granted(SHOWN))
    async with reader(Shelf([one]), publisher, own) as client:
        assert await shown(client, one) is None
        assert (await client.get(address or "")).status_code == 404
    assert publisher.asked == []


async def test_after_a_takedown_the_picture_is_gone_too() -> None:
    own = WebSettings.model_validate({"picture_key": "a key of some length", "picture_contact": CONTACT})
    shortid = ids.shortid(SHOWN.article_id)
    store = Shelf([SHOWN], withdrawn={shortid: Withdrawn(True, SHOWN.url)})
    async with reader(store, Publisher(), own) as client:
        assert (await client.get(signer(own).path(granted(SHOWN)) or "")).status_code == 410


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.png", "http://[::1]/x.png", "http://localhost/x.png", "http://169.254.169.254/latest"]
)
async def test_private_addresses_are_not_fetched(url: str) -> None:
    one = article(image=Image(url=url))
    publisher = Publisher()
    async with reader(Shelf([one]), publisher) as client:
        assert (await client.get(await shown(client, one) or "")).status_code == 404
    assert publisher.asked == []


async def test_nor_are_redirects_to_them_followed() -> None:
    publisher = Publisher(b"", 302, {"location": "http://127.0.0.1/x.png"})
    async with reader(Shelf([SHOWN]), publisher) as client:
        assert (await client.get(await shown(client, SHOWN) or "")).status_code == 404
    assert len(publisher.asked) == 1


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"<html>", b"", PNG * 60_000]
)
async def test_what_is_no_picture_or_too_large_is_not_passed_on_nor_asked_for_again(content: bytes) -> None:
    publisher = Publisher(content, headers={"content-type": "image/png"})
    async with reader(Shelf([SHOWN]), publisher) as client:
        for _ in range(2):
            assert (await client.get(await shown(client, SHOWN) or "")).status_code == 404
    assert len(publisher.asked) == 1


async def test_pictures_can_be_switched_off() -> None:
    for own in (WebSettings(pictures=False, picture_contact=CONTACT), WebSettings()):
        async with reader(Shelf([SHOWN]), Publisher(), own) as client:
            assert await shown(client, SHOWN) is None
            assert "Picture at the source" in (await client.get(article_path(granted(SHOWN)))).text


async def test_without_a_contact_only_what_the_operator_names_is_fetched() -> None:
    own, near = WebSettings(allow_private="127.0.0.1:8101"), article("near", image=Image(url="http://127.0.0.1:8101/a.png"))
    async with reader(Shelf([SHOWN, near]), Publisher(), own) as client:
        assert await shown(client, SHOWN) is None
        assert (await client.get(await shown(client, near) or "")).content == PNG


def test_kinds_are_told_by_their_first_bytes() -> None:
    heads = (b"\xff\xd8\xff\xe0", PNG, b"GIF89a..", b"RIFF....WEBPVP8 ", b"....ftypavif")
    assert [kind(head) for head in heads] == ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]
    assert kind(b"RIFF....WAVE") is None
