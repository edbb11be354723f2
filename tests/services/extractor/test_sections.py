import pytest

from services.extractor.sections import choose


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://p.example/politics/2026/bridge", "politics"),
        ("https://p.example/esportes/futebol/bridge", "sports"),
        ("https://p.example/economia/bridge", "business"),
        ("https://p.example/wirtschaft/bridge", "business"),
        ("https://p.example/2026/03/culture/bridge", "culture"),
        ("https://p.example/%D0%BF%D0%BE%D0%BB%D0%B8%D1%82%D0%B8%D0%BA%D0%B0/bridge", "politics"),
        ("https://p.example/news/science-and-nature/bridge", "science"),
        ("https://p.example/opinión/bridge", "opinion"),
        ("https://p.example/santé/bridge", "health"),
    ],
)
def test_words_of_the_path_in_many_languages(url: str, section: str) -> None:
    assert choose({}, url, []) == (section, "url")


def test_the_last_part_of_the_path_is_a_title_and_no_section() -> None:
    assert choose({}, "https://p.example/sports-politics-and-health", []) == ("news", "fallback")


def test_the_sources_map_comes_first_and_its_longest_prefix_wins() -> None:
    found = choose({"/a": "world", "/a/b": "tech"}, "https://p.example/a/b/politics/c", ["Sport"])
    assert found == ("tech", "source")


@pytest.mark.parametrize(
    ("declared", "section"),
    [("Sport", "sports"), ("Kultur & Leben", "culture"), ("السياسة", "politics"), ("経済", "business")],
)
def test_the_declared_rubric_where_the_path_says_nothing(declared: str, section: str) -> None:
    assert choose({}, "https://p.example/12345", [None, declared]) == (section, "declared")


def test_a_path_that_the_sources_map_does_not_know_speaks_for_itself() -> None:
    assert choose({"/b": "world"}, "https://p.example/politics/c", []) == ("politics", "url")
