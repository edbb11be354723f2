"""news-please as a library: it has no feeds, so a few lines here read them, and `from_urls` does the rest.

It knows neither robots.txt nor a delay.
"""

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lxml import etree
from newsplease import NewsPlease

AT_ONCE = 64  # articles: it starts a thread for each


def links(feed: str) -> list[str]:
    try:
        with urllib.request.urlopen(feed, timeout=30) as answer:
            return [item.text for item in etree.fromstring(answer.read()).iterfind(".//item/link") if item.text]
    except (OSError, etree.XMLSyntaxError):
        return []


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    with ThreadPoolExecutor(16) as pool:
        urls = [url for found in pool.map(links, [source["feed"] for source in task["sources"]]) for url in found]
    with Path(task["out"]).open("w", buffering=1) as out:
        for start in range(0, len(urls), AT_ONCE):
            found = NewsPlease.from_urls(urls[start : start + AT_ONCE], request_args={"timeout": 20}, fetch_images=False)
            for url, article in found.items():
                if article and not isinstance(article, (str, bytes)):
                    out.write(json.dumps({"url": url, "title": article.title, "text": article.maintext}) + "\n")


if __name__ == "__main__":
    main()
