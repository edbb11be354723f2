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
