"""Which texts repeat one that is there already: agency copy in many papers. Pure.

Two fingerprints (64-bit simhash) that differ in at most three bits are equal in at least one of four parts of 16 bits
(Manku, Jain, Das Sarma: Detecting near-duplicates for web crawling, 2007), so only those are compared.
"""

from collections import defaultdict

from services.trends.bonds import COPY_BITS

PARTS = 4
PART = 0xFFFF


class Copies:
    """The texts of a while."""

    def __init__(self) -> None:
        self._known: defaultdict[int, list[int]] = defaultdict(list)

    def repeats(self, fingerprint: int) -> bool:
        """Whether a text like it was there; it is there from now on."""
        parts = [number << 16 | fingerprint >> 16 * number & PART for number in range(PARTS)]
        known = self._known
        for part in parts:
            for other in known.get(part, ()):
                if (other ^ fingerprint).bit_count() <= COPY_BITS:
                    return True
        for part in parts:
            known[part].append(fingerprint)
        return False
