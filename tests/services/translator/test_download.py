import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.translator.download import Registry, Undelivered
from tests.services.translator.registries import FakeRegistry, registry, sha256

WEIGHTS = b"weights " * 40_000
VOCABULARY = b"vocabulary"


@pytest.fixture
def served() -> Iterator[FakeRegistry]:
    with registry() as found:
        yield found


def fetch(served: FakeRegistry, folder: Path) -> dict[str, bytes]:
    """What lies in `folder` after pulling the only model."""
    with Registry(served.url, pause=0) as asked:
        (offer,) = asked.offers()
        asked.fetch(offer, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


WHOLE = {"model.fren.bin": WEIGHTS, "vocab.fren.spm": VOCABULARY}


@pytest.mark.parametrize("packed", [True, False])
def test_files_come_whole_compressed_or_not(served: FakeRegistry, tmp_path: Path, packed: bool) -> None:
    served.offer("fr", packed=packed, model=WEIGHTS, vocab=VOCABULARY)
    assert fetch(served, tmp_path) == WHOLE


def test_what_breaks_off_is_resumed_where_it_was(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    served.cut[served.location("model")] = [100_000, 50_000]
    assert fetch(served, tmp_path) == WHOLE
    ranges = [asked for path, asked in served.asked if "model." in path]
    assert ranges == [None, "bytes=100000-", "bytes=150000-"]


def test_another_run_goes_on_where_the_first_was_stopped(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    (tmp_path / "model.fren.bin.part").write_bytes(WEIGHTS[:1000])
    assert fetch(served, tmp_path) == WHOLE
    assert [asked for path, asked in served.asked if "model." in path] == ["bytes=1000-"]


@pytest.mark.parametrize("there", [b"other" * 100, b"x" * (len(WEIGHTS) + 1), b"x" * len(WEIGHTS)])
def test_a_part_of_another_file_is_noticed_and_fetched_anew(served: FakeRegistry, tmp_path: Path, there: bytes) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    (tmp_path / "model.fren.bin.part").write_bytes(there)
    assert fetch(served, tmp_path) == WHOLE


def test_a_server_without_ranges_sends_it_all_again(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    served.ranges = False
    served.cut[served.location("model")] = [100_000]
    assert fetch(served, tmp_path) == WHOLE


def test_what_has_the_wrong_hash_is_refused_and_not_kept(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    served.files[served.location("model")] = b"W" + WEIGHTS[1:]
    with pytest.raises(Undelivered, match=f"the hash of model.fren.bin is .*, not {sha256(WEIGHTS)[:12]}"):
        fetch(served, tmp_path)
    assert not (tmp_path / "model.fren.bin").exists()
    assert not (tmp_path / "model.fren.bin.part").exists()


def test_what_decompresses_to_another_file_is_refused(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", model=WEIGHTS, vocab=VOCABULARY)
    served.records[0]["decompressedHash"] = sha256(b"another")
    with pytest.raises(Undelivered, match=r"the hash of model\.fren\.bin"):
        fetch(served, tmp_path)


def test_more_than_was_promised_is_cut_off(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    served.files[served.location("model")] += b"more"
    with pytest.raises(Undelivered, match=f"more than the {len(WEIGHTS)} bytes"):
        fetch(served, tmp_path)


def test_less_than_was_promised_again_and_again_is_given_up(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)
    served.files[served.location("model")] = WEIGHTS[:5000]
    with pytest.raises(Undelivered):
        fetch(served, tmp_path)
    assert len(served.asked) < 15


def test_what_is_not_there_is_not_asked_for_again(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", model=WEIGHTS, vocab=VOCABULARY)
    del served.files[served.location("vocab")]
    with pytest.raises(Undelivered, match="http 404"):
        fetch(served, tmp_path)
    assert len([path for path, _ in served.asked if "vocab." in path]) == 1
    assert (tmp_path / "model.fren.bin").read_bytes() == WEIGHTS  # kept for the next time


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_registry_that_is_busy_is_asked_again(served: FakeRegistry, tmp_path: Path, status: int) -> None:
    served.offer("fr", model=WEIGHTS, vocab=VOCABULARY)
    served.answers[served.location("model")] = [status, status]
    assert fetch(served, tmp_path) == WHOLE


def test_no_file_is_fetched_twice(served: FakeRegistry, tmp_path: Path) -> None:
    served.offer("fr", model=WEIGHTS, vocab=VOCABULARY)
    fetch(served, tmp_path)
    served.asked.clear()
    fetch(served, tmp_path)
    assert not [path for path, _ in served.asked if "main-workspace" in path]


@pytest.mark.parametrize("root", [{}, {"capabilities": []}, {"capabilities": {"attachments": {"base_url": "file:///etc/"}}}])
def test_a_registry_that_does_not_say_where_its_files_are_is_refused(
    served: FakeRegistry, tmp_path: Path, root: object
) -> None:
    served.offer("fr", model=WEIGHTS, vocab=VOCABULARY)
    served.root = root  # type: ignore[assignment]
    with pytest.raises(Undelivered, match=r"where the files are|no place for the files"):
        fetch(served, tmp_path)


def test_a_copy_of_the_records_has_the_files_beside_it(tmp_path: Path) -> None:
    served = FakeRegistry()
    served.offer("fr", packed=False, model=WEIGHTS, vocab=VOCABULARY)

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/mirror/")
        return (
            httpx.Response(200, json=served.records)
            if path == "records.json"
            else httpx.Response(200, content=served.files[path])
        )

    with Registry("http://a.example/mirror/records.json", transport=httpx.MockTransport(answer)) as asked:
        asked.fetch(asked.offers()[0], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(WHOLE)


def test_proxies_are_those_of_the_environment(served: FakeRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", served.url.partition("/v1/")[0])
    monkeypatch.setenv("NO_PROXY", "")
    with Registry("http://models.example/v1/none", pause=0) as asked, pytest.raises(Undelivered, match="http 404"):
        asked.offers()
    assert served.asked == [("http://models.example/v1/none", None)]


def test_nobody_there_is_told_soon() -> None:
    began = time.monotonic()
    with Registry("http://127.0.0.1:1/", pause=0) as asked, pytest.raises(Undelivered):
        asked.offers()
    assert time.monotonic() - began < 5
