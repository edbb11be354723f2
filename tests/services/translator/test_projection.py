import pytest

from services.translator import projection

SOURCE = 'O ministro Costa disse que "não há dinheiro" para a nova ponte sobre o Tejo em 2030.'
OUTPUT = 'Minister Costa said "there is no money" for the new bridge over the Tagus in 2030.'


def span(words: str, text: str = SOURCE) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def found(place: tuple[int, int] | None, text: str = OUTPUT) -> str | None:
    return text[slice(*place)] if place else None


def test_the_whole_sentence_is_the_whole_sentence() -> None:
    assert found(projection.at_once(SOURCE, (0, len(SOURCE)), OUTPUT)) == OUTPUT


def test_all_words_but_not_the_full_stop_are_just_that() -> None:
    assert found(projection.at_once(SOURCE, (0, len(SOURCE) - 1), OUTPUT)) == OUTPUT[:-1]


@pytest.mark.parametrize(("words", "expected"), [("Costa", "Costa"), ("2030", "2030")])
def test_names_and_numbers_are_found_as_they_are(words: str, expected: str) -> None:
    assert found(projection.at_once(SOURCE, span(words), OUTPUT)) == expected


def test_a_quotation_is_the_same_quotation() -> None:
    assert found(projection.at_once(SOURCE, span("não há dinheiro"), OUTPUT)) == "there is no money"
    assert found(projection.at_once(SOURCE, span('"não há dinheiro"'), OUTPUT)) == "there is no money"


def test_little_words_that_two_languages_share_are_no_evidence() -> None:
    source, output = "Ele disse a verdade e come pouco.", "He told a friend to come and see."
    assert projection.at_once(source, span("a", source), output) is None
    assert projection.at_once(source, span("come", source), output) is None


def test_the_second_of_two_equal_names_is_the_second() -> None:
    source, output = "O jogo Porto contra o novo Porto.", "The Porto match against the new Porto."
    assert projection.at_once(source, (27, 32), output) == (output.rindex("Porto"), len(output) - 1)


def test_a_span_that_cuts_words_is_marked_round_whole_words() -> None:
    start, end = span("ova pon")
    assert projection.marked(SOURCE, (start, end)) == SOURCE.replace("nova ponte", "**nova ponte**")


def test_the_words_between_the_marks_are_found_in_the_plain_translation() -> None:
    exact = 'Minister Costa said "there is no money" for the ** new bridge** over the Tagus in 2030.'
    other = 'The minister Costa said that "there is no money" for the **newer bridge** across the Tagus in 2030.'
    assert found(projection.from_marked(exact, OUTPUT)) == "new bridge"
    assert found(projection.from_marked(other, OUTPUT)) == "new bridge"


@pytest.mark.parametrize(
    "translated", ["no marks", "one ** mark", "three ** ** **", "none between ** **", "**quite other words**"]
)
def test_marks_that_tell_nothing_find_nothing(translated: str) -> None:
    assert projection.from_marked(translated, OUTPUT) is None


def test_of_two_places_alike_the_nearer_one_is_taken() -> None:
    output = "The bridge here and the bridge there."
    assert projection.like("bridge", output, expected=0.9) == (24, 30)
    assert projection.like("bridge", output, expected=0.1) == (4, 10)


def test_a_link_without_evidence_lies_where_word_order_puts_it_clear_of_others() -> None:
    source, output = "um dois tres quatro", "one two three four"
    first = projection.nearest(source, (3, 7), output, taken=[])
    assert found(first, output) == "two"
    assert found(projection.nearest(source, (3, 7), output, taken=[(4, 7)]), output) in ("one", "three")


def test_a_text_without_words_has_no_place_for_a_link() -> None:
    assert projection.nearest("x", (0, 1), "👍", taken=[]) is None


LONG = " ".join(f"palavra{number}" for number in range(40)) + "."


def test_of_a_long_sentence_only_the_words_around_a_span_are_translated_a_second_time() -> None:
    around = " ".join(["palavra12 palavra13 palavra14 palavra15 palavra16 palavra17 palavra18 palavra19",
                       "**palavra20 palavra21** palavra22 palavra23 palavra24 palavra25 palavra26 palavra27",
                       "palavra28 palavra29"])  # fmt: skip
    assert projection.marked(LONG, span("palavra20 palavra21", LONG)) == around
    assert projection.marked(LONG, span("palavra0", LONG)) == f"**palavra0** {' '.join(LONG.split()[1:9])}"
    short = " ".join(LONG.split()[:18])
    assert projection.marked(short, span("palavra8", short)) == short.replace("palavra8", "**palavra8**")


def test_of_two_places_alike_a_part_s_words_are_those_where_they_are_expected() -> None:
    output = "A bridge there and so many other words that nobody counts them, then a bridge here."
    first, last = output.index("bridge"), output.rindex("bridge")
    assert projection.from_marked("so, a **bridge** here", output, 0.05) == (first, first + 6)
    assert projection.from_marked("so, a **bridge** here", output, 0.95) == (last, last + 6)
