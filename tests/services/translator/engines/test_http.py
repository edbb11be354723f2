"""What every engine over HTTP is asked, how it is understood, and what each of its failures is called."""

import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from services.translator.engines.amazon import TARGET, Amazon
from services.translator.engines.apertium import Apertium
from services.translator.engines.azure import Azure
from services.translator.engines.deepl import DeepL
from services.translator.engines.google import Google
from services.translator.engines.google_token import TokenFile
from services.translator.engines.http import MAX_ANSWER_BYTES, Dialect, HttpEngine, retry_after
from services.translator.engines.libretranslate import LibreTranslate
from services.translator.engines.openai import OpenAI
from services.translator.engines.sigv4 import Credentials, signed
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
from tests.services.translator.engines.service import Asked, Service, serving
from tests.services.translator.fakes import article, rot13
from tests.services.translator.test_hostile import staged

Ask = Callable[..., Awaitable[list[Any]]]

ARTICLE = article(
    "O governo apresentou na terça-feira uma nova proposta de lei.", "A oposição votou contra a proposta do governo."
)
TEXTS = ["Não há água.", "Só <5% e “aspas”."]
CREDENTIALS = Credentials("AKID", "secret")


def libre(asked: Asked) -> Any:
    assert asked.path == "/translate"
    assert {**asked.body, "q": []} == {"q": [], "source": "pt", "target": "en", "format": "text", "api_key": "K"}
    return {"translatedText": [text.upper() for text in asked.body["q"]]}


def deepl(asked: Asked) -> Any:
    assert asked.path == "/v2/translate" and asked.headers["authorization"] == "DeepL-Auth-Key K"
    assert asked.body["source_lang"] == "PT" and asked.body["target_lang"] == "EN-US"
    assert len(asked.body["text"]) <= 50 and len(asked.raw) <= 128 * 1024
    assert "tag_handling" not in asked.body
    return {"translations": [{"detected_source_language": "PT", "text": text.upper()} for text in asked.body["text"]]}


def google(asked: Asked) -> Any:
    assert asked.path == "/v3/projects/P/locations/global:translateText"
    assert asked.headers["authorization"] == "Bearer T"
    fields = {"mimeType": "text/plain", "sourceLanguageCode": "pt", "targetLanguageCode": "en"}
    assert {**asked.body, "contents": []} == {"contents": [], **fields}
    return {"translations": [{"translatedText": text.upper()} for text in asked.body["contents"]]}


def azure(asked: Asked) -> Any:
    assert asked.path == "/translate"
    assert asked.query == {"api-version": "3.0", "from": "pt", "to": "en", "textType": "plain"}
    assert asked.headers["ocp-apim-subscription-key"] == "K" and asked.headers["ocp-apim-subscription-region"] == "R"
    assert len(asked.body) <= 1000 and sum(len(item["Text"]) for item in asked.body) <= 50_000
    return [{"translations": [{"to": "en", "text": item["Text"].upper()}]} for item in asked.body]


def amazon(asked: Asked) -> Any:
    assert asked.path == "/" and asked.headers["x-amz-target"] == TARGET
    assert asked.headers["content-type"] == "application/x-amz-json-1.1"
    sent = {name: asked.headers[name] for name in ("content-type", "host", "x-amz-target")}
    now = datetime.strptime(asked.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    again = signed(CREDENTIALS, sent, asked.raw, now=now, region="eu-west-1", service="translate")
    assert again["authorization"] == asked.headers["authorization"]
    assert asked.body["SourceLanguageCode"] == "pt" and asked.body["TargetLanguageCode"] == "en"
    return {"TranslatedText": asked.body["Text"].upper(), "SourceLanguageCode": "pt", "TargetLanguageCode": "en"}


def openai(asked: Asked) -> Any:
    assert asked.path == "/chat/completions" and asked.headers["authorization"] == "Bearer K"
    assert asked.body["model"] == "M" and asked.body["temperature"] == 0
    system, user = asked.body["messages"]
    assert system["role"] == "system" and "pt" in system["content"]
    content = json.dumps([text.upper() for text in json.loads(user["content"])])
    return {"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": content}}]}


def apertium(asked: Asked) -> Any:
    assert asked.path == "/translate" and asked.body["langpair"] == "spa|eng" and asked.body["markUnknown"] == "no"
    return {"responseData": {"translatedText": asked.body["q"].upper()}, "responseStatus": 200}


