"""Tokens for a service account: a claim as Google's documentation describes it, signed with its key, renewed in time."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.auth import jwt
from starlette.responses import JSONResponse, Response

from services.translator.engines.google import Google
from services.translator.engines.google_token import SCOPE, ServiceAccount
from services.translator.engines.http import HttpEngine
from services.translator.errors import AuthFailed, EngineError, EngineTransient
from tests.services.translator.engines.service import Asked, Service, serving

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
NAME = "babelwire@project.example"


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def endpoint(served: Service) -> Service:
    """A token endpoint that gives each asker another token for an hour."""
    served.asked.clear()
    served.say = lambda _: JSONResponse({"access_token": f"T{len(served.asked)}", "expires_in": 3600})
    return served


def key_file(folder: Path, endpoint: str, **changes: Any) -> Path:
    fields = {
        "type": "service_account", "project_id": "news", "private_key_id": "1", "private_key": PRIVATE, "client_email": NAME,
        "token_uri": f"{endpoint}/token",
    }  # fmt: skip
    (folder / "key.json").write_text(json.dumps(fields | changes))
    return folder / "key.json"


def account(folder: Path, endpoint: Service) -> ServiceAccount:
    return ServiceAccount(key_file(folder, endpoint.url), seconds=2)


def test_the_claim_is_signed_with_the_accounts_key_and_names_the_scope(endpoint: Service, tmp_path: Path) -> None:
    assert account(tmp_path, endpoint).token() == "T1"
    (asked,) = endpoint.asked
    assert asked.path == "/token"
    assert asked.body["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claim = jwt.decode(asked.body["assertion"], certs=PUBLIC, audience="https://oauth2.googleapis.com/token")  # type: ignore[no-untyped-call]
    assert (claim["iss"], claim["scope"]) == (NAME, SCOPE)
    assert claim["exp"] - claim["iat"] == 3600
    assert abs(claim["iat"] - time.time()) < 60


def test_one_token_serves_until_shortly_before_it_ends(endpoint: Service, tmp_path: Path) -> None:
    tokens = account(tmp_path, endpoint)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: tokens.token(), range(16))) == {"T1"}
    endpoint.say = lambda _: JSONResponse({"access_token": "short", "expires_in": 120})
    tokens._credentials.expiry = None
    tokens._credentials.token = None
    assert tokens.token() == "short"
    endpoint.say = lambda _: JSONResponse({"access_token": "next", "expires_in": 3600})
    assert [tokens.token(), tokens.token()] == ["next", "next"]
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (JSONResponse({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400), AuthFailed),
        (JSONResponse({"error": "unauthorized_client"}, 401), AuthFailed),
        (Response(b"<html>", 200), EngineTransient),
        (JSONResponse({}, 200), AuthFailed),
        (Response(b" " * 100_000, 200), EngineTransient),
    ],
)
def test_a_refused_account_is_a_failed_authentication(
    reply: Response, kind: type[EngineError], endpoint: Service, tmp_path: Path
) -> None:
    endpoint.say = lambda _: reply
    with pytest.raises(EngineError) as caught:
        account(tmp_path, endpoint).token()
    assert type(caught.value) is kind


def test_an_endpoint_that_is_not_there_is_transient(tmp_path: Path) -> None:
    with pytest.raises(EngineTransient):
        ServiceAccount(key_file(tmp_path, "http://127.0.0.1:9"), seconds=1).token()


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"type": "service_account"}', '{"type": "authorized_user"}'])
def test_a_file_that_is_no_key_is_told_at_once(text: str, tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(ValueError, match=r"key\.json: not the key of a service account"):
        ServiceAccount(tmp_path / "key.json", seconds=1)


def test_a_broken_private_key_is_told_at_once_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the key of a service account") as caught:
        ServiceAccount(key_file(tmp_path, "http://127.0.0.1:9", private_key="SECRET"), seconds=1)
    assert "SECRET" not in str(caught.value)


async def test_google_is_asked_with_the_accounts_token(endpoint: Service, tmp_path: Path) -> None:
    def say(asked: Asked) -> Response:
        if asked.path == "/token":
            return JSONResponse({"access_token": "T", "expires_in": 3600})
        assert asked.headers["authorization"] == "Bearer T"
        return JSONResponse({"translations": [{"translatedText": "One."}]})

    endpoint.say = say
    tokens = account(tmp_path, endpoint)
    assert tokens.project == "news"
    engine = HttpEngine(Google("news", tokens, endpoint.url), seconds=5)
    for _ in range(3):
        assert await engine.translate(["Um."], "pt") == ["One."]
    assert [asked.path for asked in endpoint.asked].count("/token") == 1
    await engine.close()


async def test_an_endpoint_that_hangs_costs_the_request_its_time(endpoint: Service, tmp_path: Path) -> None:
    released = threading.Event()

    def hang(_: Asked) -> Response:
        released.wait(5)
        return JSONResponse({})

    endpoint.say = hang
    engine = HttpEngine(Google("news", account(tmp_path, endpoint), endpoint.url), seconds=0.2)
    with pytest.raises(EngineTransient, match="no key"):
        await engine.translate(["Um."], "pt")
    released.set()
    await engine.close()
