"""Speed of the translator's whole path against a bare pool of `fxtranslate` with as many workers, on the same sentences.

`ratio_of_pool`: sentences per second, articles going through the stage a few at a time (floor 0.95). `article`: time of one
article of 600 words over that of the engine alone on its sentences (limit 1.3), plain and with links in it.
The two sides take turns, so that a busy machine slows both;
`by_processor` is the same in processor time, which a busy machine leaves alone. Memory: of one worker with one model.
DATA: a folder with `ntrex/por.txt` and `document_ids.txt`.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from services.translator.article import translate_article
from services.translator.drafts import draft
from services.translator.engines import firefox_worker
from services.translator.engines.firefox import FirefoxEngine
from services.translator.memory import Memory
from services.translator.models import ModelFiles, available, files_of
from services.translator.stage import Deps, process
from shared.events import Article, Block, Span
from shared.item import Item
from tests.services.translator.fakes import article

NEWS = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[3] / "shared" / "mt") / "ntrex"
WORKERS, ROUNDS, ARTICLES, WORDS = 2, 5, 16, 600
WORDS_PER_LINK = 100
LEAST_OF_POOL, MOST_FOR_ARTICLE = 0.95, 1.3


def articles() -> list[Article]:
    """The first documents of the file, a paragraph per line."""
    documents: dict[str, list[str]] = {}
    lines = ((NEWS / f"{name}.txt").read_text().splitlines() for name in ("document_ids", "por"))
    for document, line in zip(*lines, strict=True):
        documents.setdefault(document, []).append(line)
    return [article(*lines[1:], title=lines[0]) for lines in list(documents.values())[:ARTICLES]]


def of_600_words(linked: bool) -> Article:
    """One article; with a link per hundred words, each over the third and fourth word of a paragraph, whatever they are."""
    blocks: list[Block] = []
    count = links = 0
    for block in (block for one in articles() for block in one.blocks):
        words = block.text.split(" ")
        start = len(" ".join(words[:2])) + 1
        link = Span(start=start, end=start + len(" ".join(words[2:4])), kind="link", href="https://press.example/a")
        has_link = linked and len(words) > 4 and links * WORDS_PER_LINK <= count
        links += has_link
        count += len(words)
        blocks.append(block.model_copy(update={"spans": (link,) if has_link else ()}))
        if count >= WORDS:
            break
    return article(*blocks)


def sentences(original: Article) -> list[str]:
    """What the engine is asked for it, without repetitions."""
    blocks = [Block(kind="heading", text=original.title), *original.blocks]
    return list(dict.fromkeys(asked for block in blocks for asked in draft(block, "pt").asked))


class Bare:
    """The engine in processes, and nothing else."""

    def __init__(self, workers: int) -> None:
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        self._files = next(files for model in available(None) if model.src == "pt" and (files := files_of(model.path)))
        self.run(["Bom dia."] * 8 * workers)

    def run(self, texts: Sequence[str]) -> None:
        for _ in self._pool.map(_translate, [self._files] * len(texts), texts):
            pass

    def close(self) -> None:
        self._pool.shutdown()


def _translate(files: ModelFiles, text: str) -> str:
    return firefox_worker.translate(files, [text])[0][0]


async def throughput() -> dict[str, float]:
    """Sentences per second of both, and their ratio."""
    originals = articles()
    wanted = list(dict.fromkeys(text for one in originals for text in sentences(one)))
    bare, engine = Bare(WORKERS), _engine(WORKERS)
    deps = Deps([engine], Memory(0), asyncio.Semaphore(WORKERS + 1), seconds=600)

    async def staged() -> None:
        await asyncio.gather(*(process(Item(one, "id"), deps) for one in originals))

    await staged()
    ratio, work, alone, ours = await _in_turns(lambda: bare.run(wanted), staged)
    rss = _resident()
    bare.close()
    await engine.close()
    return {
        "ratio_of_pool": round(ratio, 3), "by_processor": round(work, 3), "sentences": len(wanted),
        "bare_per_second": round(len(wanted) / alone, 1),
        "service_per_second": round(len(wanted) / ours, 1), "worker_mib": rss,
    }  # fmt: skip


async def one_article() -> dict[str, float]:
    """Time of an article over that of the engine alone, one worker each."""
    bare, engine = Bare(1), _engine(1)
    found: dict[str, float] = {}
    for name, linked in (("article", False), ("article_with_links", True)):
        original = of_600_words(linked)

        asked = sentences(original)

        async def whole(original: Article = original) -> None:
            await translate_article(original, [engine])

        def alone(asked: Sequence[str] = asked) -> None:
            bare.run(asked)

        await whole()
        ratio, work, _, seconds = await _in_turns(alone, whole)
        found |= {
            name: round(1 / ratio, 3),
            f"{name}_seconds": round(seconds, 2),
            f"{name}_by_processor": round(1 / work, 3),
        }
    bare.close()
    await engine.close()
    return found


async def _in_turns(
    bare: Callable[[], None], ours: Callable[[], Coroutine[None, None, None]]
) -> tuple[float, float, float, float]:
    """Median ratios of bare to ours by the clock and by processor time, and both medians of the clock in seconds; who comes
    first changes from round to round."""
    clock: list[tuple[float, float]] = []
    work: list[tuple[float, float]] = []
    for number in range(ROUNDS):
        seconds, worked = [0.0, 0.0], [0.0, 0.0]
        for side in (0, 1) if number % 2 else (1, 0):
            started, busy = time.perf_counter(), _processor_seconds()
            await (ours() if side else asyncio.to_thread(bare))
            seconds[side], worked[side] = time.perf_counter() - started, _processor_seconds() - busy
        clock.append((seconds[0], seconds[1]))
        work.append((worked[0], worked[1]))
    by_clock, by_work = (statistics.median(alone / whole for alone, whole in pairs) for pairs in (clock, work))
    return by_clock, by_work, *(statistics.median(pair[side] for pair in clock) for side in (0, 1))  # type: ignore[return-value]


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]


def _processor_seconds() -> float:
    """Of this process and its children so far (Linux)."""
    fields = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in _children()]
    ticks = sum(int(field[11]) + int(field[12]) for field in fields)
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def _engine(workers: int) -> FirefoxEngine:
    return FirefoxEngine(None, workers=workers, timeout=60, mib=1024, most_models=4)


def _resident() -> float:
    """MiB of the largest child process (Linux)."""
    lines = [line for child in _children() for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return round(max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), default=0.0))


async def measured() -> dict[str, float]:
    return await throughput() | await one_article()


def main() -> int:
    found = asyncio.run(measured())
    print(
        json.dumps(
            {
                "name": "translator", "value": found["ratio_of_pool"], "unit": "sentences per second, of the bare pool's",
                "floor": LEAST_OF_POOL, "ratio": round(found["ratio_of_pool"] / LEAST_OF_POOL, 3), **found,
            }
        )
    )  # fmt: skip
    within = max(found["article"], found["article_with_links"]) <= MOST_FOR_ARTICLE
    return 0 if within and found["ratio_of_pool"] >= LEAST_OF_POOL else 1


if __name__ == "__main__":
    sys.exit(main())
