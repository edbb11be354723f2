"""A reader's way through the site in a real browser."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from services.web.app import site
from services.web.settings import WebSettings
from shared.events import Block
from shared.telemetry.health import server
from tests.services.web.articles import ENGLISH, ORIGINAL, article
from tests.services.web.shelf import Shelf

CHROMIUM = shutil.which("chromium")
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
    serving = server(site(WebSettings(), Shelf(ARTICLES)), "127.0.0.1:0")  # type: ignore[arg-type]
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}"
    serving.should_exit = True
    await task


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


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
    await page.get_by_text("Both, side by side").click()
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
    await page.get_by_text("Both, side by side").click()
    above = await page.locator(".english p").bounding_box()
    below = await page.locator(".pair:not(.heads) .original p").bounding_box()
    assert above and below
    assert above["y"] + above["height"] <= below["y"]
    assert await page.locator(".pair:not(.heads) .original p").evaluate("p => getComputedStyle(p).direction") == "rtl"
    for path in ("/", "/latest", "/search?q=comet", "/trends", "/about"):
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []


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


def listen(page: Page) -> tuple[list[str], list[str]]:
    """What the page complains of and what it asks for, as it goes on."""
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return complaints, asked
