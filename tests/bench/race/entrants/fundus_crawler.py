"""fundus with its publishers' own parsers, for those publishers that the mirror has; their feeds are the mirror's."""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from fundus import Crawler, PublisherCollection, RSSFeed
from fundus.publishers.base_objects import Publisher


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    known = {urlsplit(one.domain).netloc.removeprefix("www."): one for one in PublisherCollection if not one.deprecated}
    publishers = []
    for source in task["sources"]:
        host = urlsplit(source["home"]).netloc
        if own := known.get(host.removeprefix("www.")):
            publishers.append(
                Publisher(
                    name=own.name, domain=source["home"], parser=type(own.parser), sources=[RSSFeed(source["feed"])],
                    query_parameter=own.query_parameter, url_filter=own.url_filter, request_header=own.request_header,
                )
            )  # fmt: skip
            publishers[-1].__name__ = own.__name__
            publishers[-1].__group__ = own.__group__
    print(len(publishers), "publishers match", file=sys.stderr)
    crawler = Crawler(*publishers, delay=float(task["delay"]))
    with Path(task["out"]).open("w", buffering=1) as out:
        for article in crawler.crawl(only_complete=False):
            text = str(article.body) if article.body else ""
            out.write(json.dumps({"url": article.html.requested_url, "title": article.title, "text": text}) + "\n")


if __name__ == "__main__":
    main()