@dataclass(frozen=True)
class Kind:
    build: Callable[[str, Path], Dialect]
    say: Callable[[Asked], Any]
    source: str = "pt"


KINDS = {
    "libretranslate": Kind(lambda url, _: LibreTranslate(url, "K"), libre),
    "deepl": Kind(lambda url, _: DeepL("K", url), deepl),
    "google": Kind(lambda url, token: Google("P", TokenFile(token), url), google),
    "azure": Kind(lambda url, _: Azure("K", "R", url), azure),
    "amazon": Kind(lambda url, _: Amazon(CREDENTIALS, "eu-west-1", url + "/"), amazon),
    "openai": Kind(lambda url, _: OpenAI(url, "M", "K"), openai),
    "apertium": Kind(lambda url, _: Apertium(url), apertium, "es"),
}


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def ask(served: Service, token: Path) -> Ask:
    """Asks the engine of that name, which is told what to say; `prepare` may tell it something else."""

    async def asking(
        name: str, prepare: Callable[[Service], None] = lambda _: None, *, seconds: float = 5, markup: bool = False
    ) -> list[Any]:
        kind = KINDS[name]
        served.asked.clear()
        served.say = lambda asked: JSONResponse(kind.say(asked))
        prepare(served)
        engine = HttpEngine(kind.build(served.url, token), seconds=seconds)
        try:
            return list(await (engine.translate_markup if markup else engine.translate)(TEXTS, kind.source))
        finally:
            await engine.close()

    return asking


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("T\n")
    return file


@pytest.mark.parametrize("name", KINDS)
async def test_an_engine_is_asked_as_its_makers_say(name: str, ask: Ask) -> None:
    assert await ask(name) == [text.upper() for text in TEXTS]


MARKUP: dict[str, Callable[[Asked], tuple[Any, Any]]] = {
    "libretranslate": lambda asked: (asked.body["format"], {"translatedText": asked.body["q"]}),
    "deepl": lambda asked: (
        asked.body["tag_handling"],
        {"translations": [{"text": text} for text in asked.body["text"]]},
    ),
    "google": lambda asked: (
        asked.body["mimeType"],
        {"translations": [{"translatedText": text} for text in asked.body["contents"]]},
    ),
    "azure": lambda asked: (
        asked.query["textType"],
        [{"translations": [{"to": "en", "text": item["Text"]}]} for item in asked.body],
    ),
}


@pytest.mark.parametrize("name", MARKUP)
async def test_markup_is_sent_as_html_and_comes_back_as_it_is(name: str, ask: Ask) -> None:
    said: list[Any] = []

    def answer(asked: Asked) -> Response:
        form, reply = MARKUP[name](asked)
        said.append(form)
        return JSONResponse(reply)

    assert await ask(name, lambda service: setattr(service, "say", answer), markup=True) == TEXTS
    assert set(said) == {"text/html" if name == "google" else "html"}


def aws(kind: str) -> dict[str, str]:
    return {"__type": f"com.amazonaws.translate#{kind}", "message": ""}


