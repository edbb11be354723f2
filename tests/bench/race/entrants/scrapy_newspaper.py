"""A Scrapy spider as most would write it: feeds, then pages, newspaper4k for the article; Scrapy's project template obeys
robots.txt."""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import newspaper
import scrapy
from scrapy.crawler import CrawlerProcess

TASK = json.loads(Path(sys.argv[1]).read_text())


class News(scrapy.Spider):  # type: ignore[misc]
    name = "news"

    async def start(self) -> AsyncIterator[Any]:
        for source in TASK["sources"]:
            yield scrapy.Request(source["feed"], callback=self.feed)

    def feed(self, response: Any) -> Iterator[Any]:
        if not isinstance(response, scrapy.http.XmlResponse):
            return
        for url in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(url.strip(), callback=self.page)

    def page(self, response: Any) -> Iterator[dict[str, str]]:
        article = newspaper.Article(response.url, fetch_images=False)
        article.download(input_html=response.text)
        article.parse()
        yield {
            "url": response.request.meta.get("redirect_urls", [response.url])[0],
            "title": article.title,
            "text": article.text,
        }


def main() -> None:
    settings: dict[str, Any] = {
        "ROBOTSTXT_OBEY": True, "LOG_LEVEL": "WARNING", "CONCURRENT_REQUESTS": 64, "TELNETCONSOLE_ENABLED": False,
        "FEEDS": {TASK["out"]: {"format": "jsonlines", "encoding": "utf-8"}}, "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }  # fmt: skip
    if TASK["delay"]:
        settings |= {
            "DOWNLOAD_DELAY": TASK["delay"], "RANDOMIZE_DOWNLOAD_DELAY": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        }  # fmt: skip
    process = CrawlerProcess(settings)
    process.crawl(News)
    process.start()


if __name__ == "__main__":
    main()
