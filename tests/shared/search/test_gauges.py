"""What is told of OpenSearch, on a real one."""

import pytest
from prometheus_client import REGISTRY

from shared.errors import Transient
from shared.search import gauges, names, templates
from shared.search.client import connect
from shared.settings import Settings
from tests.shared.http.loopback import Reply, loopback

JSON = {"Content-Type": "application/json"}


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"babelwire_{name}", labels)


@pytest.mark.parametrize(
    ("index", "kind"),
    [
        ("articles-v1-2026.11", "articles"),
        ("ledger-articles-v1", "ledger-articles"),
        ("story-members-v1", "story-members"),
        (".plugins-ml-config", "other"),
        ("articles-of-somebody-else", "other"),
    ],
)
def test_indices_are_counted_by_kind(index: str, kind: str) -> None:
    assert gauges.kind_of(index) == kind


@pytest.mark.engines
async def test_opensearch_is_told_of(search: str) -> None:
    settings = Settings(opensearch_url=search)
    client = connect(settings)
    try:
        await templates.apply(client, settings)
        await client.index(index=names.HOSTS, id="x", body={}, refresh=True)
        await gauges.measure(client)
    finally:
        await client.close()
    assert value("opensearch_status") in (0, 1)
    assert value("opensearch_nodes") == 1
    assert value("opensearch_documents", kind="hosts") == 1
    assert (value("opensearch_disk_free_bytes", node="native") or 0) > 0
    assert value("opensearch_rejected", node="native", pool="write") == 0
    assert 0 < (value("opensearch_heap_used_ratio", node="native") or 0) < 1
    assert (value("opensearch_clock_skew_seconds", node="native") or 0) < 5


@pytest.mark.parametrize("reply", [Reply(500, b"{}", JSON), Reply(200, b"{}", JSON), Reply(200, b"[]", JSON)])
async def test_an_answer_that_makes_no_sense_ends_nothing(reply: Reply) -> None:
    async with loopback() as server:
        server.routes["/_cluster/health"] = reply
        server.routes["/_nodes/stats/fs,jvm,thread_pool,indices"] = Reply(200, b'{"nodes": {}}', JSON)
        server.routes["/_all/_stats/docs,store"] = Reply(200, b'{"indices": {}}', JSON)
        async with connect(Settings(opensearch_url=server.origin)) as client:
            with pytest.raises(Transient):
                await gauges.measure(client)
