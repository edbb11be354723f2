"""Google Cloud Translation v3 (REST reference: projects.locations.translateText)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.translator.engine import Capabilities
from services.translator.engines.google_token import Tokens
from services.translator.engines.http import Request, encoded
from services.translator.engines.languages import coded
from services.translator.errors import BadPair, EngineError, QuotaExhausted, RateLimited, TooLarge
from shared.events import Language

# 30,000 code points are allowed, 5,000 recommended: longer requests take longer, not less.
LIMITS = Capabilities(items=1024, characters=5000, markup=True, cost=20.0)


@dataclass(frozen=True)
class Google:
    """`tokens` gives an OAuth access token for each request."""

    project: str
    tokens: Tokens = field(repr=False)
    url: str = "https://translation.googleapis.com"
    name: str = "google"
    one_text: bool = False
    capabilities: Capabilities = LIMITS

    def code(self, source: Language) -> str | None:
        return coded(source, {"zh": "zh-CN", "he": "iw", "nb": "no"})

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        body = {
            "contents": list(texts),
            "mimeType": "text/html" if markup else "text/plain",
            "sourceLanguageCode": code,
            "targetLanguageCode": "en",
        }
        headers = {"authorization": f"Bearer {self.tokens.token()}", "content-type": "application/json; charset=utf-8"}
        path = f"/v3/projects/{self.project}/locations/global:translateText"
        return Request(self.url.rstrip("/") + path, encoded(body), headers)

    def answers(self, reply: Any) -> list[str]:
        return [translation["translatedText"] for translation in reply["translations"]]

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        said = reply["error"]["message"].lower()
        if status in (403, 429) and "daily limit" in said:
            return QuotaExhausted
        if status == 403 and "limit exceeded" in said:
            return RateLimited
        if status == 400 and "too long" in said:
            return TooLarge
        return BadPair if status == 400 and "language" in said else None
