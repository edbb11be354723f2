"""A reader's way through the site in a real browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from services.web.addresses import article_path
from services.web.rights import granted
from shared import ids
from shared.events import Block
from tests.services.web.articles import ENGLISH, ORIGINAL, article
from tests.services.web.browsing import ARABIC, CHROMIUM, chromium, served, shelf
from tests.services.web.shelf import Shelf

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]

ARTICLES = (
    article(),
    article(
        "arabic",
        language="ar",
        title="مذنب جديد",
        english_title="A new comet",
        blocks=(Block(kind="paragraph", text="اكتشف فلكيون مذنبًا جديدًا."),),
        english=(Block(kind="paragraph", text="Astronomers found a new comet."),),
    ),
    article("pending", status="pending", section="world"),
)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where the site is served, over a few articles."""
    async with served(Shelf(ARTICLES)) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def test_from_the_front_page_to_an_article_and_its_original(browser: Browser, address: str) -> None:
    context = await browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = await context.new_page()
    complaints, asked = listen(page)
    await page.goto(address)
    await page.get_by_role("link", name="The lighthouse goes dark").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The lighthouse goes dark")

    english, original = page.locator(".english"), page.locator(".text .pair:not(.heads) .original")
    await expect(english.locator("p:not(blockquote p)")).to_have_count(sum(b.kind == "paragraph" for b in ENGLISH))
    await expect(original.first).to_be_hidden()
    await page.get_by_text("Both", exact=True).click()
    await expect(english.first).to_be_visible()
    for passage in await original.all():
        await expect(passage).to_be_visible()
    await expect(original.first).to_have_text(ORIGINAL[0].text)
    left, right = await english.first.bounding_box(), await original.first.bounding_box()
    assert left and right
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]

    await page.get_by_text("French", exact=True).last.click()
    await expect(english.first).to_be_hidden()
    await expect(original.first).to_be_visible()
    assert complaints == []
    assert {url.startswith(address) for url in asked} == {True}
    assert await context.cookies() == []


async def test_on_a_phone_the_original_follows_each_paragraph_and_nothing_overflows(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=NARROW, color_scheme="dark")
    complaints, _ = listen(page)
    await page.goto(address)
    await page.get_by_role("link", name="A new comet").first.click()
    await page.get_by_text("Both", exact=True).click()
    above = await page.locator(".english p").bounding_box()
    below = await page.locator(".pair:not(.heads) .original p").bounding_box()
    assert above and below
    assert above["y"] + above["height"] <= below["y"]
    assert await page.locator(".pair:not(.heads) .original p").evaluate("p => getComputedStyle(p).direction") == "rtl"
    for path in ("/", "/latest", "/search?q=comet", "/trends", "/about"):
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []


async def test_scripts_without_italics_stand_upright_and_the_others_lean(browser: Browser) -> None:
    async with served(shelf()) as address:
        page = await browser.new_page()
        await page.goto(address + article_path(granted(ARABIC)) + "?read=both")
        styles = "quotes => Object.fromEntries(quotes.map(one => [one.lang, getComputedStyle(one).fontStyle]))"
        assert await page.locator("blockquote").evaluate_all(styles) == {"en": "italic", "ar": "normal"}


async def test_a_screen_of_4k_is_filled_with_letters_that_can_be_read(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=ViewportSize(width=3840, height=2160))
    await page.goto(address)
    found = await page.locator("main").bounding_box()
    assert found
    assert found["width"] > 0.6 * 3840
    assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32


async def test_the_keyboard_is_enough(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=WIDE)
    await page.goto(address)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    headline = page.locator(".lead .headline a")
    while not await headline.evaluate("a => a === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_label("English", exact=True).focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".text .pair:not(.heads) .original").first).to_be_visible()


async def test_from_the_front_page_to_a_story_its_version_in_another_language_and_the_search(browser: Browser) -> None:
    async with served(shelf()) as address:
        context = await browser.new_context(viewport=NARROW, java_script_enabled=False)
        page = await context.new_page()
        complaints, asked = listen(page)
        await page.goto(address)
        await page.get_by_role("link", name="The whole story").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The light at the pier")
        await page.get_by_role("link", name="A new comet").click()
        await page.get_by_text("Both", exact=True).click()
        await expect(page.locator(".pair:not(.heads) .original").first).to_have_text("اكتشف فلكيون مذنبًا جديدًا.")
        await expect(page.get_by_role("heading", name="The same story elsewhere")).to_be_visible()
        await page.get_by_role("searchbox").fill("phare")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Search")
        await page.get_by_role("link", name="Narrow the search").click()
        await page.get_by_role("navigation", name="Narrow the search").get_by_role("link", name="Technology").click()
        await expect(page.locator("article")).to_have_count(1)
        assert complaints == []
        assert {url.startswith(address) for url in asked} == {True}


async def test_a_report_is_sent_with_the_keyboard(browser: Browser) -> None:
    store = shelf()
    async with served(store) as address:
        page = await browser.new_page(viewport=WIDE)
        complaints, _ = listen(page)
        await page.goto(f"{address}/report/{ids.shortid(ARABIC.article_id)}")
        await page.get_by_label("A name or a number is wrong").focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.type("It is no comet.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
        assert complaints == []
    assert [report.words for report in store.reports.values()] == ["It is no comet."]


def listen(page: Page) -> tuple[list[str], list[str]]:
    """What the page complains of and what it asks for, as it goes on."""
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return complaints, asked
