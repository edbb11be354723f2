"""What an article costs: processor seconds of each stage, bytes of each message as Kafka stores it, bytes of its document in
OpenSearch; and what that makes for 100,000 articles a day. `docs/capacity.md` goes by it.

Reads the saved pages of ../shared/corpus (set `fundus`, development side) and, for translation, Portuguese sentences of
../shared/mt/ntrex; DATA: another folder than ../shared. Processor time of one process: a busy machine matters little.
"""

import asyncio
import gzip
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import zstandard

from services.extractor.page import extract_page
from services.indexer.document import document
from services.indexer.embedding import _embed, pieces
from services.translator.article import pending
from services.translator.engines import firefox_worker
from services.translator.models import Shelf
from shared import clock
from shared.errors import Ended
from shared.events import Article, Event, Page
from shared.ids import url_id
from shared.kafka import envelope
from shared.search import names, templates
from shared.search.client import connect
from shared.settings import Settings
from tests import engines

SHARED = Path(os.environ.get("DATA") or Path(__file__).parents[3] / "shared")
CORPUS, SENTENCES = SHARED / "corpus" / "dev" / "fundus", SHARED / "mt" / "ntrex" / "por.txt"
A_DAY = 100_000
TRANSLATED = 60  # sentences; enough for a rate
PAGES = 150
COPIES = 10  # of each document, so that the index is larger than its overhead


def page(told: dict[str, Any]) -> Page:
    url, now = told["url"], clock.now()
    body = gzip.decompress((CORPUS / told["file"]).read_bytes())
    return Page(
        url_id=url_id(url), url=url, source_id="bench", final_url=url, discovered_at=now, fetched_at=now, body=body,
        content_type="text/html",
    )  # fmt: skip


def stored(event: Event) -> int:
    """Bytes of the message in Kafka's log: key, headers and value, compressed as a batch of one."""
    sealed = envelope.seal(event, ce_id="x" * 32, source="bench", at=clock.now(), traceparent="x" * 55)
    headers = b"".join(name.encode() + value for name, value in sealed.headers)
    return len(zstandard.ZstdCompressor(level=3).compress(sealed.key + headers + sealed.value))


async def measure(opensearch: str) -> dict[str, Any]:
    seconds: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    documents, characters = [], []
    for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[:PAGES]:
        found = page(json.loads(line))
        sizes["news.pages"].append(stored(found))
        began = time.process_time()
        try:
            article = extract_page(found, ignore_reservations=True)
        except Ended:
            continue
        seconds["extractor"].append(time.process_time() - began)
        if not isinstance(article, Article):
            continue
        sizes["news.articles"].append(stored(article))
        characters.append(sum(len(block.text) for block in article.blocks))
        waiting = await pending(article)
        # A translation is about as long as its original.
        whole = waiting.model_copy(
            update={"translation": waiting.translation.model_copy(update={"blocks": article.blocks, "status": "translated"})}
        )
        sizes["news.translated"].append(stored(whole))
        began = time.process_time()
        vector = _embed(pieces(whole.model_copy(update={"language": "en"})) or ["none"])
        documents.append(document(whole, vector=vector, indexed_at=clock.now()))
        seconds["indexer"].append(time.process_time() - began)
    rate = translation_rate()
    index = await indexed(opensearch, documents)
    mean = {stage: statistics.mean(spent[5:]) for stage, spent in seconds.items()}  # the first ones load models
    mean["translator"] = statistics.mean(characters) / rate
    return {
        "articles": len(documents),
        "characters": round(statistics.mean(characters)),
        "cpu_ms": {stage: round(1000 * spent, 1) for stage, spent in sorted(mean.items())},
        "translated_characters_per_cpu_second": round(rate),
        "message_bytes": {topic: round(statistics.mean(found)) for topic, found in sizes.items()},
        "document_bytes": index,
        "cores_for_a_day": {stage: round(spent * A_DAY / 86_400, 2) for stage, spent in sorted(mean.items())},
    }


def translation_rate() -> float:
    """Characters of Portuguese for a second of a processor."""
    files = Shelf(None, "en").files("pt")
    assert files, "the bundled model is missing"
    sentences = SENTENCES.read_text(encoding="utf-8").splitlines()[: TRANSLATED + 1]
    firefox_worker.translate(files, sentences[:1])
    began = time.process_time()
    for sentence in sentences[1:]:
        firefox_worker.translate(files, [sentence])
    return sum(map(len, sentences[1:])) / (time.process_time() - began)


async def indexed(address: str, documents: list[dict[str, Any]]) -> int:
    """Bytes that a document takes, primaries only, vectors and both texts included, when segments are merged."""
    settings = Settings(opensearch_url=address)
    client = connect(settings)
    await templates.apply(client, settings)
    index = names.month_index(clock.now())
    for copy in range(COPIES):
        body: list[dict[str, Any]] = []
        for number, one in enumerate(documents):
            # Texts that are alike compress too well: each copy has its words in another order.
            body += [{"index": {"_index": index, "_id": f"{copy}-{number}"}}, one | _stirred(one, copy)]
        answer = await client.bulk(body=body)
        assert not answer["errors"], next(i for i in answer["items"] if i["index"]["status"] >= 300)
    await client.close()
    async with httpx.AsyncClient(base_url=address, timeout=120) as plain:
        await plain.post(f"/{index}/_forcemerge?max_num_segments=1&flush=true")
        await plain.post(f"/{index}/_refresh")
        stats = (await plain.get(f"/{index}/_stats/store,docs")).json()["_all"]["primaries"]
    return int(stats["store"]["size_in_bytes"] / stats["docs"]["count"])


def _stirred(one: dict[str, Any], copy: int) -> dict[str, Any]:
    found: dict[str, Any] = {"article_id": f"{one['article_id']}-{copy}"}
    for field in ("text_en", "text_original"):
        words = str(one.get(field, "")).split()
        found[field] = " ".join(words[copy * 7 % max(1, len(words)) :] + words[: copy * 7 % max(1, len(words))])
    found["vector"] = [round(x * (1 + copy / 1000), 6) for x in one["vector"]]
    return found


def main() -> int:
    if not CORPUS.is_dir() or not SENTENCES.exists():
        print(json.dumps({"name": "capacity", "skipped": "../shared/corpus or ../shared/mt is not here"}))
        return 0
    with engines.running_opensearch() as opensearch:
        found = asyncio.run(measure(opensearch.address))
    cores = sum(found["cores_for_a_day"].values())
    print(json.dumps({"name": "capacity", "value": round(cores, 2), "unit": f"cores for {A_DAY} articles a day", **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
