"""trafilatura with its own feed tool, its own store of addresses and downloads, as its command line puts them together."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# What it finds as `http_proxy` it takes for a SOCKS proxy; the one of libcurl's own variable is used as it is.
os.environ["ALL_PROXY"] = os.environ.pop("http_proxy")

from trafilatura import bare_extraction
from trafilatura.downloads import add_to_compressed_dict, buffered_downloads, load_download_buffer
from trafilatura.feeds import find_feed_urls

THREADS = 16


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(find_feed_urls, [source["feed"] for source in task["sources"]])
        urls = list(dict.fromkeys(url for some in found for url in some))
    store = add_to_compressed_dict(urls)
    with Path(task["out"]).open("w", buffering=1) as out:
        while not store.done:
            some, store = load_download_buffer(store, sleep_time=task["delay"])
            for url, page in buffered_downloads(some, THREADS):
                article: Any = bare_extraction(page, url=url, with_metadata=True) if page else None
                if article is not None:
                    out.write(json.dumps({"url": url, "title": article.title, "text": article.text}) + "\n")


if __name__ == "__main__":
    main()
