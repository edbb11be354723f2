"""Whether an article that somebody remembers is found: the documents of NTREX in 36 versions, amid all saved pages of the
corpus and synthetic near misses, 5,000 articles in all, asked for by key words of the English title and by words of the
original one, as the site asks. Half of the documents are held out by seed.

DATA names the folder of the documents, CORPUS that of the saved pages; EXTRACTED and TRANSLATED may name files of what
`babelwire extract --jsonl` and `babelwire translate --jsonl` made of them, to save that time while developing. FAILURES=1
prints what was not found.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import quantiles

from opensearchpy import AsyncOpenSearch

from services.indexer.document import document
from services.web.queries import Wanted
from services.web.store import Store
from shared import clock
from shared.events import Article, TranslatedArticle, Translation
from shared.search import names
from shared.search.client import connect
from shared.search.templates import apply
from shared.settings import Settings
from tests.bench.generators import known_items
from tests.bench.generators.known_items import KnownItem, key_words, remembered
from tests.bench.generators.near_misses import halves
from tests.engines import running_opensearch

ENGLISH_FLOOR, ORIGINAL_FLOOR = 0.95, 0.90
FIRST = 3
ARTICLES = 5_000
SHARED = Path(__file__).parents[3] / "shared"
BABELWIRE = [sys.executable, "-m", "console.main"]


def pages(folder: Path) -> list[TranslatedArticle]:
    """The articles among the saved pages, by the production extractor; English passed through, others not translated."""
    if known := os.environ.get("EXTRACTED"):
        lines = Path(known).read_text(encoding="utf-8")
    else:
        asked: list[str] = []
        for manifest in sorted(folder.glob("*/manifest.jsonl")):
            for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines()):
                page = json.loads(line)
                url = page.get("url") or f"http://{manifest.parent.name}.no-url.test/{number}"
                asked.append(json.dumps({"url": url, "path": str(manifest.parent / page["file"])}))
        lines = _told("extract", "\n".join(asked))
    found: dict[str, TranslatedArticle] = {}
    for line in map(json.loads, lines.splitlines()):
        if "outcome" not in line:
            article = Article.model_validate(line)
            found[article.article_id] = _unchanged(article)
    return [*found.values()]


def _unchanged(article: Article) -> TranslatedArticle:
    english = article.language == "en"
    translation = Translation(
        status="passed_through" if english else "pending", title=article.title, standfirst=article.standfirst,
        blocks=article.blocks,
    )  # fmt: skip
    return TranslatedArticle(**article.model_dump(), translation=translation)


def portuguese(texts: dict[str, dict[str, list[str]]]) -> dict[str, list[str]]:
    """The English that the production engine makes of the Portuguese documents, line by line."""
    if known := os.environ.get("TRANSLATED"):
        lines = Path(known).read_text(encoding="utf-8")
    else:
        lines = _told("translate", "\n".join(portuguese_lines(texts)))
    found = [TranslatedArticle.model_validate_json(line) for line in lines.splitlines()]
    return {
        one.url.rsplit("/", 1)[1]: [one.translation.title, *(block.text for block in one.translation.blocks)]
        for one in found
    }


def portuguese_lines(texts: dict[str, dict[str, list[str]]]) -> list[str]:
    """The articles that the engine is given, as JSON."""
    return [
        Article.model_validate(item.article.model_dump()).model_dump_json()
        for item in known_items.known_items(texts, {})
        if item.version == "por"
    ]


def _told(command: str, asked: str) -> str:
    run = subprocess.run([*BABELWIRE, command, "--jsonl"], input=asked.encode(), capture_output=True, check=True)
    return run.stdout.decode()


async def fill(client: AsyncOpenSearch, articles: Sequence[TranslatedArticle]) -> None:
    """Indexes the articles as the indexer does."""
    waiting = iter(articles)
    while some := list(islice(waiting, 200)):
        lines: list[dict[str, object]] = []
        for one in some:
            place = {"_index": names.month_index(one.times.discovered), "_id": one.article_id}
            lines += [{"index": place}, document(one, vector=None, indexed_at=clock.now())]
        answer = await client.bulk(body=lines, params={"request_timeout": 120})
        assert not answer["errors"], answer
    await client.indices.refresh(index=names.ARTICLES)


async def found_by(store: Store, words: str) -> tuple[list[str], float]:
    """The ids of the first three, and the seconds it took."""
    began = time.perf_counter()
    listing = await store.listing(Wanted(words=words), FIRST)
    return [one.article.article_id for one in listing.found], time.perf_counter() - began


async def measured(url: str, items: list[KnownItem], others: list[TranslatedArticle]) -> dict[str, object]:
    settings = Settings(opensearch_url=url)
    texts: dict[str, dict[str, KnownItem]] = defaultdict(dict)
    for item in items:
        texts[item.document][item.version] = item
    figures: dict[str, object] = {"articles": len(items) + len(others)}
    seconds: list[float] = []
    async with connect(settings) as client:
        await apply(client, settings)
        await fill(client, [*(item.article for item in items), *others])
        store = Store(client, 30.0)
        for half, chosen in zip(("development", "held_out"), halves([*texts]), strict=True):
            good: dict[str, list[bool]] = defaultdict(list)
            for name in chosen:
                versions = texts[name]
                any_version = {item.article.article_id for item in versions.values()}
                title = versions["eng"].article.title
                first, took = await found_by(store, " ".join(key_words(title)))
                good["english"].append(bool(any_version & {*first}))
                seconds.append(took)
                if not good["english"][-1]:
                    _missed(half, "english", " ".join(key_words(title)))
                for version, item in versions.items():
                    words = remembered(item.article.title, item.article.language)
                    first, took = await found_by(store, words)
                    good["original"].append(item.article.article_id in first)
                    good[f"original {version}"].append(good["original"][-1])
                    seconds.append(took)
                    if not good["original"][-1]:
                        _missed(half, version, words)
            shares = {kind: round(sum(hits) / len(hits), 4) for kind, hits in good.items()}
            print(f"{half}: {json.dumps(shares)}")
            figures[half] = {kind: shares[kind] for kind in ("english", "original")}
    figures["search_p95_ms"] = round(quantiles(seconds, n=20)[-1] * 1000, 1)
    return figures


def _missed(half: str, version: str, words: str) -> None:
    if os.environ.get("FAILURES") and half == "development":
        print(f"not found: {version}: {words}")


def main() -> int:
    folder = Path(os.environ.get("DATA") or SHARED / "mt" / "ntrex")
    corpus = Path(os.environ.get("CORPUS") or SHARED / "corpus" / "dev")
    if not folder.is_dir() or not corpus.is_dir():
        print(json.dumps({"name": "search", "skipped": f"{folder} or {corpus} is not here"}))
        return 0
    texts = known_items.documents(folder)
    items = [*known_items.known_items(texts, portuguese(texts))]
    saved = pages(corpus)
    lacking = max(0, ARTICLES - len(items) - len(saved))
    each = -(-lacking // len(texts))
    misses = [one for half in halves([*texts]) for one in known_items.near_misses_of(half, texts, each)][:lacking]
    with running_opensearch() as engine:
        figures = asyncio.run(measured(engine.address, items, [*saved, *misses]))
    held = figures["held_out"]
    assert isinstance(held, dict)
    result = {"name": "search", "value": held["english"], "unit": "found in the first 3", "floor": ENGLISH_FLOOR}
    result |= {"ratio": round(held["english"] / ENGLISH_FLOOR, 3), "near_misses": len(misses), "saved_pages": len(saved)}
    print(json.dumps(result | figures))
    return 0 if held["english"] >= ENGLISH_FLOOR and held["original"] >= ORIGINAL_FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
