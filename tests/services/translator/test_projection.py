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
    assert projection.marked(f"«{LONG}", span("palavra8", f"«{LONG}")) == "«" + " ".join(LONG.split()[:17]).replace(
        "palavra8", "**palavra8**"
    )
    short = " ".join(LONG.split()[:18])
    assert projection.marked(short, span("palavra8", short)) == short.replace("palavra8", "**palavra8**")


def test_of_two_places_alike_a_part_s_words_are_those_where_they_are_expected() -> None:
    output = "A bridge there and so many other words that nobody counts them, then a bridge here."
    first, last = output.index("bridge"), output.rindex("bridge")
    assert projection.from_marked("so, a **bridge** here", output, 0.05) == (first, first + 6)
    assert projection.from_marked("so, a **bridge** here", output, 0.95) == (last, last + 6)


FOUR, VIER = "um dois tres quatro", "one two three four"


@pytest.mark.parametrize(
    ("words", "expected"),
    [("um", "one"), ("dois", "two"), ("tres", "three"), ("quatro", "four"), ("um dois", "one two"),
     ("dois tres", "two three"), ("tres quatro", "three four"), ("dois tres quatro", "two three four")],
)  # fmt: skip
def test_without_evidence_as_many_words_lie_where_they_lay(words: str, expected: str) -> None:
    assert found(projection.nearest(FOUR, span(words, FOUR), VIER, taken=[]), VIER) == expected


def test_beside_what_is_taken_a_link_has_the_words_that_are_left() -> None:
    one, four = (0, 3), (14, 18)
    assert found(projection.nearest(FOUR, span("tres quatro", FOUR), VIER, taken=[one]), VIER) == "three four"
    assert found(projection.nearest(FOUR, span("um dois", FOUR), VIER, taken=[one]), VIER) == "two three"
    assert found(projection.nearest(FOUR, span("tres quatro", FOUR), VIER, taken=[four]), VIER) == "two three"
    assert found(projection.nearest(FOUR, span("um dois tres", FOUR), VIER, taken=[one, four]), VIER) == "two three"


def test_where_all_is_taken_a_link_has_one_word_all_the_same() -> None:
    assert found(projection.nearest(FOUR, span("um dois", FOUR), VIER, taken=[(0, 18)]), VIER) == "one"


def test_a_link_round_no_word_has_one() -> None:
    source = "um – dois"
    assert found(projection.nearest(source, span("–", source), VIER, taken=[]), VIER) in ("two", "three")


def test_all_words_but_not_the_opening_quote_are_just_that() -> None:
    source, output = "«Olá mundo.", "«Hello world."
    assert found(projection.at_once(source, (1, len(source)), output), output) == "Hello world"


def test_in_a_sentence_that_stays_as_it_is_a_span_stays_where_it_is() -> None:
    same = "Lisboa – Porto"
    assert projection.at_once(same, span("isbo", same), same) == (0, 6)
    assert projection.at_once(same, span("–", same), same) == span("–", same)
    assert projection.at_once(same, (3, 3), "– –") is None


@pytest.mark.parametrize(
    ("source", "words", "output", "is_found"),
    [
        ("Lê o desporto todos os dias.", "desporto", "He reads desporto daily.", True),  # eight letters
        ("Lê o diário.", "diário", "He reads diário.", False),
        ("Vai pela A8.", "A8", "He drives the A8.", True),
        ("Vai pela A8.", "A8", "He drives the A80.", False),
        ("Vai pela a8.", "a8", "A8 is where he drives.", True),
        ("Vai com a Ana.", "Ana", "He goes with Ana.", True),
        ("Vai com a Ana.", "Ana", "He goes with her.", False),
    ],
)
def test_equal_words_are_the_same_where_they_are_a_name_a_number_or_long(
    source: str, words: str, output: str, is_found: bool
) -> None:
    expected = span(words if words in output else words.upper(), output) if is_found else None
    assert projection.at_once(source, span(words, source), output) == expected


def test_a_capital_says_nothing_at_the_beginning_of_a_sentence_but_of_two_words_it_does() -> None:
    output = "No one came, said Come Prima."
    assert projection.at_once("Come pouco.", (0, 4), "Come in, come.") is None
    assert found(projection.at_once("Come Prima disse.", (0, 10), output), output) == "Come Prima"


@pytest.mark.parametrize("words", ["there", "is no", "for the new", "bridge", "2030"])
def test_what_a_second_translation_marks_word_for_word_is_that(words: str) -> None:
    marked = OUTPUT.replace(words, f"**{words}**", 1)
    assert projection.from_marked(marked, OUTPUT) == span(words, OUTPUT)


def test_as_many_words_in_another_order_are_found_by_likeness() -> None:
    output = "Over the Tagus goes the new bridge."
    assert found(projection.from_marked("The **new bridge** goes over the Tagus.", output), output) == "new bridge"


def test_of_one_word_twice_the_mark_s_own_place_tells_which() -> None:
    output = "A bridge and then a bridge."
    last = output.rindex("bridge")
    assert projection.from_marked("A bridge, then a **bridge**.", output) == (last, last + 6)
    assert projection.from_marked("A **bridge**, then a bridge.", output) == (2, 8)


def test_between_two_places_alike_the_middle_of_the_words_decides() -> None:
    output = "bridge or over bridge there"
    first, second = (0, 6), (15, 21)
    assert projection.like("bridge", output, expected=0.39) == first  # 0.1 and 0.7 of the way
    assert projection.like("bridge", output, expected=0.41) == second


def test_far_from_where_it_was_expected_what_is_hardly_alike_is_better_than_nothing() -> None:
    output = "So they say that there will be bridging."
    assert found(projection.like("bridges", output, expected=0.0), output) == "bridging"
    assert projection.like("ponte", output, expected=0.9) is None
    assert projection.like("–", output, expected=0.5) is None


@pytest.mark.parametrize(("given", "most"), [("Costa", 5), ("ministro Costa", 7), ("O ministro Costa", 9)])
def test_a_place_has_at_most_twice_the_span_s_words_and_three(given: str, most: int) -> None:
    for number in range(1, 14):
        end = span(" ".join(OUTPUT.split()[:number]), OUTPUT)[1]
        assert projection.fits(SOURCE, span(given), (0, end), OUTPUT) is (number <= most)


def test_the_place_of_a_span_is_its_middle_s_share() -> None:
    assert projection.place_of("0123456789", (2, 4)) == pytest.approx(0.3)
    assert projection.place_of("0123456789", (0, 10)) == pytest.approx(0.5)
    assert projection.place_of("01", (4, 8)) == 1
    assert projection.place_of("", (0, 0)) == 0
