"""Access tokens for Google: from a file that something else renews, or for a service account, signed for here.

google-auth signs (RS256), asks the token endpoint (RFC 7523) and knows when a token is about to end: four minutes before it
does, the next request fetches another.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2.service_account import Credentials

from services.translator.errors import AuthFailed, EngineTransient

SCOPE = "https://www.googleapis.com/auth/cloud-translation"
MOST_BYTES = 64 * 1024


class Tokens(Protocol):
    def token(self) -> str:
        """A token that is valid now; may block. Raises OSError, AuthFailed or EngineTransient."""
        ...


@dataclass(frozen=True)
class TokenFile:
    """`file` is read for each request, so that whoever renews it every hour (a sidecar, a timer) need not restart us."""

    file: Path

    def token(self) -> str:
        return self.file.read_text().strip()


class ServiceAccount:
    """`file`: the JSON key of a service account, as Google's console gives it. `seconds` is the longest for one request to
    the token endpoint that it names. Raises ValueError where it is no such file, OSError where it cannot be read."""

    def __init__(self, file: Path, *, seconds: float, proxy: str | None = None) -> None:
        try:
            credentials = Credentials.from_service_account_file(file, scopes=[SCOPE])  # type: ignore[no-untyped-call]
        except (GoogleAuthError, ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{file}: not the key of a service account") from error
        self._credentials, self._ask = credentials, _Exchange(seconds, proxy)
        self._one_at_a_time = threading.Lock()
        self.project: str | None = credentials.project_id

    def token(self) -> str:
        with self._one_at_a_time:
            if not self._credentials.valid:
                self._renew()
            return str(self._credentials.token)

    def _renew(self) -> None:
        try:
            self._credentials.refresh(self._ask)
        except RefreshError as error:
            kind = EngineTransient if error.retryable else AuthFailed
            raise kind("google: no token for the service account") from error
        except TransportError as error:
            raise EngineTransient("google: the token endpoint does not answer") from error
        except GoogleAuthError as error:
            raise AuthFailed(f"google: {type(error).__name__}") from error
        except (TypeError, ValueError, LookupError, AttributeError) as error:  # a page where JSON should be
            raise EngineTransient("google: the token endpoint answers nonsense") from error


@dataclass(frozen=True)
class _Reply:
    """What google-auth reads of an answer."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class _Exchange:
    """google-auth's requests through httpx, with our proxy and time."""

    def __init__(self, seconds: float, proxy: str | None) -> None:
        self._seconds, self._proxy = seconds, proxy

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> _Reply:
        try:
            with (
                httpx.Client(timeout=timeout or self._seconds, proxy=self._proxy, trust_env=False) as client,
                client.stream(method, url, content=body, headers=headers) as response,
            ):
                data = b""
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > MOST_BYTES:
                        raise TransportError("answer too large")  # type: ignore[no-untyped-call]
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TransportError(type(error).__name__) from error  # type: ignore[no-untyped-call]
        return _Reply(response.status_code, response.headers, data)
