"""Engines that are asked over HTTP: the exchange, which is the same for all, and what each of them words for itself.

Not `shared.http`: the operator chose the address, which is often a private one, and requests have bodies.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx

from services.translator.engine import Capabilities, Result
from services.translator.errors import (
    AuthFailed,
    BadOutput,
    BadPair,
    EngineError,
    EngineTransient,
    QuotaExhausted,
    RateLimited,
    TooLarge,
)
from shared import clock
from shared.events import Language
from shared.telemetry import metrics

MAX_ANSWER_BYTES = 8 * 1024 * 1024
# Beyond a day no server can mean it.
MAX_RETRY_AFTER_SECONDS = 86_400.0


@dataclass(frozen=True)
class Request:
    """One POST."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Dialect(Protocol):
    """How one service words its requests, answers and failures. Pure but for keys that are read anew, which may take a
    while: requests are worded in a thread."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def one_text(self) -> bool:
        """Whether a request takes one text only: then the items of `capabilities` are asked for at the same time."""
        ...

    def code(self, source: Language) -> str | None:
        """The service's name of the language, or None where it does not translate from it."""
        ...

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request: ...

    def answers(self, reply: Any) -> list[str]:
        """The translations in order. May raise LookupError, TypeError, AttributeError or ValueError."""
        ...

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        """What a failure means where the status alone (`by_status`) does not tell."""
        ...


class HttpEngine:
    """An engine that speaks `dialect`; `seconds` is the longest for one request."""

    def __init__(self, dialect: Dialect, *, seconds: float, proxy: str | None = None) -> None:
        self._dialect = dialect
        self._seconds = seconds
        self._client = httpx.AsyncClient(timeout=seconds, proxy=proxy, trust_env=False, follow_redirects=False)
        self.name = dialect.name
        self.capabilities = dialect.capabilities
        self.close = self._client.aclose

    def version(self, source: Language) -> str | None:
        # The services do not say when they change their models: what is remembered of them lasts as long as the process.
        return "api" if self._dialect.code(source) else None

    async def translate(self, texts: Sequence[str], source: Language) -> list[Result]:
        return await self._translate(texts, source, markup=False)

    async def translate_markup(self, texts: Sequence[str], source: Language) -> list[Result]:
        """As `translate`, of texts that are HTML fragments; only where `capabilities.markup`."""
        return await self._translate(texts, source, markup=True)

    async def _translate(self, texts: Sequence[str], source: Language, *, markup: bool) -> list[Result]:
        code = self._dialect.code(source)
        if code is None:
            raise BadPair(source)
        if not self._dialect.one_text:
            return list(await self._ask(texts, code, markup=markup))
        results = await asyncio.gather(*(self._single(text, code, markup=markup) for text in texts))
        errors = [result for result in results if isinstance(result, EngineError)]
        if len(errors) == len(results) == 1 or (len(errors) == len(results) and not isinstance(errors[0], TooLarge)):
            raise errors[0]
        return results

    async def _single(self, text: str, code: str, *, markup: bool) -> Result:
        try:
            (answer,) = await self._ask([text], code, markup=markup)
        except EngineError as error:
            return error
        return answer

    async def _ask(self, texts: Sequence[str], code: str, *, markup: bool) -> list[str]:
        try:
            async with asyncio.timeout(self._seconds):
                request = await asyncio.to_thread(self._dialect.request, texts, code, markup=markup)
        except TimeoutError as error:
            raise EngineTransient(f"{self.name}: no key in {self._seconds:g} s") from error
        except OSError as error:  # a file with a key
            raise AuthFailed(f"{self.name}: {type(error).__name__}") from error
        started = time.perf_counter()
        metrics.ENGINE_CHARACTERS.labels(self.name).inc(sum(map(len, texts)))
        try:
            reply = await self._exchange(request)
        finally:
            metrics.ENGINE_SECONDS.labels(self.name).inc(time.perf_counter() - started)
        try:
            answers = self._dialect.answers(reply)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise BadOutput(f"{self.name}: answer of another form") from error
        if len(answers) != len(texts) or not all(isinstance(answer, str) for answer in answers):
            raise BadOutput(f"{self.name}: {len(answers)} answers to {len(texts)} texts")
        return answers

    async def _exchange(self, request: Request) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                status, headers, body = await self._send(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise EngineTransient(f"{self.name}: no answer in {self._seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise EngineTransient(f"{self.name}: {type(error).__name__}") from error
        try:
            reply = json.loads(body)
        except (ValueError, RecursionError) as error:
            if status == httpx.codes.OK:
                raise BadOutput(f"{self.name}: not JSON") from error
            reply = None
        if status != httpx.codes.OK:
            raise self._error(status, headers, reply)
        return reply

    async def _send(self, request: Request) -> tuple[int, httpx.Headers, bytes]:
        async with self._client.stream("POST", request.url, content=request.body, headers=request.headers) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise BadOutput(f"{self.name}: answer too large")
            return response.status_code, response.headers, bytes(body)

    def _error(self, status: int, headers: httpx.Headers, reply: Any) -> EngineError:
        try:
            kind = self._dialect.fault(status, reply) or by_status(status)
        except (LookupError, TypeError, AttributeError, ValueError):
            kind = by_status(status)
        reason = f"{self.name}: http {status}"
        if kind is RateLimited:
            return RateLimited(reason, retry_after(headers.get("retry-after")))
        return kind(reason)


def by_status(status: int) -> type[EngineError]:
    """What a status means where a service says nothing more."""
    match status:
        case 401 | 403 | 404 | 407:
            return AuthFailed  # an address or a key that the operator has to correct
        case 402 | 456:
            return QuotaExhausted
        case 413 | 414:
            return TooLarge
        case 429 | 529:
            return RateLimited
        case 400 | 422:
            return BadOutput  # something in the texts: asked again by halves, all but that text go through
    return EngineTransient


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After (RFC 9110 §10.2.3), a number or a date; None where it is neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value.strip()[:9]), MAX_RETRY_AFTER_SECONDS)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max((date - clock.now()).total_seconds(), 0.0), MAX_RETRY_AFTER_SECONDS)


def encoded(body: Any) -> bytes:
    """`body` as JSON in UTF-8, without escapes that would use up limits in bytes."""
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")
