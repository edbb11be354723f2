from prometheus_client import REGISTRY

from tests.services.web.articles import article
from tests.services.web.shelf import Shelf, reader


def measured(route: str, status: str) -> float:
    labels = {"route": route, "status": status}
    return REGISTRY.get_sample_value("babelwire_web_request_duration_seconds_count", labels) or 0.0


async def test_requests_are_measured_by_kind_of_page_never_by_address() -> None:
    front, nothing = measured("front", "200"), measured("none", "404")
    async with reader(Shelf([article()])) as client:
        await client.get("/")
        await client.get("/no/such/page/at/all")
        shown = (await client.get("/metrics")).text
    assert measured("front", "200") == front + 1
    assert measured("none", "404") == nothing + 1
    assert "such" not in shown


async def test_a_page_is_spared_by_its_etag_or_by_when_it_last_changed() -> None:
    async with reader(Shelf([article()])) as client:
        page = await client.get("/")
        etag, changed = page.headers["etag"], page.headers["last-modified"]
        for known in ({"If-None-Match": etag}, {"If-None-Match": f'"x", {etag}'}, {"If-Modified-Since": changed}):
            spared = await client.get("/", headers=known)
            assert (spared.status_code, spared.content, spared.headers["etag"]) == (304, b"", etag), known
        old = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
        for other in ({"If-None-Match": '"x"'}, {"If-None-Match": '"x"', "If-Modified-Since": changed}, old,
                      {"If-Modified-Since": "soon"}):  # fmt: skip
            assert (await client.get("/", headers=other)).status_code == 200, other
