"""LibreTranslate, a server of one's own or libretranslate.com (API: POST /translate)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.translator.engine import Capabilities
from services.translator.engines.http import Request, encoded
from services.translator.engines.languages import coded
from services.translator.errors import BadPair, EngineError, TooLarge
from shared.events import Language


@dataclass(frozen=True)
class LibreTranslate:
    """`items` and `characters` are what the server was started with: LT_BATCH_LIMIT and LT_CHAR_LIMIT. `markup`
    only where the server's models keep sentences whole round tags: Argos' translate the pieces between them one by one."""

    url: str
    key: str | None = field(default=None, repr=False)
    items: int = 32
    characters: int = 5000
    markup: bool = False
    name: str = "libretranslate"
    one_text: bool = False

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(items=self.items, characters=self.characters, markup=self.markup)

    def code(self, source: Language) -> str | None:
        return coded(source, {"no": "nb", "zh": "zh-Hans"})

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        body: dict[str, Any] = {"q": list(texts), "source": code, "target": "en", "format": "html" if markup else "text"}
        if self.key:
            body["api_key"] = self.key
        return Request(f"{self.url.rstrip('/')}/translate", encoded(body), {"content-type": "application/json"})

    def answers(self, reply: Any) -> list[str]:
        return list(reply["translatedText"])

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        said = reply["error"].lower()
        if status == 400 and "not supported" in said:
            return BadPair
        return TooLarge if status == 400 and "limit" in said else None
