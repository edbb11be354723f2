"""Signatures and addresses of WebSub."""

import hmac
from hashlib import sha1, sha256

import pytest

from shared.websub import callback, secret, signed

KEY = secret("a key of some length", "feed", "https://paper.example/rss")
BODY = b"<rss/>"
RIGHT = hmac.new(KEY.encode(), BODY, sha256).hexdigest()


def test_each_feed_and_topic_has_a_secret_of_its_own_that_is_always_the_same() -> None:
    assert secret("a key of some length", "feed", "https://paper.example/rss") == KEY
    others = {
        secret("a key of some length", "feed", "other"),
        secret("a key of some length", "other", "x"),
        secret("k", "f", "t"),
    }
    assert KEY not in others
    assert len(others) == 3


def test_a_signature_of_each_known_method_is_right() -> None:
    assert signed(BODY, f"sha256={RIGHT}", KEY)
    assert signed(BODY, f" sha256={RIGHT.upper()} ", KEY)
    assert signed(BODY, f"sha1={hmac.new(KEY.encode(), BODY, sha1).hexdigest()}", KEY)


@pytest.mark.parametrize(
    "signature", ["", RIGHT, f"md5={RIGHT}", f"sha512={RIGHT}", "sha256=", f"sha256={RIGHT[:-1]}", "sha256=é", "=", "sha256"]
)
def test_no_other_signature_is(signature: str) -> None:
    assert not signed(BODY, signature, KEY)


def test_a_change_of_body_or_secret_is_noticed() -> None:
    assert not signed(BODY + b" ", f"sha256={RIGHT}", KEY)
    assert not signed(BODY, f"sha256={RIGHT}", KEY + "x")


def test_the_callback_names_source_and_feed() -> None:
    assert callback("https://news.example/", "s", "f") == "https://news.example/websub/s/f"
