"""`babelwire translate`: articles in, translations out."""

import json

import pytest

from services.extractor.page import extract_page
from shared.events import Article, TranslatedArticle
from tests.console.commands import babelwire
from tests.services.extractor.pages import article, page

PORTUGUESE = (
    "A nova ponte sobre o rio foi inaugurada na segunda-feira de manhã, depois de nove anos de obras e de atrasos.",
    "Centenas de pessoas atravessaram-na na primeira hora, muitas com crianças que nunca tinham visto o lugar sem gruas.",
    "O presidente da câmara disse que a cidade tinha esperado o suficiente e agradeceu aos engenheiros pelo seu trabalho.",
)


def portuguese() -> Article:
    found = extract_page(
        page(article(PORTUGUESE, title="Ponte inaugurada depois de nove anos").replace('lang="en"', 'lang="pt"'))
    )
    assert isinstance(found, Article)
    return found


def english() -> Article:
    found = extract_page(page(article()))
    assert isinstance(found, Article)
    return found


def test_lines_are_answered_in_order_and_outcomes_pass_through() -> None:
    outcome = {"url": "http://a.example/", "outcome": "not_article", "reason": "too short"}
    given = [portuguese().model_dump_json(), json.dumps(outcome), "no json", "[]", english().model_dump_json()]
    result = babelwire("translate", "--jsonl", given="\n".join(given))
    assert result.exit_code == 0
    first, second, third, fourth, last = result.stdout.splitlines()
    translated = TranslatedArticle.model_validate_json(first)
    assert translated.translation.status == "translated"
    assert "bridge" in translated.translation.title.lower()
    assert len(translated.translation.blocks) == len(translated.blocks)
    assert json.loads(second) == outcome
    assert {json.loads(line)["outcome"] for line in (third, fourth)} == {"failed"}
    assert TranslatedArticle.model_validate_json(last).translation.status == "passed_through"


def test_one_article_may_stand_on_many_lines() -> None:
    result = babelwire("translate", "--from", "pt", given=portuguese().model_dump_json(indent=2))
    assert TranslatedArticle.model_validate_json(result.stdout).language == "pt"


@pytest.mark.parametrize("given", ["", "{}", "nonsense"])
def test_what_is_no_article_is_refused_in_one_line(given: str) -> None:
    result = babelwire("translate", given=given)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("babelwire: no article: ")
    assert result.stderr.count("\n") == 1


def test_a_language_without_a_model_is_pending_in_the_original() -> None:
    result = babelwire("translate", "--from", "is", given=english().model_dump_json())
    translated = TranslatedArticle.model_validate_json(result.stdout)
    assert (translated.translation.status, translated.translation.title) == ("pending", translated.title)


def test_a_language_that_is_no_code_is_asked_for_wrongly() -> None:
    assert babelwire("translate", "--from", "Portuguese", given="{}").exit_code == 2


def test_the_models_on_disk_are_listed() -> None:
    result = babelwire("models", "list", "--json")
    assert ("pt", "en") in [(model["from"], model["to"]) for model in json.loads(result.stdout)]
