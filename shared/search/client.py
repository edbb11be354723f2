"""The client, and what its errors mean to a stage."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from opensearchpy import AsyncOpenSearch, ConnectionError, TransportError

from shared.cancelled import is_stray
from shared.errors import Unavailable
from shared.settings import Settings

REQUEST_SECONDS = 20.0
CONNECTIONS = 32
# Nothing that one item did wrong: too busy, behind a proxy without a node, no leader, no right to be here, disk full.
INTERNAL = 500
UNAVAILABLE_STATUS = frozenset({401, 403, 429, 502, 503, 504})
# What a node answers with status 500 when its disk, a shard or its memory fails, and not the request.
_FAILING = re.compile(r"\w*(?:engine|io|i_o|shard|translog|already_closed|circuit_breaking)\w*_exception")

# It tells of every failed request at level warning, with its trace; whoever asked tells it better.
logging.getLogger("opensearch").setLevel(logging.ERROR)


def connect(settings: Settings) -> AsyncOpenSearch:
    """A client for `settings.opensearch_url`; it connects at the first request. Whoever made it closes it."""
    auth = None
    if settings.opensearch_user and settings.opensearch_password:
        auth = (settings.opensearch_user, settings.opensearch_password.get_secret_value())
    return AsyncOpenSearch(
        hosts=[settings.opensearch_url],
        http_auth=auth,
        **_tls(settings),
        timeout=REQUEST_SECONDS,
        max_retries=1,  # the runner's gate does the waiting
        pool_maxsize=CONNECTIONS,
    )


def _tls(settings: Settings) -> dict[str, Any]:
    if not settings.opensearch_url.startswith("https:"):
        return {}
    return {"use_ssl": True, "ssl_context": ssl.create_default_context(cafile=settings.opensearch_ca)}


@asynccontextmanager
async def guarded() -> AsyncIterator[None]:
    """Raises Unavailable("opensearch") for what is everyone's trouble: no connection, no answer in time, too busy, not
    allowed, a failing disk or shard. What is wrong with the request alone passes through as opensearch-py's own error."""
    try:
        yield
    except asyncio.CancelledError as error:
        if not is_stray():
            raise
        raise Unavailable("opensearch", "a request was given up") from error
    except ConnectionError as error:
        raise Unavailable("opensearch", f"{type(error).__name__}: {error.error}"[:300]) from error
    except TransportError as error:
        failing = error.status_code == INTERNAL and _FAILING.search(str(error))
        if error.status_code in UNAVAILABLE_STATUS or failing or index_is_missing(error):
            raise Unavailable("opensearch", str(error)[:300]) from error
        raise


def index_is_missing(error: TransportError) -> bool:
    """Whether the index itself is not there, and not only the document asked for."""
    info: Any = error.info
    cause = info.get("error") if isinstance(info, dict) else None
    return isinstance(cause, dict) and cause.get("type") == "index_not_found_exception"


def hits_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The hits of one answer of a multi-search. Raises Unavailable where it failed."""
    if "error" in answer:
        raise Unavailable("opensearch", str(answer["error"])[:300])
    found: list[dict[str, Any]] = answer["hits"]["hits"]
    return found
