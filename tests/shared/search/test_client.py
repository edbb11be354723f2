"""What OpenSearch's errors mean to a stage: everyone's trouble, or this request's."""

import pytest
from opensearchpy import ConnectionTimeout, NotFoundError, RequestError, TransportError
from opensearchpy.exceptions import ConnectionError as Refused

from shared.errors import Unavailable
from shared.search.client import connect, guarded
from shared.settings import Settings
from tests.shared.http.loopback import Reply, loopback

MISSING_INDEX = {"error": {"type": "index_not_found_exception", "reason": "no such index [articles]"}}

EVERYONES = [
    Refused("N/A", "refused", OSError("refused")),
    ConnectionTimeout("TIMEOUT", "no answer", TimeoutError()),
    *(TransportError(status, "trouble", {}) for status in (401, 403, 429, 502, 503, 504)),
    TransportError(500, "refresh_failed_engine_exception", {"error": {"type": "refresh_failed_engine_exception"}}),
    TransportError(500, "i_o_exception", {"error": {"reason": "No space left on device"}}),
    NotFoundError(404, "index_not_found_exception", MISSING_INDEX),
]


@pytest.mark.parametrize("error", EVERYONES, ids=[f"{type(error).__name__} {error.status_code}" for error in EVERYONES])
async def test_what_is_everyones_trouble_pauses_the_stage(error: TransportError) -> None:
    with pytest.raises(Unavailable) as raised:
        async with guarded():
            raise error
    assert raised.value.what == "opensearch"


@pytest.mark.parametrize(
    "error",
    [
        NotFoundError(404, "not_found", {"_index": "articles", "found": False}),
        RequestError(400, "mapper_parsing_exception", {"error": {"type": "mapper_parsing_exception"}}),
        TransportError(500, "null_pointer_exception", {}),
    ],
)
async def test_what_is_wrong_with_one_request_passes_through(error: TransportError) -> None:
    with pytest.raises(type(error)):
        async with guarded():
            raise error


async def test_an_address_where_nobody_answers_is_everyones_trouble() -> None:
    async with loopback() as server:
        address = server.origin
    client = connect(Settings(opensearch_url=address))
    try:
        with pytest.raises(Unavailable):
            async with guarded():
                await client.info()
    finally:
        await client.close()


async def test_what_answers_there_and_is_too_busy_is_everyones_trouble() -> None:
    async with loopback() as server:
        server.routes["/"] = Reply(503, b"{}", {"Content-Type": "application/json"})
        client = connect(Settings(opensearch_url=server.origin))
        try:
            with pytest.raises(Unavailable):
                async with guarded():
                    await client.info()
        finally:
            await client.close()
