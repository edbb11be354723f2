"""DeepL (API reference: POST /v2/translate). Its errors are statuses: 403, 413, 429, 456, 529, 5xx."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.translator.engine import Capabilities
from services.translator.engines.http import Request, encoded
from services.translator.errors import BadPair, EngineError
from shared.events import Language

LANGUAGES = frozenset(
    ("ar", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl",
     "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi", "zh")
)  # fmt: skip
FREE_KEY = ":fx"
FREE, PAID = "https://api-free.deepl.com", "https://api.deepl.com"
# A body may have 128 KiB; what is left is for JSON's escapes and the fields.
MOST_BYTES = 96 * 1024
LIMITS = Capabilities(items=50, bytes=MOST_BYTES, markup=True, cost=20.0)


@dataclass(frozen=True)
class DeepL:
    """`url` is told from the key where it is not given."""

    key: str = field(repr=False)
    url: str | None = None
    name: str = "deepl"
    one_text: bool = False
    capabilities: Capabilities = LIMITS

    def code(self, source: Language) -> str | None:
        source = "nb" if source == "no" else source
        return source.upper() if source in LANGUAGES else None

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        body: dict[str, Any] = {
            "text": list(texts),
            "source_lang": code,
            "target_lang": "EN-US",
            "split_sentences": "0",  # they are sentences
            "preserve_formatting": True,
        }
        if markup:
            body["tag_handling"] = "html"
        base = self.url or (FREE if self.key.endswith(FREE_KEY) else PAID)
        headers = {"authorization": f"DeepL-Auth-Key {self.key}", "content-type": "application/json"}
        return Request(f"{base.rstrip('/')}/v2/translate", encoded(body), headers)

    def answers(self, reply: Any) -> list[str]:
        return [translation["text"] for translation in reply["translations"]]

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        return BadPair if status == 400 and "source_lang" in reply["message"] else None
