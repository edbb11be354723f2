import pytest

from services.extractor.declared import declared
from services.extractor.markup import parse
from services.extractor.title import choose
from tests.services.extractor.pages import document

LONG = "Bridge opens after nine years of work"


def title(body: str = "", head: str = "", feed: str | None = None) -> tuple[str, str]:
    tree = parse(document(body, head))
    return choose(tree, declared(tree), ["The Paper", "paper.example"], feed)


def ld(headline: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}"}}</script>'


def og(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize(
    "given",
    [
        f"{LONG} | The Paper",
        f"{LONG} - The Paper",
        f"{LONG} – paper.example",
        f"The Paper: {LONG} - The Paper".removeprefix("The Paper: "),
        f"The Paper | {LONG}",
    ],
)
def test_the_sites_name_is_taken_off(given: str) -> None:
    assert title(head=og(given))[0] == LONG


def test_a_rubric_goes_where_another_place_gives_the_bare_title() -> None:
    assert title(f"<h1>{LONG}</h1>", ld(f"{LONG} | Politics") + og(LONG))[0] == LONG


def test_a_dash_within_the_title_stays() -> None:
    assert title("<h1>Bridge opens – at last – for all</h1>")[0] == "Bridge opens – at last – for all"


def test_the_headline_without_the_kicker_that_shares_its_h1() -> None:
    assert title(f"<h1><span>Transport</span> {LONG}</h1>", ld(LONG))[0] == LONG


def test_a_logo_in_an_h1_is_no_title() -> None:
    assert title(f'<h1><a href="/">The Paper</a></h1><h1>{LONG}</h1>') == (LONG, "h1")


def test_a_title_cut_off_speaks_for_the_whole_one() -> None:
    assert title(f"<h1>{LONG} and three changes</h1>", ld(f"{LONG} and…"))[0] == f"{LONG} and three changes"


def test_the_feeds_title_is_the_last_resort() -> None:
    assert title(feed=LONG) == (LONG, "feed")


def test_a_page_without_a_title_has_none() -> None:
    assert title("<p>text</p>") == ("", "")


def test_where_og_alone_differs_and_there_is_no_title_for_other_networks_the_desk_wrote_it() -> None:
    own, machine = "The bridge is open again after nine years", "Bridge LIVE: cars, queues, and what comes next"
    page = og(own) + ld(machine)
    assert title(f"<h1>{machine}</h1>", page) == (own, "og")
    assert title(f"<h1>{machine}</h1>", page + f'<meta name="twitter:title" content="{own}">')[0] == machine


def test_a_title_that_broken_markup_has_pushed_into_the_body_is_read() -> None:
    page = f'<text id="1"><html><head><title>{LONG}</title></head><body><svg><title>logo</title></svg><p>text</p></body>'
    assert choose(parse(page), declared(parse(page)), ["The Paper"])[0] == LONG


def test_a_shortened_title_for_the_networks_is_not_the_desks_own() -> None:
    whole = f"{LONG} and three changes of plan"
    assert title(f"<h1>{whole}</h1>", og(LONG) + ld(whole))[0] == whole
