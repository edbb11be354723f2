"""Synthetic near misses for stories: articles that name the people and places of a real one, of another event.

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
    "{a} sells a house by the sea. It stood empty for six years. A family from {b} moves in. {c} keeps the boat.",
    "{a} opens the carnival with a drum. Forty groups march through {b}. {c} throws sweets from the first float.",
    "{a} falls from a horse and breaks an arm. The hospital in {b} reports no danger. {c} takes over for two weeks.",
    "{a} publishes a book of recipes. Half of them come from {b}. {c} wrote the preface and tasted the soups.",
    "{a} complains of slow trains. The line from {b} was late on 41 days. {c} promises new signals by summer.",
    "{a} takes part in a chess tournament for charity. {c} won in 32 moves. The hall in {b} was sold out.",
)
# The same in other languages: a near miss may share its language with the report, or not.
ELSEWHERE = {
    "pt": (
        "{a} inaugura uma piscina municipal. A obra em {b} custou dois milhões. {c} deu o primeiro mergulho.",
        "{a} adota um cão abandonado. O canil de {b} tem mais oitenta. {c} agradeceu o gesto.",
        "{a} falha o exame de condução. O examinador de {b} contou nove erros. {c} passou à primeira.",
        "{a} expõe fotografias de infância. A mostra fica em {b} até maio. {c} emprestou doze retratos.",
    ),
    "es": (
        "{a} planta mil árboles en un parque. Los vecinos de {b} ayudaron con palas. {c} regó el primero.",
        "{a} gana un concurso de tortillas. El jurado de {b} probó cuarenta. {c} quedó en tercer lugar.",
        "{a} dona su biblioteca a una escuela. Son tres mil libros. El camión llegó a {b} el lunes. {c} leyó un cuento.",
        "{a} estrena una obra de teatro. La sala de {b} aplaudió nueve minutos. {c} olvidó su texto.",
    ),
    "de": (
        "{a} verliert eine Wette und putzt Schuhe. Am Bahnhof von {b} warteten sechzig Leute. {c} brachte Bürsten mit.",
        "{a} eröffnet eine Bäckerei. Die Brötchen in {b} waren um acht Uhr ausverkauft. {c} kaufte das letzte.",
        "{a} singt im Kirchenchor. Das Konzert in {b} dauerte drei Stunden. {c} spielte die Orgel.",
        "{a} findet eine alte Münze im Garten. Das Museum in {b} prüft den Fund. {c} schätzt ihn auf 900 Jahre.",
    ),
}
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")


def halves(documents: Sequence[str], seed: int = 7) -> tuple[list[str], list[str]]:
    """The documents' ids, one half to develop with, the other held out."""
    ids = sorted(set(documents))
    random.Random(seed).shuffle(ids)
    return sorted(ids[: len(ids) // 2]), sorted(ids[len(ids) // 2 :])


def near_misses(text: str, number: int, seed: str, language: str = "en") -> list[list[str]]:
    """At most `number` articles in `language`, sentence by sentence: of another event, with names of the English `text`."""
    names = [name for name, _ in Counter(_NAME.findall(text)).most_common(3)]
    if len(names) < 3:
        return []
    events = EVENTS if language == "en" else ELSEWHERE[language]
    chosen = random.Random(seed).sample(events, min(number, len(events)))
    filled = (event.format(a=names[0], b=names[1], c=names[2]) for event in chosen)
    return [["[synthetic] " + one for one in article.split(". ")[:1]] + article.split(". ")[1:] for article in filled]
