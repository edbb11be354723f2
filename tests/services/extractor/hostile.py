"""Pages made to break parsers, and tasks made to break workers: nothing here may take down more than its own page."""

import os
import time

from tests.services.extractor.pages import article, document

PAGES: dict[str, str] = {
    "nested elements": document("<div>" * 100_000 + "deep" + "</div>" * 100_000),
    "nested inline elements": document("<p>" + "<b>" * 100_000 + "deep"),
    "nested lists": document("<ul><li>" * 50_000 + "deep"),
    "nested tables": document("<table><tr><td>" * 30_000 + "deep"),
    "a very long attribute": document(f'<p title="{"x" * 10_000_000}">text</p>'),
    "many attributes": document("<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">text</p>"),
    "one line of megabytes": document(f"<p>{'word ' * 1_000_000}</p>"),
    "one word of megabytes": document(f"<p>{'x' * 1_000_000}</p>"),
    "megabytes of script": document(f"<script>{'var a = 1; ' * 500_000}</script>"),
    "null bytes": article().replace(" ", " \x00"),
    "an endless comment": document("<p>text</p><!-- " + "x" * 2_000_000),
    "many endless comments": document("<!-- <p>" * 200_000),
    "an endless conditional comment": document("<![CDATA[ <p>text</p> " * 50_000),
    "an endless tag": document("<p>text</p><a href='" + "x" * 2_000_000),
    "many links": document("".join(f'<a href="/{n}">link {n}</a> ' for n in range(10_000))),
    "many entities": document("<p>" + "&amp;&lt;&#x1F600;" * 50_000),
    "nested json": document("", f'<script type="application/ld+json">{"[" * 500_000}</script>'),
    "no markup": "text " * 1_000,
    "nothing": "",
}


def hang() -> None:
    time.sleep(600)


def die() -> None:
    os._exit(9)


def devour() -> int:
    return len(bytearray(8 << 30))


def worker() -> int:
    return os.getpid()
