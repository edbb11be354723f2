from services.indexer.terms import MOST_TERMS, trend_terms
from tests.services.indexer.articles import article


def terms(*paragraphs: str) -> tuple[str, ...]:
    return trend_terms(article(english=paragraphs, source_name="The Daily Mirror"))


def test_names_of_one_to_three_words_are_terms_most_used_first() -> None:
    found = terms("He met Ana Figueira in Coimbra.", "Then Coimbra waited for the European Central Bank.")
    assert found == ("Coimbra", "Ana Figueira", "European Central Bank")


def test_a_name_keeps_its_particles_inside_and_has_none_at_its_ends() -> None:
    assert terms("They asked Alexandre de Moraes of the University of Coimbra.") == (
        "Alexandre de Moraes",
        "University of Coimbra",
    )


def test_the_first_word_of_a_sentence_is_a_name_only_on_evidence() -> None:
    assert terms("Floods came. Rain fell on Porto.") == ("Porto",)
    assert terms("Porto floods again.", "It rained in Porto.") == ("Porto",)
    assert terms("Yesterday Lisbon slept; the day was as yesterday.") == ("Lisbon",)
    assert terms("Ana Figueira spoke.") == ("Ana Figueira",)
    assert terms("The tide was the highest since 1987. Whether it comes again is open.") == (), "the year ends a sentence"


def test_days_months_and_forms_of_address_are_no_part_of_a_term() -> None:
    assert terms("On Monday in March they saw President Ana Figueira and Mr. Costa.") == ("Ana Figueira", "Costa")


def test_of_a_long_run_of_capitals_the_end_is_the_name() -> None:
    assert terms("It was Supreme Federal Court Rapporteur Ana Figueira.") == ("Ana Figueira",)


def test_possessives_and_dotted_acronyms_are_written_as_all_write_them() -> None:
    assert terms("It was Portugal's Ana who asked the U.N. and NATO’s chiefs.") == ("Portugal", "Ana", "UN", "NATO")


def test_an_acronym_is_a_name_though_its_letters_make_a_word() -> None:
    assert terms("They told us that the US and the WHO agreed.") == ("US", "WHO")


def test_a_full_stop_after_a_title_or_an_initial_ends_no_sentence() -> None:
    assert terms("They heard Dr. Figueira, then John F. Kennedy spoke.") == ("Figueira", "John F Kennedy")


def test_the_outlets_own_name_is_no_term_but_its_words_may_be() -> None:
    assert terms("We asked the Daily Mirror and the Mirror Lake Club.") == ("Mirror Lake Club",)


def test_agencies_networks_and_labels_of_the_page_are_no_terms() -> None:
    found = terms(
        "They told Reuters and the Associated Press in Porto.", "You may Sign In or share it on WhatsApp.", "Getty Images"
    )
    assert found == ("Porto",)


def test_dates_are_no_terms() -> None:
    assert terms("It happened in Porto on Friday, 13 March 2026, and on Sat. 14 Feb. at noon.") == ("Porto",)


def test_a_line_with_a_capital_on_every_word_tells_no_names() -> None:
    assert terms("Rain Falls Again While Council Waits For Money.", "It rained in Porto.") == ("Porto",)
    assert terms("Council of the Coast Waits for Money after Storm", "It rained in Porto.") == ("Porto",)


def test_an_article_without_english_gives_the_names_of_its_original() -> None:
    assert trend_terms(article(english=None)) == ("Portugal", "Mondego", "Ana Figueira", "Ambiente", "Coimbra")


def test_where_all_nouns_have_capitals_the_original_gives_none() -> None:
    assert trend_terms(article(english=None, language="de", text=("Das Haus am Fluss steht.",))) == ()


def test_a_block_that_was_left_in_such_a_language_gives_none_either() -> None:
    whole = article(language="de")
    left = tuple(block.model_copy(update={"lang": "de"}) for block in whole.translation.blocks[1:])
    blocks = (whole.translation.blocks[0], *left)
    found = trend_terms(whole.model_copy(update={"translation": whole.translation.model_copy(update={"blocks": blocks})}))
    assert "Mondego" in found
    assert "Coimbra" not in found


def test_scripts_without_capitals_and_empty_texts_give_none() -> None:
    assert trend_terms(article(english=None, language="ar", text=("أعلنت الحكومة خطة جديدة.",))) == ()
    assert terms("") == ()


def test_there_are_never_many_nor_endless_ones() -> None:
    names = " and ".join(f"the old {chr(65 + n % 26)}{chr(97 + n // 26)}name" for n in range(100))
    assert len(terms(names)) == MOST_TERMS
    assert terms("He said A" + "a" * 100 + ".") == ()
