"""`make looks`: pictures of every kind of page, of a site that runs the demo (`make run`), to be looked at by people.

Without FOLDER they renew docs/screenshots. What shows what is found by the site's API, so nothing here names an article.
"""

import argparse
import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, ViewportSize, async_playwright

WIDE, NARROW, HUGE = (1280, 900), (375, 812), (3840, 2160)
SCREENSHOTS = Path(__file__).parents[3] / "docs" / "screenshots"
QUALITY = 72  # of the JPEG


@dataclass(frozen=True)
class Look:
    """A picture of the page at `path`; `whole` also of what is below the window."""

    name: str
    path: str
    window: tuple[int, int] = WIDE
    scheme: Literal["light", "dark"] = "light"
    whole: bool = False


def looks(site: httpx.Client) -> list[Look]:
    """Every kind of page, once at least; each width, both schemes, both directions."""

    def asked(kind: str, **query: str) -> Any:
        return site.get(f"/api/v1/{kind}", params=query).raise_for_status().json()

    def first(**query: str) -> str:
        return urlsplit(str(asked("articles", **query)["articles"][0]["link"])).path

    story = max(asked("stories")["stories"], key=lambda one: (len(one["languages"]), one["sources"]))
    trends, newest = asked("trends")["trends"], asked("articles")["articles"][0]
    translated, arabic, story_path = first(language="pt"), first(language="ar"), urlsplit(story["link"]).path
    return [
        Look("front", "/", whole=True),
        Look("front-narrow-dark", "/", NARROW, "dark"),
        Look("front-4k", "/", HUGE),
        Look("article", translated, whole=True),
        Look("article-beside-its-original", f"{translated}?read=both"),
        Look("article-narrow-dark", f"{translated}?read=both", NARROW, "dark"),
        Look("article-arabic-narrow", arabic, NARROW),
        Look("article-arabic-dark", arabic, WIDE, "dark"),
        Look("story", story_path, whole=True),
        Look("story-dark", story_path, WIDE, "dark"),
        Look("search", "/search?q=port"),
        Look("search-narrow", "/search?q=port", NARROW),
        Look("search-nothing", "/search?q=xqzwvk"),
        Look("section", f"/{newest['section']}/"),
        Look("source", f"/source/{newest['source_id']}"),
        Look("language", "/language/pt"),
        Look("country", "/country/pt"),
        Look("day", f"/day/{newest['day']}"),
        Look("day-narrow-dark", f"/day/{newest['day']}", NARROW, "dark"),
        Look("trends", "/trends"),
        *(Look("trend", f"/trend/{one['trend_id']}") for one in trends[:1]),
        Look("status", "/status"),
        Look("about", "/about"),
        Look("report", f"/report/{asked('articles', language='pt')['articles'][0]['shortid']}"),
        Look("missing", "/no-such-page", NARROW),
    ]


async def take(browser: Browser, address: str, look: Look, folder: Path) -> None:
    width, height = look.window
    size = ViewportSize(width=width, height=height)
    page = await browser.new_page(viewport=size, color_scheme=look.scheme, java_script_enabled=False)
    await page.goto(address + look.path)
    file = folder / f"{look.name}.jpg"
    await page.screenshot(path=file, type="jpeg", quality=QUALITY, full_page=look.whole)
    await page.close()


async def main(address: str, folder: Path) -> None:
    with httpx.Client(base_url=address, trust_env=False) as site:
        wanted = looks(site)
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for look in wanted:
            await take(browser, address, look, folder)
        await browser.close()
    print(f"{len(wanted)} pictures in {folder}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="looks", description=__doc__)
    arguments.add_argument("--address", default="http://127.0.0.1:8080")
    arguments.add_argument("--folder", type=Path, default=SCREENSHOTS)
    given = arguments.parse_args()
    asyncio.run(main(given.address, given.folder))