def said(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


FAILURES: list[tuple[str, int, Any, type[EngineError]]] = [
    ("libretranslate", 400, {"error": "xx is not supported"}, BadPair),
    ("libretranslate", 400, {"error": "Invalid request: request (6000) exceeds text limit (5000)"}, TooLarge),
    ("libretranslate", 403, {"error": "Invalid API key"}, AuthFailed),
    ("libretranslate", 429, {"error": "Slowdown"}, RateLimited),
    ("libretranslate", 500, {"error": "Cannot translate text"}, EngineTransient),
    ("deepl", 400, {"message": "Value for 'source_lang' not supported."}, BadPair),
    ("deepl", 400, {"message": "Tag handling parsing failed"}, BadOutput),
    ("deepl", 403, {"message": "Forbidden"}, AuthFailed),
    ("deepl", 404, None, AuthFailed),
    ("deepl", 413, None, TooLarge),
    ("deepl", 414, None, TooLarge),
    ("deepl", 429, {"message": "Too many requests"}, RateLimited),
    ("deepl", 529, None, RateLimited),
    ("deepl", 456, {"message": "Quota exceeded"}, QuotaExhausted),
    ("deepl", 500, None, EngineTransient),
    ("deepl", 504, None, EngineTransient),
    ("google", 400, said("Text is too long."), TooLarge),
    ("google", 400, said("Source language is invalid."), BadPair),
    ("google", 401, said("Request had invalid authentication credentials."), AuthFailed),
    ("google", 403, said("User Rate Limit Exceeded"), RateLimited),
    ("google", 403, said("Daily Limit Exceeded"), QuotaExhausted),
    ("google", 403, said("Permission denied"), AuthFailed),
    ("google", 429, said("Quota exceeded", status="RESOURCE_EXHAUSTED"), RateLimited),
    ("google", 503, said("Unavailable"), EngineTransient),
    ("azure", 400, said("", code=400035), BadPair),
    ("azure", 400, said("", code=400050), TooLarge),
    ("azure", 400, said("", code=400077), TooLarge),
    ("azure", 401, said("", code=401000), AuthFailed),
    ("azure", 403, said("", code=403001), QuotaExhausted),
    ("azure", 408, said("", code=408001), EngineTransient),
    ("azure", 429, said("", code=429001), RateLimited),
    ("azure", 500, said("", code=500000), EngineTransient),
    ("azure", 503, said("", code=503000), EngineTransient),
    ("amazon", 400, aws("ThrottlingException"), RateLimited),
    ("amazon", 400, aws("TooManyRequestsException"), RateLimited),
    ("amazon", 400, aws("UnsupportedLanguagePairException"), BadPair),
    ("amazon", 400, aws("UnrecognizedClientException"), AuthFailed),
    ("amazon", 403, aws("InvalidSignatureException"), AuthFailed),
    ("amazon", 500, aws("InternalServerException"), EngineTransient),
    ("amazon", 400, aws("ServiceUnavailableException"), EngineTransient),
    ("openai", 401, said("Incorrect API key"), AuthFailed),
    ("openai", 400, said("", code="context_length_exceeded"), TooLarge),
    ("openai", 429, said("", code="rate_limit_exceeded"), RateLimited),
    ("openai", 429, said("", code="insufficient_quota"), QuotaExhausted),
    ("openai", 500, said(""), EngineTransient),
    ("apertium", 400, {"status": "error", "code": 400, "explanation": "That pair is not installed"}, BadPair),
    ("apertium", 503, {"explanation": "busy"}, EngineTransient),
]


@pytest.mark.parametrize(("name", "status", "body", "kind"), FAILURES)
async def test_every_documented_failure_has_its_neutral_name(
    name: str, status: int, body: Any, kind: type[EngineError], ask: Ask
) -> None:
    with pytest.raises(EngineError) as caught:
        await ask(name, lambda service: service.fails(status, body, retry_after="7"))
    assert type(caught.value) is kind
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 7


async def test_amazon_refuses_single_texts_that_are_too_large(ask: Ask) -> None:
    answers = await ask("amazon", lambda service: service.fails(400, aws("TextSizeLimitExceededException")))
    assert [type(answer) for answer in answers] == [TooLarge, TooLarge]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("body", [None, [], {}, [None], {"translations": [1, 2]}, {"translatedText": [None, None]}, 7])
async def test_an_answer_of_another_form_is_bad_output(name: str, body: Any, ask: Ask) -> None:
    with pytest.raises(BadOutput):
        await ask(name, lambda service: service.fails(200, body))


@pytest.mark.parametrize("content", ['["one"]', '["one", "two", "three"]', "Here you are", '{"a": 1}', '["one", 2]'])
async def test_a_chat_model_that_loses_count_is_bad_output(content: str, ask: Ask) -> None:
    body = {"choices": [{"finish_reason": "stop", "message": {"content": content}}]}
    with pytest.raises(BadOutput):
        await ask("openai", lambda service: service.fails(200, body))


async def test_a_chat_answer_that_was_cut_is_bad_output(ask: Ask) -> None:
    body = {"choices": [{"finish_reason": "length", "message": {"content": '["one", "two"]'}}]}
    with pytest.raises(BadOutput):
        await ask("openai", lambda service: service.fails(200, body))


async def test_an_answer_without_end_is_bad_output(ask: Ask) -> None:
    def prepare(service: Service) -> None:
        service.say = lambda _: Response(b" " * (MAX_ANSWER_BYTES + 1))

    with pytest.raises(BadOutput):
        await ask("deepl", prepare)


async def test_a_server_that_hangs_is_transient_after_its_time(ask: Ask) -> None:
    released = threading.Event()

    def hang(_: Asked) -> Response:
        released.wait(5)
        return JSONResponse([])

    with pytest.raises(EngineTransient, match=r"no answer in 0\.2 s"):
        await ask("deepl", lambda service: setattr(service, "say", hang), seconds=0.2)
    released.set()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"\xff\xfe", b"[" * 5000, b'{"translations": [', b"NaN"])
