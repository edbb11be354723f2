"""The newsroom's truth against the ledger."""

from console.demo import Unexpected, unexpected
from shared.ids import url_id

URL = "http://127.0.0.1:8101/a"


def test_what_ended_as_the_newsroom_expects_is_not_mentioned() -> None:
    assert unexpected({URL: "indexed"}, {url_id(URL): "indexed"}) == []


def test_a_wrong_state_and_a_url_never_found_are_told() -> None:
    other = "http://127.0.0.1:8101/b"
    assert unexpected({other: "indexed", URL: "gone"}, {url_id(URL): "failed"}) == [
        Unexpected(URL, "gone", "failed"),
        Unexpected(other, "indexed", None),
    ]
