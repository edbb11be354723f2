"""robots.txt (RFC 9309), read by protego."""

from dataclasses import dataclass

from protego import Protego

MAX_BYTES = 500 * 1024  # what a crawler must read (RFC 9309 §2.5); what follows is cut off
LONGEST_CRAWL_DELAY = 120.0  # seconds; beyond it a host would not be read at all


@dataclass(frozen=True)
class Robots:
    """The rules of one host. `text` is what they were read from."""

    text: str
    rules: Protego

    def allows(self, url: str, agent: str) -> bool:
        """Whether `agent`, a product token, may fetch `url`."""
        return bool(self.rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float:
        """Seconds asked for between two requests, 0 to 120."""
        return min(max(float(self.rules.crawl_delay(agent) or 0.0), 0.0), LONGEST_CRAWL_DELAY)


def parse(text: str) -> Robots:
    """The rules in `text`; lines that cannot be read are skipped, as the RFC asks."""
    return Robots(text, Protego.parse(text))


def rules_of(status: int, body: bytes) -> Robots | None:
    """The rules that an answer gives: its text; everything allowed on 4xx and the like; None, nothing for now, on 5xx.

    429 says nothing about the rules either.
    """
    if 200 <= status < 300:
        return parse(body[:MAX_BYTES].decode("utf-8-sig", errors="replace"))
    if status == 429 or status >= 500:
        return None
    return parse("")
