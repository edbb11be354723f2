from services.web.cards import Card, card
from services.web.front import BELOW, BESIDE, PER_SECTION, arrange
from services.web.rights import granted
from services.web.store import Found
from tests.services.web.articles import article


def one(slug: str, source: str = "s", **more: object) -> Card:
    return card(Found(granted(article(slug, source_id=source, **more))))  # type: ignore[arg-type]


def test_an_empty_wire_makes_an_empty_front() -> None:
    front = arrange([])
    assert (front.lead, front.below, front.beside, front.sections) == (None, (), (), ())


def test_what_can_be_read_in_english_leads() -> None:
    waiting, bare, ready = one("a", status="pending"), one("b", english_standfirst=None), one("c")
    assert arrange([waiting, bare, ready]).lead == ready
    assert arrange([waiting]).lead == waiting


def test_the_top_has_one_article_of_each_source_while_there_are_enough() -> None:
    cards = [one(f"a{number}", source="loud") for number in range(9)] + [one("b", "second"), one("c", "third")]
    front = arrange(cards)
    assert front.lead == cards[0]
    assert {card.article.source_id for card in (front.lead, *front.below)} == {"loud", "second", "third"}
    assert len(front.below) + len(front.beside) == BELOW + BESIDE


def test_every_article_stands_in_one_place_and_sections_in_order() -> None:
    cards = [one(f"{section}{n}", section=section) for section in ("news", "world", "sports") for n in range(9)]
    front = arrange(cards)
    shown = [card.path for card in (front.lead, *front.below, *front.beside) if card]
    shown += [card.path for _, section in front.sections for card in section]
    assert len(shown) == len(set(shown))
    assert [name for name, _ in front.sections] == ["world", "sports", "news"]
    assert max(len(section) for _, section in front.sections) == PER_SECTION


def test_a_section_is_headed_by_what_can_be_read_in_english() -> None:
    top = [one(f"top{n}", source=f"s{n}", section="news") for n in range(1 + BELOW + BESIDE)]
    waiting, ready, last = one("a", status="pending", section="world"), one("b", section="world"), one("c", section="world")
    ((_, section),) = arrange([*top, waiting, ready, last]).sections
    assert section == (ready, waiting, last)
