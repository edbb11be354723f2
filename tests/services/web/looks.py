"""Screenshots of the site's pages: `python -m tests.services.web.looks ADDRESS FOLDER PATH…`.

Each path in four ways: wide and light, wide and dark, narrow and light, narrow and dark. To be looked at by people.
"""

import asyncio
import re
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=375, height=812)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def take(browser: Browser, address: str, path: str, folder: Path) -> None:
    """The four pictures of a page, named by its path."""
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:40] or "front"
    for size, viewport in (("wide", WIDE), ("narrow", NARROW)):
        for scheme in SCHEMES:
            page = await browser.new_page(viewport=viewport, color_scheme=scheme, java_script_enabled=False)
            await page.goto(address + path)
            await page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=size == "wide")
            await page.close()


async def main(address: str, folder: Path, paths: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for path in paths:
            await take(browser, address, path, folder)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
