"""Amazon Translate (API reference: TranslateText, JSON 1.1). One text of at most 10,000 bytes to a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.translator.engine import Capabilities
from services.translator.engines.http import Request, encoded
from services.translator.engines.languages import coded
from services.translator.engines.sigv4 import Credentials, signed
from services.translator.errors import (
    AuthFailed,
    BadPair,
    EngineError,
    EngineTransient,
    QuotaExhausted,
    RateLimited,
    TooLarge,
)
from shared import clock
from shared.events import Language

TARGET = "AWSShineFrontendService_20170701.TranslateText"
AT_ONCE = 8
TYPES: dict[str, type[EngineError]] = {
    "ThrottlingException": RateLimited,
    "TooManyRequestsException": RateLimited,
    "LimitExceededException": QuotaExhausted,
    "TextSizeLimitExceededException": TooLarge,
    "UnsupportedLanguagePairException": BadPair,
    "ServiceUnavailableException": EngineTransient,
    "InternalServerException": EngineTransient,
    "AccessDeniedException": AuthFailed,
    "UnrecognizedClientException": AuthFailed,
    "InvalidSignatureException": AuthFailed,
    "IncompleteSignatureException": AuthFailed,
    "MissingAuthenticationTokenException": AuthFailed,
    "ExpiredTokenException": AuthFailed,
    "OptInRequired": AuthFailed,
}
LIMITS = Capabilities(items=AT_ONCE, cost=15.0)


@dataclass(frozen=True)
class Amazon:
    credentials: Credentials
    region: str
    url: str | None = None
    name: str = "amazon"
    one_text: bool = True
    capabilities: Capabilities = LIMITS

    def code(self, source: Language) -> str | None:
        return coded(source, {"nb": "no"})

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        url = self.url or f"https://translate.{self.region}.amazonaws.com/"
        body = encoded({"Text": texts[0], "SourceLanguageCode": code, "TargetLanguageCode": "en"})
        headers = {"content-type": "application/x-amz-json-1.1", "host": urlsplit(url).netloc, "x-amz-target": TARGET}
        now = clock.now()
        return Request(url, body, signed(self.credentials, headers, body, now=now, region=self.region, service="translate"))

    def answers(self, reply: Any) -> list[str]:
        return [reply["TranslatedText"]]

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        return TYPES.get(reply["__type"].rpartition("#")[2])
