"""A registry of models on loopback, as Remote Settings is one, that can be told to misbehave."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import zstandard

RECORDS = "/v1/buckets/main/collections/translations-models-v2/records"


@dataclass
class FakeRegistry:
    """`files`: location to bytes. `cut`: location to how many bytes of the next answer come before the connection breaks.
    `answers`: location to the status of the next answers. `ranges`: whether `Range` is understood."""

    url: str = ""
    records: list[Any] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, list[int]] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)
    ranges: bool = True
    root: dict[str, Any] | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def offer(self, src: str, trg: str = "en", version: str = "2.0", *, packed: bool = True, **plain: bytes) -> None:
        """Offers a model; `plain`: kind of file to its bytes."""
        for kind, content in plain.items():
            ending = "spm" if "vocab" in kind else "bin"
            name = f"{kind}.{src.replace('-', '').lower()}{trg}.{ending}"
            sent = zstandard.compress(content) if packed else content
            location = f"main-workspace/translations-models-v2/{src}-{version}-{name}"
            self.files[location] = sent
            attachment = {"location": location, "size": len(sent), "hash": sha256(sent), "filename": name}
            languages = (
                {"sourceLanguage": src, "targetLanguage": trg, "architecture": "tiny", "decompressedHash": sha256(content)}
                if packed
                else {"fromLang": src, "toLang": trg}
            )
            record = {"name": name, "fileType": kind, "version": version, "attachment": attachment, **languages}
            self.records.append(record)

    def location(self, kind: str) -> str:
        """Where the first file of that kind lies."""
        return next(location for location in self.files if f"-{kind}." in location)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def registry() -> Iterator[FakeRegistry]:
    """A registry that answers until the block ends; `url` is that of its records."""
    state = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = state.url.removesuffix(RECORDS)
            path = self.path.lstrip("/")
            state.asked.append((self.path, self.headers.get("Range")))
            if state.answers.get(path):
                self.answer(state.answers[path].pop(0), b"")
            elif self.path == RECORDS:
                self.answer(200, json.dumps({"data": state.records}).encode())
            elif self.path == "/v1/":
                capabilities = {"capabilities": {"attachments": {"base_url": f"{host}/"}}}
                self.answer(200, json.dumps(capabilities if state.root is None else state.root).encode())
            elif path in state.files:
                self.file(path, state.files[path])
            else:
                self.answer(404, b"")

        def file(self, path: str, content: bytes) -> None:
            first, headers, status = 0, {}, 200
            asked = self.headers.get("Range")
            if asked and state.ranges:
                first = int(asked.removeprefix("bytes=").partition("-")[0])
                if first >= len(content):
                    self.answer(416, b"")
                    return
                status, headers = 206, {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"}
            cut = state.cut[path].pop(0) if state.cut.get(path) else None
            self.answer(status, content[first:], headers, cut)

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, cut: int | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}{RECORDS}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
