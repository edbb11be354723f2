"""One URL, one id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids

SAME = [
    "https://news.test/a?b=2&a=1",
    "http://NEWS.test:80/a?a=1&b=2",
    "https://news.test:443/a?a=1&b=2#comments",
    "https://reader:secret@news.test/a?a=1&b=2",
    "  https://news.test/a?utm_source=feed&a=1&fbclid=x&b=2\n",
]


def test_a_url_has_one_id_however_it_is_written() -> None:
    assert len({ids.url_id(url) for url in SAME}) == len({ids.article_id(url) for url in SAME}) == 1


def test_what_may_be_another_page_has_another_id() -> None:
    others = [
        "https://news.test/a",
        "https://news.test/A",
        "https://news.test/a/",
        "https://m.news.test/a",
        "https://news.test/a?id=1",
        "https://news.test/a?id=1&id=2",
        "https://news.test/a?id=1&id=3",
    ]
    for identity in (ids.url_id, ids.article_id, ids.source_id):
        assert len({identity(url) for url in others}) == len(others)


def test_whichever_of_http_and_https_it_was_written_with_it_is_the_same() -> None:
    for identity in (ids.url_id, ids.article_id, ids.source_id):
        assert identity("http://news.test/a") == identity("https://news.test/a")


def test_identities_are_the_ones_that_stand_in_the_index() -> None:
    url = "https://news.test/a?b=1"
    assert ids.url_id(url) == "64c7a45fbd44f426c11e82497dd9b312"
    assert ids.article_id(url) == "44c8cd439acce110a44801c51e37526a"
    assert ids.source_id(url) == "fcee1318eb11291a33d8f44441bc8c8b"
    assert ids.event_id("fetcher", "x", 1) == "74722a14ed840c8c01dda917bd712fbd"
    assert ids.shortid("a" * 32) == "hor7l5b3sjqcn"


def test_what_names_the_way_a_reader_came_is_dropped_wherever_it_stands_and_nothing_else() -> None:
    for name in ids.TRACKING_PARAMETERS:
        assert ids.normalise_url(f"https://news.test/a?{name}=x&b=1&{name}=y#{name}") == "https://news.test/a?b=1"
    assert ids.normalise_url("https://news.test/a?utm_source=x") == "https://news.test/a"
    assert ids.normalise_url("https://news.test/a?utm=x&c=&B=1") == "https://news.test/a?B=1&c=&utm=x"


def test_an_article_is_not_its_url_nor_its_source() -> None:
    url = "https://news.test/"
    assert len({ids.url_id(url), ids.article_id(url), ids.source_id(url)}) == 3


@pytest.mark.parametrize(
    ("url", "spelling"),
    [("https://news.test:80/", "https://news.test:80/"), ("http://news.test:443/", "http://news.test:443/"),
     ("HTTP://news.test:80", "http://news.test/"), ("https://my_site.test.:8443/a", "https://my_site.test.:8443/a")],
)  # fmt: skip
def test_only_the_port_that_the_scheme_means_anyway_is_dropped(url: str, spelling: str) -> None:
    assert ids.normalise_url(url) == spelling


def test_an_international_name_is_its_ascii_form() -> None:
    assert ids.url_id("https://münchen.test/a") == ids.url_id("https://xn--mnchen-3ya.test/a")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "news.test/a",
        "ftp://news.test/a",
        "javascript:alert(1)",
        "https:///a",
        "https://[x/",
        "https://a..b/",
        "https://münchen..test/",
        f"https://{'a' * 64}.test/",
        "https://news.test:99999/",
    ],
)
def test_what_is_no_address_of_the_web_has_no_id(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        ids.url_id(url)


@given(st.text(max_size=60))
def test_whatever_comes_after_the_host_is_normalised_once_for_all(rest: str) -> None:
    try:
        normal = ids.normalise_url("https://news.test/" + rest)
    except ValueError:
        return
    assert ids.normalise_url(normal) == normal


def test_an_events_id_follows_from_its_cause_and_its_place() -> None:
    assert ids.event_id("fetcher", "x", 0) == ids.event_id("fetcher", "x", 0)
    assert len({ids.event_id(stage, cause, place) for stage in "ab" for cause in "xy" for place in (0, 1)}) == 8


def test_a_short_id_has_65_bits() -> None:
    short = ids.shortid(ids.article_id("https://news.test/a"))
    assert len(short) == 13
    assert short.isalnum()
    assert short == short.lower()


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://feeds.bbc.co.uk/a", "bbc.co.uk"),
        ("https://reader:secret@www.News.pt:8443/a", "news.pt"),
        ("http://127.0.0.1:8091/a", "127.0.0.1:8091"),
        ("http://newsroom:80/a", "newsroom:80"),
    ],
)
def test_politeness_is_owed_to_a_registered_domain_or_else_to_a_host_with_its_port(url: str, domain: str) -> None:
    assert ids.registered_domain(url) == domain


@pytest.mark.parametrize(
    ("url", "spelling"), [("http://[::1]:80/a", "http://[::1]/a"), ("https://[::1]:8080", "https://[::1]:8080/")]
)
def test_an_address_of_version_six_keeps_its_brackets(url: str, spelling: str) -> None:
    assert ids.normalise_url(url) == spelling


@pytest.mark.parametrize(
    ("host", "is_one"), [("co.uk", True), ("CO.uk", True), ("pt", True), ("bbc.co.uk", False), ("localhost", False)]
)
def test_a_public_suffix_is_what_anybody_can_register_below(host: str, is_one: bool) -> None:
    assert ids.is_public_suffix(host) is is_one
