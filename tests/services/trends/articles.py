"""Documents with what trends are counted by."""

from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.search import names


async def fill(client: AsyncOpenSearch, articles: list[dict[str, Any]]) -> None:
    lines: list[dict[str, Any]] = []
    for number, article in enumerate(articles):
        key = f"{article['source_id']}-{number}-{article['times']['discovered']}"
        index = names.month_index(datetime.fromisoformat(article["times"]["discovered"]))
        lines += [{"index": {"_index": index, "_id": key}}, article | {"article_id": key}]
    answer = await client.bulk(body=lines, refresh=True)
    assert not answer["errors"], answer


def article(source: int, terms: list[str], at: datetime, published: datetime | None = None) -> dict[str, Any]:
    return {
        "source_id": f"source-{source}",
        "language": "pt" if source % 2 else "en",
        "trend_terms": terms,
        "times": {"discovered": clock.iso(at), "indexed": clock.iso(at)},
        "published_at": clock.iso(published or at),
    }
