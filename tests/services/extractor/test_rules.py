"""Rules of one source: what they find, what happens when they find nothing, and who hears of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.extractor.canary import Canary
from services.extractor.page import extract_page
from services.extractor.rules import missed
from shared.events import Article
from shared.search.page_rules import Rules
from shared.search.sources import Source
from tests.services.extractor.pages import SENTENCES, page

TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
ODD = f"""<html lang="en"><head><title>Paper</title>
<meta property="og:title" content="Bridge reopens after nine years of work"></head><body>
<div class="brand"><h1>The Paper of Record</h1></div><div class="hd">Bridge reopens after nine years of work</div>
<div class="s2">The crossing was closed since the flood, and the town had to go round.</div>
<div class="x1">{TEXT}<div class="tip"><p>Our readers also liked what we wrote of the other bridge last year.</p></div></div>
</body></html>"""
RULES = Rules(title="div.hd", standfirst="div.s2", body="div.x1", drop=".brand, .tip")


def read(rules: Rules | None, html: str = ODD) -> Article:
    source = Source(id="s", name="The Paper", home_page="https://paper.example/", rules=rules)
    found = extract_page(page(html), source)
    assert isinstance(found, Article), found
    return found


def test_rules_say_where_title_standfirst_and_text_are_and_what_is_left_out() -> None:
    found = read(RULES)
    assert found.title == "Bridge reopens after nine years of work"
    assert found.standfirst == "The crossing was closed since the flood, and the town had to go round."
    assert [block.text for block in found.blocks] == list(SENTENCES)
    assert {found.provenance[field] for field in ("title", "standfirst", "blocks")} == {"rule"}
    assert not missed(found.provenance, RULES)


@pytest.mark.parametrize("field", ["title", "standfirst", "body"])
def test_what_a_rule_does_not_find_the_general_rules_look_for(field: str) -> None:
    rules = RULES.model_copy(update={field: "div.gone"})
    found = read(rules)
    assert [block.text for block in found.blocks if block.text in SENTENCES] == list(SENTENCES)
    assert missed(found.provenance, rules)


def test_a_selector_that_holds_the_whole_page_is_no_title() -> None:
    long = ODD.replace("Bridge reopens", "Bridge reopens " * 200)
    assert read(Rules(title="div.hd"), long).provenance["title"] != "rule"


def test_without_rules_nothing_is_missed() -> None:
    assert not missed(read(None).provenance, None)


@pytest.mark.parametrize(
    "rules", [{"title": "div["}, {"body": ""}, {"drop": "a" * 501}, {"headline": "h1"}, {"title": "a::("}]
)
def test_what_is_no_selector_is_refused_when_the_list_is_read(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Rules.model_validate(rules)


def test_the_canary_says_when_a_rule_finds_nothing_on_half_of_the_pages() -> None:
    canary, found = Canary(), read(RULES)
    signs = [canary.watch(found, missed=number >= 8) for number in range(16)]
    assert [sign for sign in signs if sign] == [frozenset({"rule"})] * 5
    assert canary.changed()["rule"] == 1
    for _ in range(8):
        canary.watch(found)
    assert canary.changed()["rule"] == 0


def test_what_is_dropped_within_what_is_dropped_is_gone_once() -> None:
    found = read(RULES.model_copy(update={"drop": ".tip, .tip p, .brand"}))
    assert [block.text for block in found.blocks] == list(SENTENCES)


def test_a_page_is_never_dropped_whole() -> None:
    assert [block.text for block in read(RULES.model_copy(update={"drop": "html, .tip, .brand"})).blocks] == list(SENTENCES)
