"""A site's own word on mining its text: `ai.txt`, which has the form of robots.txt, and the TDM Reservation Protocol's
`/.well-known/tdmrep.json` (W3C community group, 2024). What they reserve is recorded with the article as evidence.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.fetcher.robots import parse

AI_TXT = "/ai.txt"
TDMREP = "/.well-known/tdmrep.json"
MAX_BYTES = 64 * 1024
MAX_RULES = 500
# ai.txt often names kinds of files instead of places: these are of text.
TEXTS = ("/a.html", "/a.txt")


@dataclass(frozen=True)
class Reservations:
    """The texts of the two files, empty where there is none."""

    ai_txt: str = ""
    tdmrep: str = ""

    def of(self, url: str, agent: str) -> tuple[str, ...]:
        """What they reserve of the page at `url` against `agent`, a product token: none, one or both."""
        found = []
        if reserved_by_ai_txt(self.ai_txt, url, agent):
            found.append("ai.txt: disallow")
        if reserved_by_tdmrep(self.tdmrep, url):
            found.append("tdmrep.json: tdm-reservation 1")
        return tuple(found)


def reserved_by_ai_txt(text: str, url: str, agent: str) -> bool:
    """Whether `text` disallows `agent` the page, or files of text altogether. A page of HTML is no ai.txt."""
    if not text.strip() or text.lstrip().startswith("<"):
        return False
    rules = parse(text)
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return not all(rules.allows(one, agent) for one in (url, *(origin + path for path in TEXTS)))


def reserved_by_tdmrep(text: str, url: str) -> bool:
    """Whether its first rule whose `location` matches says `tdm-reservation: 1`; what cannot be read says nothing."""
    try:
        rules = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        return False
    for rule in rules[:MAX_RULES] if isinstance(rules, list) else ():
        if not isinstance(rule, dict) or not isinstance(location := rule.get("location"), str):
            continue
        # A location is a path pattern with `*` and `$`, as in robots.txt.
        if "\n" not in location and not parse(f"User-agent: *\nDisallow: {location}").allows(url, "*"):
            return str(rule.get("tdm-reservation")) == "1"
    return False
