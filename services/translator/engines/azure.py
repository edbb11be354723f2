"""Azure Translator v3 (REST reference: POST /translate; six-digit codes in `error.code`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from services.translator.engine import Capabilities
from services.translator.engines.http import Request, encoded
from services.translator.engines.languages import coded
from services.translator.errors import BadPair, EngineError, QuotaExhausted, TooLarge
from shared.events import Language

CODES: dict[int, type[EngineError]] = {
    400023: BadPair,
    400035: BadPair,
    400050: TooLarge,
    400077: TooLarge,
    403001: QuotaExhausted,
}
LIMITS = Capabilities(items=1000, characters=50_000, markup=True, cost=10.0)


@dataclass(frozen=True)
class Azure:
    """`region` is needed by all but global resources."""

    key: str = field(repr=False)
    region: str | None = None
    url: str = "https://api.cognitive.microsofttranslator.com"
    name: str = "azure"
    one_text: bool = False
    capabilities: Capabilities = LIMITS

    def code(self, source: Language) -> str | None:
        return coded(source, {"zh": "zh-Hans", "no": "nb", "sr": "sr-Cyrl"})

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        query = {"api-version": "3.0", "from": code, "to": "en", "textType": "html" if markup else "plain"}
        headers = {"ocp-apim-subscription-key": self.key, "content-type": "application/json; charset=utf-8"}
        if self.region:
            headers["ocp-apim-subscription-region"] = self.region
        body = [{"Text": text} for text in texts]
        return Request(f"{self.url.rstrip('/')}/translate?{urlencode(query)}", encoded(body), headers)

    def answers(self, reply: Any) -> list[str]:
        return [item["translations"][0]["text"] for item in reply]

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        return CODES.get(reply["error"]["code"])
