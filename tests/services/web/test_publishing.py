"""When a hub is told of news, and what."""

from urllib.parse import parse_qs

import httpx

from services.web.publishing import Publishing
from services.web.queries import Wanted
from services.web.rights import granted
from services.web.store import Found, Listing
from shared.errors import Unavailable
from tests.services.web.articles import article


class Hub:
    """A hub that checks what it is sent as the usual ones do, and is `away` or not."""

    def __init__(self) -> None:
        self.away = False
        self.told: list[list[str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        form = parse_qs(request.content.decode(), strict_parsing=True)
        if request.method != "POST" or form.get("hub.mode") != ["publish"] or not form.get("hub.url"):
            return httpx.Response(400)
        self.told.append(form["hub.url"])
        return httpx.Response(204)


class News:
    def __init__(self) -> None:
        self.slugs = ["first"]
        self.away = False

    async def listing(self, wanted: Wanted, size: int) -> Listing:
        if self.away:
            raise Unavailable("opensearch", "away")
        assert wanted == Wanted()
        found = tuple(Found(granted(article(slug))) for slug in self.slugs[-size:])
        return Listing(found, len(found))


ALL = [f"https://news.example/feeds/all.{form}" for form in ("rss", "atom", "json")]


async def test_the_hub_is_told_once_of_each_news_and_of_nothing_else() -> None:
    hub, news = Hub(), News()
    publishing = Publishing("https://hub.example/", "https://news.example", news, 2, httpx.MockTransport(hub))
    await publishing.look()
    await publishing.look()
    assert hub.told == [], "what was there when the site started is no news"
    news.slugs.append("second")
    await publishing.look()
    await publishing.look()
    assert hub.told == [ALL]


async def test_news_waits_while_the_hub_or_the_index_is_away() -> None:
    hub, news = Hub(), News()
    publishing = Publishing("https://hub.example/", "https://news.example", news, 2, httpx.MockTransport(hub))
    await publishing.look()
    news.slugs.append("second")
    news.away = True
    await publishing.look()
    news.away, hub.away = False, True
    await publishing.look()
    assert hub.told == []
    hub.away = False
    await publishing.look()
    assert hub.told == [ALL]
