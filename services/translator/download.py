"""Fetching the files of a model: resumed where it broke off, and believed only when size and hash are right.

Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`), as httpx reads them.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import zstandard

from services.translator.registry import LARGEST_FILE, File, NoRegistry, Offer, offers

LARGEST_ANSWER = 32 * 2**20  # the records of all models are about 1 MB
TRIES = 5
PAUSE_SECONDS = 1.0  # doubled after each try that brought nothing
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_WINDOW = 1 << 27  # level 22's; what asks for more memory than that is refused

Told = Callable[[str, int], None]
"""Is told each file's name and how many bytes of it are there."""


class Undelivered(Exception):
    """What was asked for did not come, or not whole; the message says why."""


class Registry:
    """The registry whose records `url` answers. A context manager: it keeps its connections.

    `transport` and `pause` (seconds between tries) are for tests.
    """

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None, pause: float = PAUSE_SECONDS) -> None:
        self._url = url
        self._pause = pause
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=True, transport=transport)

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def offers(self) -> list[Offer]:
        """The models that can be pulled. Raises Undelivered."""
        try:
            return offers(self._small(self._url))
        except NoRegistry as error:
            raise Undelivered(f"{self._url}: {error}") from error

    def base(self) -> str:
        """Where the files lie. A Remote Settings server tells it at its root (`/v1/`); a plain copy of the records has the
        files beside it. Raises Undelivered."""
        root, version, _ = self._url.partition("/v1/")
        if not version:
            return urljoin(self._url, ".")
        try:
            answer = httpx.Response(200, content=self._small(root + version)).json()
            base = answer["capabilities"]["attachments"]["base_url"]
        except (ValueError, KeyError, TypeError) as error:
            raise Undelivered(f"{root}{version} does not say where the files are") from error
        if urlsplit(str(base)).scheme not in ("http", "https"):
            raise Undelivered(f"{root}{version} names no place for the files: {str(base)[:200]!r}")
        return str(base) if str(base).endswith("/") else f"{base}/"

    def fetch(self, offer: Offer, folder: Path, told: Told = lambda name, size: None) -> None:
        """Puts the files of `offer` into `folder`; what is there of an earlier try is not fetched again. Raises
        Undelivered; OSError where the disk does not take them."""
        base = self.base()
        for file in offer.files:
            target = folder / file.name
            if target.exists():
                continue  # it got its name only after it had been examined
            part = folder / f"{file.name}.part"
            self._download(urljoin(base, file.location.lstrip("/")), file, part, told)
            unpack(part, file)
            part.replace(target)

    def _download(self, url: str, file: File, part: Path, told: Told) -> None:
        # What was here before may be of another file than what is there now: for that, it is fetched once anew.
        again, failures = True, 0
        while True:
            before = _size(part)
            try:
                if before != file.size:
                    self._resume(url, file, part, told)
                _examine(part, file.size, file.sha256)
                return
            except Undelivered as error:
                grown = _size(part) > before
                if isinstance(error, _Stale) or _size(part) >= file.size:
                    part.unlink(missing_ok=True)
                    if again and before:
                        again = False
                        continue
                    raise Undelivered(f"{url}: {error}") from error
                failures = 0 if grown else failures + 1
                if failures >= TRIES or isinstance(error, _Final):
                    raise Undelivered(f"{url}: {error}") from error
            time.sleep(self._pause * 2**failures)

    def _resume(self, url: str, file: File, part: Path, told: Told) -> None:
        have = _size(part)
        if have > file.size:
            part.unlink()
            have = 0
        # Compressed once more on the way, bytes could not be counted.
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={have}-"} if have else {})
        with self._asked(url, headers) as answer:
            follows = answer.status_code == httpx.codes.PARTIAL_CONTENT and _start(answer) == have
            if not follows:
                have = 0
            with part.open("ab" if follows else "wb") as out:
                for chunk in _chunks(answer):
                    have += len(chunk)
                    if have > file.size:
                        out.truncate(0)
                        raise _Final(f"more than the {file.size} bytes that were promised")
                    out.write(chunk)
                    told(file.name, have)
        if have < file.size:
            raise Undelivered(f"{have} of {file.size} bytes came")

    def _small(self, url: str) -> bytes:
        failures = 0
        while True:
            try:
                with self._asked(url, {}) as answer:
                    body = b""
                    for chunk in _chunks(answer):
                        body += chunk
                        if len(body) > LARGEST_ANSWER:
                            raise _Final(f"more than {LARGEST_ANSWER >> 20} MiB")
                    return body
            except Undelivered as error:
                failures += 1
                if failures >= TRIES or isinstance(error, _Final):
                    raise Undelivered(f"{url}: {error}") from error
            time.sleep(self._pause * 2**failures)

    @contextmanager
    def _asked(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and "range" in headers:
                    raise _Stale("the part that is here is not of their file")
                if answer.is_client_error and answer.status_code not in (408, 425, 429):
                    raise _Final(f"http {answer.status_code}")
                if not answer.is_success:
                    raise Undelivered(f"http {answer.status_code}")
                yield answer
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
            raise _Final(str(error)) from error
        except httpx.HTTPError as error:
            raise Undelivered(str(error) or type(error).__name__) from error


class _Final(Undelivered):
    """Another try would be the same."""


class _Stale(Undelivered):
    """What is here of the file does not go with what is there."""


def unpack(path: Path, file: File) -> None:
    """Decompresses `path` in its place, if it is compressed. Raises Undelivered where what comes out is not the file."""
    with path.open("rb") as packed:
        if packed.read(len(ZSTD_MAGIC)) != ZSTD_MAGIC:
            if file.plain_sha256:
                _examine(path, None, file.plain_sha256)
            return
        packed.seek(0)
        plain, size = path.with_name(f"{path.name}.plain"), 0
        try:
            with plain.open("wb") as out:
                for chunk in zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).read_to_iter(packed):
                    size += len(chunk)
                    if size > LARGEST_FILE:
                        raise Undelivered(f"{file.name} is larger than any model")
                    out.write(chunk)
            if file.plain_sha256:
                _examine(plain, None, file.plain_sha256)
            plain.replace(path)
        except zstandard.ZstdError as error:
            raise Undelivered(f"{file.name} does not decompress: {error}") from error
        finally:
            plain.unlink(missing_ok=True)


def _examine(path: Path, size: int | None, sha256: str) -> None:
    found = path.stat().st_size
    if size is not None and found != size:
        raise Undelivered(f"{found} of {size} bytes came")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        raise Undelivered(f"the hash of {path.name.removesuffix('.part')} is {digest[:12]}…, not {sha256[:12]}…")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _chunks(answer: httpx.Response) -> Iterator[bytes]:
    yield from answer.iter_bytes()  # as it comes: what httpx collected for larger pieces would be lost when it breaks off


def _start(answer: httpx.Response) -> int | None:
    """Where a partial answer begins (RFC 9110 §14.4)."""
    unit, _, rest = answer.headers.get("content-range", "").partition(" ")
    first = rest.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else None
