"""Pages that are no articles, each with its reason; and true articles that look a little like them."""

import pytest

from services.extractor.page import extract_page
from shared.errors import Ended, State
from shared.events import Article
from tests.services.extractor.pages import SENTENCES, article, document, page

TEASERS = "".join(
    f'<div class="card"><h2><a href="/politics/story-{n}">Story number {n} about the bridge and the town that '
    f"waited for it</a></h2>"
    f"<p>What happened on day {n} of the works, and why the council met for the third time in a single week.</p></div>"
    for n in range(14)
)
HEADLINES = "".join(
    f'<li><a href="/politics/story-{n}">Story number {n} about the bridge and the town that waited for it</a></li>'
    for n in range(30)
)
LONGER = tuple(f"In part {n}: {text}" for n in ("one", "two", "three") for text in SENTENCES)


def reason(html: str, url: str = "https://paper.example/politics") -> str | None:
    found = extract_page(page(html, url))
    if isinstance(found, Article):
        return None
    assert found.state is State.NOT_ARTICLE
    return found.reason


@pytest.mark.parametrize(
    ("html", "url", "expected"),
    [
        (
            document(f"<h1>Politics</h1>{TEASERS}", "<title>Politics | The Paper</title>"),
            "https://paper.example/politics",
            "listing page",
        ),
        (document(f"<h1>Archive</h1><ul>{HEADLINES}</ul>"), "https://paper.example/archive", "listing page"),
        (
            document(f"<h1>Latest</h1>{TEASERS}", '<script type="application/ld+json">{"@type":"CollectionPage"}</script>'),
            "https://paper.example/latest-news-of-the-day",
            "listing page",
        ),
        (document(f"<h1>The Paper</h1>{TEASERS}"), "https://paper.example/", "home page"),
        (
            document(
                "<h1>Page not found</h1><p>The page you asked for is not here. It may have moved.</p>"
                + f"<p>{SENTENCES[0]}</p>" * 2
            ),
            "https://paper.example/politics/gone",
            "error page",
        ),
        (
            document("<h1>Just a moment…</h1><p>paper.example checks that you are no machine before it goes on.</p>"),
            "https://paper.example/politics/bridge-opens-after-years",
            "captcha page",
        ),
        (
            document("<h1>Sicherheitsüberprüfung</h1><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>"),
            "https://paper.example/politik/bruecke-nach-jahren-offen",
            "captcha page",
        ),
        (
            document("<h1>Seite nicht gefunden</h1><p>Leider ist hier nichts.</p>"),
            "https://paper.example/politik/weg",
            "error page",
        ),
        (
            document(
                "<h1>We value your privacy</h1><div><p>We and our 842 partners store and access cookies on your "
                "device and process personal "
                "data, with your consent, for tracking and personalised advertising.</p><p>You may accept all "
                "cookies or change your "
                "consent under privacy settings at any time. Our partners rely on legitimate interest where "
                "they do not ask for consent.</p>"
                "<p>Subscribers read without tracking and cookies.</p></div>"
            ),
            "https://paper.example/politics/bridge-opens-after-years",
            "consent wall",
        ),
        (
            article(
                (SENTENCES[0], SENTENCES[1][:60]),
                head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bridge opens after nine years",'
                '"isAccessibleForFree":"False"}</script>',
                after="<p>Subscribe to continue reading.</p>",
            ),
            "https://paper.example/politics/bridge-opens-after-years",
            "paywall stub",
        ),
        (article(("Short.",)), "https://paper.example/politics/bridge-opens-after-years", "too short"),
        (document(""), "https://paper.example/politics/bridge-opens-after-years", "too short"),
    ],
)
def test_what_is_no_article_says_why(html: str, url: str, expected: str) -> None:
    assert reason(html, url) == expected


def test_an_article_with_many_headlines_below_it_is_an_article() -> None:
    assert (
        reason(
            article(after=f'<section class="more"><ul>{HEADLINES}</ul></section>'),
            "https://paper.example/politics/bridge-7654321",
        )
        is None
    )


def test_an_article_about_cookies_is_an_article() -> None:
    about = tuple(
        f"{text} The commission wants cookies and tracking by partners to need consent, said a spokeswoman on "
        f"privacy matters."
        for text in LONGER
    )
    html = article(about, head='<meta property="og:type" content="article">', title="Commission wants fewer cookie banners")
    assert reason(html, "https://paper.example/tech/commission-wants-fewer-banners") is None


def test_an_article_about_an_error_404_is_an_article() -> None:
    assert (
        reason(
            article(LONGER, title="How the 404 became an art form"),
            "https://paper.example/tech/how-the-404-became-art",
        )
        is None
    )


def test_a_short_text_in_a_dense_script_is_long_enough() -> None:
    chinese = (
        "大桥于周一上午正式通车，历时九年，期间三次修改方案。" * 2,
        "市长表示，全城等待已久，并感谢在两次洪水中坚持施工的工程师们。" * 2,
    )
    assert reason(article(chinese, title="大桥历时九年终于通车"), "https://paper.example/politics/bridge-7654321") is None


def test_ended_is_what_the_runner_knows() -> None:
    assert isinstance(extract_page(page(document(""))), Ended)
