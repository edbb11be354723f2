from services.indexer.marks import MOST, marks
from tests.services.indexer.articles import article


def of(*paragraphs: str, language: str = "pt") -> set[str]:
    return set(marks(article(english=None, text=paragraphs, language=language, title="x", standfirst=None)))


def test_names_are_the_same_in_languages_that_decline_accent_or_spell_them_otherwise() -> None:
    portuguese = of("A polícia de Moscovo ouviu Ilya Doronin.")
    russian = of("В пятницу Илью Доронина слушали в Москве.", language="ru")
    assert "doron" in portuguese & russian
    assert of("In der Stadt sprach Álvaro Mendonça.", language="de") >= {"alvar", "mendo"}


def test_numbers_are_the_same_however_a_language_writes_thousands_and_decimals() -> None:
    assert of("Eram 52 mil carros.") == of("It was 52,000 cars.") == of("Es waren 52.000.") == {"52"}
    assert of("Houve 44,6 graus e 3 feridos.") == {"446"}
    assert of("بلغت الحرارة ٤٤٫٦", language="ar") >= {"44"}


def test_a_capital_that_begins_a_sentence_is_no_name_unless_it_is_one_elsewhere() -> None:
    assert of("Ontem choveu. Hoje não.") == set()
    assert of("Coimbra esperou. Depois choveu em Coimbra.") == {"coimb"}
    assert of("O Mar estava calmo, o mar de sempre.") == set()


def test_both_versions_of_a_translated_article_tell_their_names() -> None:
    found = marks(article(english=("The mayor of Lisbon spoke.",), text=("Falou a autarca de Lisboa.",)))
    assert {"lisbo"} <= set(found)


def test_there_are_never_more_than_a_few_however_long_the_text() -> None:
    assert len(of(" ".join(f"na {chr(65 + n % 26)}{'b' * (2 + n % 3)}{n}" for n in range(100_000)))) <= MOST
    assert of("") == set()
    assert len(of("²³ ½ ① Ⅷ " * 10)) <= MOST
