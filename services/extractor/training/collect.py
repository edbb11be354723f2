"""Lines of saved pages with their features and whether the reference has them, as JSON lines for fit.py.

    python -m services.extractor.training.collect CORPUS > lines.jsonl

CORPUS is a folder with evaluate.py and dev/<set>/manifest.jsonl. It reads the dev side only.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from services.extractor import authors, body, metadata, title
from services.extractor.blocks import cut
from services.extractor.declared import declared
from services.extractor.decoding import decode
from services.extractor.engine import main_text
from services.extractor.lines import seen
from services.extractor.markup import fold, parse

DENSE = "\u2e80"  # scripts from here on say in one character what others say in three
SURE = 25
UNKNOWN = "http://unknown.invalid/a-saved-page-without-its-address"


def pages(corpus: Path) -> Iterator[dict[str, Any]]:
    """The manifests of all pages of the dev side that have a body reference nobody suspects."""
    suspects = {(each["set"], each["file"]) for each in json.loads((corpus / "suspect_references.json").read_text())}
    for manifest in sorted(corpus.glob("dev/*/manifest.jsonl")):
        for line in manifest.read_text(encoding="utf-8").splitlines():
            page = {**json.loads(line), "set": manifest.parent.name}
            if (page["set"], page["file"]) not in suspects and len(page.get("body_text") or "") >= 150:
                yield {**page, "path": str(manifest.parent / page["file"])}


def collected(page: dict[str, Any]) -> dict[str, Any] | None:
    """One page: its lines' features, labels, texts and sizes in folded characters."""
    url = page["url"] or UNKNOWN
    try:
        tree = parse(decode(gzip.decompress(Path(page["path"]).read_bytes()), "text/html"))
        said = declared(tree, url)
    except ValueError:
        return None
    names = metadata.site_names(said, url, "")
    headline, _ = title.choose(tree, said, names)
    people, _ = authors.choose(tree, said, names)
    cuts = cut(tree.find("body"), url) if tree.find("body") is not None else []
    known = body.Known((headline, *title.given(tree, said)), people, said.text("articleBody"))
    lines = body.judged(cuts, main_text(tree, url), known)
    return {
        "set": page["set"], "file": page["file"], "publisher": page["publisher"], "gold": page["body_text"],
        "rows": [[round(value, 4) for value in row] for row in seen(lines)],
        "labels": labels([line.folded for line in lines], page["body_text"]),
        "sizes": [len(line.folded) for line in lines],
        "texts": [line.cut.block.text for line in lines],
        "rules": [line.chosen for line in lines],
    }  # fmt: skip


def labels(lines: list[str], reference: str) -> list[int]:
    """1 for each of `lines` (folded) that `reference` has, also torn."""
    whole, own = fold(reference), {fold(line) for line in reference.splitlines()}
    found = []
    for line in lines:
        weight = len(line) + 2 * sum(character > DENSE for character in line)
        if line in own:
            found.append(1)
        elif weight < SURE:
            found.append(int(weight >= SURE / 2 and line in whole))
        else:
            chunks = [line[at : at + body.CHUNK] for at in range(0, max(1, len(line) - body.CHUNK + 1), body.CHUNK)]
            found.append(int(line in whole or sum(c in whole for c in chunks) >= body.TORN_SHARE * len(chunks)))
    return found


def main() -> None:
    """Write all pages to standard output."""
    with ProcessPoolExecutor(2) as workers:
        for page in workers.map(collected, pages(Path(sys.argv[1])), chunksize=8):
            if page:
                sys.stdout.write(json.dumps(page, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
