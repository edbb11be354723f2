"""OpenSearch by TLS and a password: a proxy that ends TLS and asks for the password stands before a real one.

Its security plugin cannot be had here; to a client it looks like this.
"""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from shared.errors import Unavailable
from shared.search import names, templates
from shared.search.client import connect, guarded
from shared.search.gauges import measure
from shared.settings import Settings
from tests import certificates
from tests.certificates import Certificates

pytestmark = [pytest.mark.engines, pytest.mark.skipif(certificates.OPENSSL is None, reason="no openssl here")]

USER, PASSWORD = "babelwire", "correct horse battery staple"
GRANTED = b"basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
REFUSAL = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def proxy(made: Certificates, behind: str) -> AsyncIterator[str]:
    """The https address of one that lets through whoever knows the password."""
    upstream = urlsplit(behind)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            writer.close()
            return
        given = [
            line.partition(b":")[2].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"authorization:")
        ]
        if [one[:6].lower() + one[6:] for one in given] != [GRANTED]:
            writer.write(REFUSAL)
            writer.close()
            return
        inner, outer = await asyncio.open_connection(upstream.hostname, upstream.port)
        outer.write(head)
        await asyncio.gather(pipe(reader, outer), pipe(inner, writer))

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def settings(address: str, ca: Path | None, password: str = PASSWORD) -> Settings:
    return Settings(opensearch_url=address, opensearch_ca=ca, opensearch_user=USER, opensearch_password=SecretStr(password))


async def test_all_goes_by_tls_and_password(search: str, tmp_path: Path) -> None:
    made = certificates.make(tmp_path)
    async with proxy(made, search) as address:
        given = settings(address, made.ca)
        async with connect(given) as client:
            await templates.apply(client, given)
            assert await client.indices.exists(index=names.SOURCES)
            await measure(client)


@pytest.mark.parametrize("what", ["wrong password", "unknown authority"])
async def test_whoever_is_not_let_in_pauses_and_tells_no_password(search: str, tmp_path: Path, what: str) -> None:
    made, other = certificates.make(tmp_path), certificates.make(tmp_path, "other")
    async with proxy(made, search) as address:
        given = settings(address, made.ca, "wrong") if what == "wrong password" else settings(address, other.ca)
        async with connect(given) as client:
            with pytest.raises(Unavailable) as raised:
                async with guarded():
                    await client.info()
    assert raised.value.what == "opensearch"
    assert PASSWORD not in str(raised.value)
