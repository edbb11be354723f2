"""chrF (Popović 2015) as sacrebleu counts it: character n-grams to 6 without spaces, recall twice as heavy as precision."""

from collections import Counter
from collections.abc import Iterable

LONGEST, BETA = 6, 2.0


def sentence(output: str, reference: str) -> float:
    """Of one sentence, 0 to 100."""
    return corpus([(output, reference)])


def corpus(pairs: Iterable[tuple[str, str]]) -> float:
    """Of outputs and their references together, 0 to 100: counts are summed before they are divided."""
    common, said, wanted = [0] * LONGEST, [0] * LONGEST, [0] * LONGEST
    for output, reference in pairs:
        ours, theirs = "".join(output.split()), "".join(reference.split())
        for n in range(1, LONGEST + 1):
            one, other = _grams(ours, n), _grams(theirs, n)
            common[n - 1] += (one & other).total()
            said[n - 1] += one.total()
            wanted[n - 1] += other.total()
    counted = [(c, s, w) for c, s, w in zip(common, said, wanted, strict=True) if s and w]
    if not counted:
        return 0.0
    precision = sum(c / s for c, s, _ in counted) / len(counted)
    recall = sum(c / w for c, _, w in counted) / len(counted)
    if not precision + recall:
        return 0.0
    return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _grams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))
