"""Apertium through apertium-apy (/translate, as a form): a gist by rules, for languages that have nothing better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.translator.engine import Capabilities
from services.translator.engines.http import Request
from services.translator.errors import BadPair, EngineError
from shared.events import Language

# What Debian packages into English (apertium-eng-spa, -eng-cat, -en-gl, -mkd-eng, -isl-eng, -hbs-eng, -eu-en, -eo-en).
LANGUAGES = {
    "es": "spa",
    "ca": "cat",
    "gl": "glg",
    "mk": "mkd",
    "is": "isl",
    "hr": "hbs",
    "sr": "hbs",
    "bs": "hbs",
    "eu": "eus",
    "eo": "epo",
}
AT_ONCE = 4
# It leaves tags where they were while the words change places: `casa <b>blanca</b>` becomes `white <b>house</b>`.
LIMITS = Capabilities(items=AT_ONCE)


@dataclass(frozen=True)
class Apertium:
    url: str
    name: str = "apertium"
    one_text: bool = True
    capabilities: Capabilities = LIMITS

    def code(self, source: Language) -> str | None:
        return LANGUAGES.get(source)

    def request(self, texts: Sequence[str], code: str, *, markup: bool) -> Request:
        query = {"langpair": f"{code}|eng", "markUnknown": "no", "format": "txt", "q": texts[0]}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Request(f"{self.url.rstrip('/')}/translate", urlencode(query).encode(), headers)

    def answers(self, reply: Any) -> list[str]:
        return [reply["responseData"]["translatedText"]]

    def fault(self, status: int, reply: Any) -> type[EngineError] | None:
        return BadPair if status == 400 and "pair" in (reply.get("explanation") or reply.get("responseDetails")) else None