async def test_an_answer_that_is_no_json_is_bad_output(name: str, body: bytes, ask: Ask) -> None:
    with pytest.raises(BadOutput):
        await ask(name, lambda service: setattr(service, "say", lambda _: Response(body)))


FEWER: dict[str, Any] = {
    "libretranslate": {"translatedText": ["ONE"]},
    "deepl": {"translations": [{"text": "ONE"}]},
    "google": {"translations": [{"translatedText": "ONE"}]},
    "azure": [{"translations": [{"to": "en", "text": "ONE"}]}],
}


@pytest.mark.parametrize("name", FEWER)
async def test_fewer_answers_than_texts_are_bad_output(name: str, ask: Ask) -> None:
    with pytest.raises(BadOutput, match="1 answers to 2 texts"):
        await ask(name, lambda service: service.fails(200, FEWER[name]))


async def test_a_server_that_is_not_there_is_transient() -> None:
    engine = HttpEngine(DeepL("K", "http://127.0.0.1:9"), seconds=2)
    with pytest.raises(EngineTransient):
        await engine.translate(TEXTS, "pt")
    await engine.close()


async def test_a_token_that_cannot_be_read_is_a_failed_authentication(tmp_path: Path) -> None:
    engine = HttpEngine(Google("P", TokenFile(tmp_path / "missing"), "http://127.0.0.1:9"), seconds=1)
    with pytest.raises(AuthFailed):
        await engine.translate(TEXTS, "pt")
    await engine.close()


@pytest.mark.parametrize(
    ("value", "seconds"), [(None, None), ("3", 3), ("soon", None), ("9" * 50, 86400), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


@pytest.mark.parametrize("language", ["und", "en", "zxx"])
@pytest.mark.parametrize("name", KINDS)
async def test_nobody_is_asked_about_no_language(name: str, language: str, token: Path) -> None:
    engine = HttpEngine(KINDS[name].build("http://127.0.0.1:9", token), seconds=1)
    assert engine.version(language) is None
    with pytest.raises(BadPair):
        await engine.translate(TEXTS, language)
    await engine.close()


def fewer(asked: Asked) -> Response:
    return JSONResponse({"translations": [{"text": rot13(text)} for text in asked.body["text"][:1]]})


def garbage(_: Asked) -> Response:
    return Response(b"<html>Bad gateway</html>")


@pytest.mark.parametrize(("say", "status"), [(fewer, "translated"), (garbage, "pending")])
async def test_an_article_through_a_server_that_answers_amiss_ends_translated_or_marked(
    say: Callable[[Asked], Response], status: str, served: Service
) -> None:
    served.say = say
    engine = HttpEngine(DeepL("K", served.url), seconds=5)
    done = await staged(ARTICLE, engine)
    await engine.close()
    assert done.translation.status == status


async def test_an_article_through_a_server_that_hangs_ends_in_its_time(served: Service) -> None:
    released = threading.Event()

    def hang(_: Asked) -> Response:
        released.wait(5)
        return JSONResponse([])

    served.say = hang
    engine = HttpEngine(DeepL("K", served.url), seconds=60)
    started = time.perf_counter()
    done = await staged(ARTICLE, engine, seconds=0.3)
    released.set()
    await engine.close()
    assert time.perf_counter() - started < 5
    assert done.translation.status == "pending"
    assert done.translation.blocks == ARTICLE.blocks


def test_what_a_service_does_without_is_not_sent() -> None:
    assert "ocp-apim-subscription-region" not in Azure("K").request(TEXTS, "pt", markup=False).headers
    assert "api_key" not in json.loads(LibreTranslate("http://lt").request(TEXTS, "pt", markup=False).body)
    assert "authorization" not in OpenAI("http://llm/v1", "M").request(TEXTS, "pt", markup=False).headers


def test_an_answer_of_a_language_model_is_an_array_also_in_a_fence_and_nothing_else() -> None:
    def reply(said: str) -> Any:
        return {"choices": [{"message": {"content": said}}]}

    model = OpenAI("http://llm/v1", "M")
    assert model.answers(reply('```json\n["one"]\n```')) == ["one"]
    with pytest.raises(ValueError, match="not an array"):
        model.answers(reply('{"one": 1}'))
