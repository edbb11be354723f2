"""axe-core finds nothing on any page, in light and in dark, wide and narrow; and what it cannot see."""

import itertools
from importlib.resources import files
from typing import Any, Literal

import pytest
from lxml import html
from playwright.async_api import Page, ViewportSize

from services.web.addresses import archive_day, article_path
from services.web.rights import granted
from shared import ids
from tests.services.web.browsing import ARABIC, BRIEF, CHROMIUM, ENDLESS, PLAIN, WAITING, chromium, served, shelf

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=900)
TEXTS = [article_path(granted(one)) for one in (PLAIN, ARABIC, WAITING, ENDLESS, BRIEF)]
PAGES = [
    "/", "/latest", "/local/", "/search", "/search?q=lighthouse", "/search?q=nothing+of+the+kind", "/trends", "/trend/t1",
    "/story/st1", "/source/s1", "/language/ar", "/country/fr", f"/day/{archive_day(granted(PLAIN))}", "/status", "/about",
    "/privacy", "/disclaimer", "/no/such/page", f"/report/{ids.shortid(PLAIN.article_id)}", "/report/thanks",
    *TEXTS, TEXTS[1] + "?read=both", TEXTS[1] + "?read=original",
]  # fmt: skip
DRESSES: tuple[tuple[Literal["light", "dark"], ViewportSize], ...] = (("dark", WIDE), ("light", NARROW))


async def test_axe_finds_nothing_on_any_page() -> None:
    found: dict[str, list[str]] = {}
    async with served(shelf()) as address, chromium() as browser:
        # Our own policy would keep axe from running; the pages are the same without it.
        context = await browser.new_context(viewport=WIDE, bypass_csp=True)
        page = await context.new_page()
        for path in PAGES:
            await page.goto(address + path)
            if violations := await axe(page, RULES):
                found[path] = violations
            for scheme, size in DRESSES:
                await page.emulate_media(color_scheme=scheme)
                await page.set_viewport_size(size)
                if violations := await axe(page, LOOKS):
                    found[f"{path} {scheme} {size['width']}"] = violations
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size, "overflows")
            await page.set_viewport_size(WIDE)
            await page.emulate_media(color_scheme="light")
    assert found == {}


async def axe(page: Page, rules: dict[str, Any]) -> list[str]:
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE)
    result: dict[str, Any] = await page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in result["violations"]]


async def test_headings_are_in_order_on_every_page() -> None:
    import httpx

    async with served(shelf()) as address, httpx.AsyncClient(base_url=address) as client:
        for path in PAGES:
            page: html.HtmlElement = html.document_fromstring((await client.get(path)).text)
            levels = [int(one.tag[1]) for one in page.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
            assert levels.count(1) == 1, path
            assert levels[0] == 1, path
            assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)


async def test_whatever_has_the_focus_shows_it() -> None:
    async with served(shelf()) as address, chromium() as browser:
        page = await browser.new_page()
        for path in ("/", TEXTS[0]):
            await page.goto(address + path)
            for _ in range(25):
                await page.keyboard.press("Tab")
                shown = await page.evaluate(
                    """() => {
                        const one = document.activeElement, outline = getComputedStyle(one).outlineStyle;
                        const label = one.closest('label');
                        return outline !== 'none' || (label && getComputedStyle(label).outlineStyle !== 'none');
                    }"""
                )
                assert shown, await page.evaluate("document.activeElement.outerHTML")
