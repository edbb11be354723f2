"""What a search found, quoted with the words that matched."""

import re
from dataclasses import dataclass

# Private-use characters: no publisher's text means anything by them, and where one stands all the same it only marks.
OPENING, CLOSING = "\ue000", "\ue001"

_PIECES = re.compile(f"([{OPENING}{CLOSING}])")


@dataclass(frozen=True)
class Run:
    """A run of text, and whether it matched."""

    text: str
    matched: bool


def runs(quoted: str) -> tuple[Run, ...]:
    """The runs of `quoted`, in which OpenSearch has put OPENING and CLOSING around what matched."""
    found: list[Run] = []
    inside = False
    for piece in _PIECES.split(quoted):
        if piece in (OPENING, CLOSING):
            inside = piece == OPENING
        elif piece:
            found.append(Run(piece, inside))
    return tuple(found)
