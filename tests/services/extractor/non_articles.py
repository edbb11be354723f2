"""Labelled pages that a publisher's URL may answer with, written for the tests: eight kinds of non-articles, each in eight
languages and with the markup of different houses, and true articles that have something of each kind about them.

Half the pages are held out (`held_out`): rules are made on the others.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.services.extractor.languages import LANGUAGES, Words

ARTICLE = "article"


@dataclass(frozen=True)
class Labelled:
    """`label` is the reason with which the page must end, `article` for an article."""

    name: str
    label: str
    url: str
    html: str

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


def labelled() -> Iterator[Labelled]:
    """Every page of the set, in a fixed order."""
    for code, words in LANGUAGES.items():
        host = f"https://paper-{code}.example"
        for kind, (label, path, html) in _pages(words).items():
            yield Labelled(f"{kind} {code}", label, f"{host}/{path}", _document(code, words, html))


def _pages(words: Words) -> dict[str, tuple[str, str, tuple[str, str]]]:
    """By name: label, path of the URL, and (head, body)."""
    text = words.sentences
    slug = "2026/03/10/the-story-of-the-bridge-1234567"
    further = [f"{title}: {line}" for title, line in zip(words.titles, text, strict=True)]
    lines = [text[n % len(text)] for n in range(24)]
    cards = "".join(
        f'<div class="card"><h3><a href="/story-{n}">{words.titles[n % 4]} {n}</a></h3><p>{line}</p></div>'
        for n, line in enumerate(lines)
    )
    times = "".join(f'<li><time>12:{n:02}</time> <a href="/s/{n}">{words.titles[n % 4]} ({n})</a></li>' for n in range(40))
    strip = "".join(
        f'<figure><img src="/p/{n}.jpg"><figcaption>{words.credit} {n}/18</figcaption></figure>' for n in range(18)
    )
    body = "".join(f"<p>{line}</p>" for line in text)
    full = "".join(f"<p>{line}</p>" for line in [*text, *further])
    news = _ld("NewsArticle", words.titles[0])
    player = '<div class="player"><video src="/clip.mp4"></video></div>'
    return {
        "section of cards": ("listing page", "politics", ("", f"<main><h1>{words.rubric}</h1>{cards}</main>")),
        "ticker": ("listing page", "latest", ("", f"<main><h1>{words.rubric}</h1><ul>{times}</ul></main>")),
        "topic with introduction": (
            "listing page",
            "topics/the-bridge-over-the-river",
            (_ld("CollectionPage", words.rubric), f"<h1>{words.rubric}</h1><p>{text[0]}</p>{cards}"),
        ),
        "author's page": (
            "listing page",
            "authors/ada-brennan",
            ('<meta property="og:type" content="profile">', f"<h1>Ada Brennan</h1><p>{text[1]}</p><ul>{times}</ul>"),
        ),
        "consent wall": ("consent wall", slug, ("", f'<div id="wall"><h2>{words.privacy}</h2>{_each(words.consent)}</div>')),
        "consent wall over an article's head": (
            "consent wall",
            slug,
            (news, f'<h1>{words.titles[0]}</h1><div class="layer">{_each(words.consent)}</div>'),
        ),
        "paywall stub": (
            "paywall stub",
            slug,
            (_ld("NewsArticle", words.titles[0], free=False), f"<h1>{words.titles[0]}</h1><p>{text[0]}</p>{_offer(words)}"),
        ),
        "undeclared paywall stub": (
            "paywall stub",
            slug,
            (news, f"<article><h1>{words.titles[0]}</h1><p>{text[0]}</p><p>{text[1]}</p>{_offer(words)}</article>"),
        ),
        "error page": ("error page", slug, ("", f"<main><h1>{words.missing}</h1>{_each(words.sorry)}</main>")),
        "error page with suggestions": (
            "error page",
            slug,
            ("", f"<main><h1>{words.missing}</h1>{_each(words.sorry)}<ul>{times}</ul></main>"),
        ),
        "video": (
            "video or gallery",
            "video/the-bridge-1234567",
            (_ld("VideoObject", words.titles[0]), f"<h1>{words.titles[0]}</h1>{player}<p>{text[0][:120]}</p>"),
        ),
        "video that calls itself an article": (
            "video or gallery",
            slug,
            (
                news + '<meta property="og:video" content="https://cdn.example/clip.mp4">',
                f"<article><h1>{words.titles[0]}</h1>{player}<p>{text[0][:100]}</p></article>",
            ),
        ),
        "gallery": (
            "video or gallery",
            slug,
            (_ld("ImageGallery", words.titles[0]), f"<h1>{words.titles[0]}</h1><p>{text[0][:100]}</p>{strip}"),
        ),
        "flash": ("too short", slug, (news, f"<article><h1>{words.titles[0]}</h1><p>{text[0][:90]}</p></article>")),
        "empty shell": ("too short", slug, ("", '<div id="root"></div><script>start()</script>')),
        "chrome alone": ("site chrome", slug, ("", f"<footer><div>{_each(words.imprint)}</div></footer>")),
        "article": (ARTICLE, slug, (news, f"<article><h1>{words.titles[0]}</h1>{full}</article>")),
        "article with a listing under it": (
            ARTICLE,
            slug,
            ("", f"<main><article><h1>{words.titles[1]}</h1>{full}</article><section><ul>{times}</ul></section></main>"),
        ),
        "article with a consent banner": (
            ARTICLE,
            slug,
            (
                "",
                f'<div class="banner">{_each(words.consent)}</div><article><h1>{words.titles[1]}</h1>{full}</article>',
            ),
        ),
        "article with an offer": (
            ARTICLE,
            slug,
            (_ld("NewsArticle", words.titles[2], free=False), f"<h1>{words.titles[2]}</h1><div>{full}</div>{_offer(words)}"),
        ),
        "short article": (ARTICLE, slug, (news, f"<article><h1>{words.titles[3]}</h1>{body}</article>")),
        "article with a video": (
            ARTICLE,
            slug,
            (_ld("VideoObject", words.titles[0]) + news, f"<article><h1>{words.titles[0]}</h1>{player}{full}</article>"),
        ),
        "article with a gallery": (ARTICLE, slug, (news, f"<article><h1>{words.titles[0]}</h1>{full}{strip}</article>")),
    }


def _ld(kind: str, headline: str, free: bool | None = None) -> str:
    access = "" if free is None else f',"isAccessibleForFree":{str(free).lower()}'
    names = f'"headline":"{headline}","name":"{headline}"'
    return f'<script type="application/ld+json">{{"@type":"{kind}",{names}{access}}}</script>'


def _each(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def _offer(words: Words) -> str:
    return f'<div class="offer">{_each(words.offer)}<a href="/plans">{words.offer[0]}</a></div>'


def _document(code: str, words: Words, page: tuple[str, str]) -> str:
    head, body = page
    nav = "".join(f'<a href="/{n}">{word}</a> ' for n, word in enumerate(words.nav))
    title = words.missing if words.missing in body else words.titles[0] if words.titles[0] in body else words.rubric
    return (
        f'<!DOCTYPE html><html lang="{code}"><head><meta charset="utf-8"><title>{title} | The Paper</title>{head}</head>'
        f"<body><header><nav>{nav}</nav></header>{body}<footer><p>{words.imprint[0]}</p></footer></body></html>"
    )
