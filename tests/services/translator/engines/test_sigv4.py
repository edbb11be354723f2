"""Against AWS' published test suite for Signature Version 4 (`get-vanilla`, `post-vanilla`)."""

from datetime import UTC, datetime

import pytest

from services.translator.engines.sigv4 import Credentials, signed

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
PUBLISHED = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
HOST = {"host": "example.amazonaws.com"}


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ],
)
def test_a_request_is_signed_as_aws_published_it(method: str, signature: str) -> None:
    headers = signed(PUBLISHED, HOST, b"", now=NOW, region="us-east-1", service="service", method=method)
    assert headers["x-amz-date"] == "20150830T123600Z"
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )


def test_a_session_token_is_sent_and_signed() -> None:
    held = Credentials("AKIDEXAMPLE", "secret", "session")
    headers = signed(held, HOST, b"", now=NOW, region="us-east-1", service="service")
    assert headers["x-amz-security-token"] == "session"
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in headers["authorization"]
