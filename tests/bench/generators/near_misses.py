"""Synthetic near misses for stories: English articles that name the people and places of a real one, of another event.

Every title starts with a mark, so that nobody takes them for news. The distribution: EVENTS uniformly, names from the
document in their order of use, at most three; the seed decides, and documents of one half never lend names to the other's.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence

EVENTS = (
    "{a} opens a new library in {b}. The building took four years. {c} spoke at the ceremony. Readers may borrow now.",
    "{a} loses a court case over unpaid rent. The judge in {b} gave {c} thirty days. An appeal is possible.",
    "{a} wins an award for gardening. The jury praised the roses of {b}. {c} came second this year.",
    "{a} cancels a concert tour after an illness. Tickets for {b} will be refunded. {c} hopes for new dates in spring.",
    "{a} buys a stake in a ferry company. The line to {b} stays open. {c} welcomes the investment.",
    "{a} apologises for a remark on radio. Listeners in {b} had complained. {c} calls the matter closed.",
    "{a} recalls an electric heater. Eleven fires were reported in {b}. {c} says nobody was hurt.",
    "{a} presents a plan for bicycle lanes. Work in {b} begins in autumn. {c} doubts the costs.",
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")


def halves(documents: Sequence[str], seed: int = 7) -> tuple[list[str], list[str]]:
    """The documents' ids, one half to develop with, the other held out."""
    ids = sorted(set(documents))
    random.Random(seed).shuffle(ids)
    return sorted(ids[: len(ids) // 2]), sorted(ids[len(ids) // 2 :])


def near_misses(text: str, number: int, seed: str) -> list[list[str]]:
    """At most `number` articles, sentence by sentence, each of another event, with the names of the English `text`."""
    names = [name for name, _ in Counter(_NAME.findall(text)).most_common(3)]
    if len(names) < 3:
        return []
    chosen = random.Random(seed).sample(EVENTS, min(number, len(EVENTS)))
    filled = (event.format(a=names[0], b=names[1], c=names[2]) for event in chosen)
    return [["[synthetic] " + one for one in article.split(". ")[:1]] + article.split(". ")[1:] for article in filled]
