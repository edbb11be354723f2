"""How good what an entrant brought home is, by the functions of ../shared/corpus/evaluate.py."""

import importlib.util
import json
import statistics
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

EVALUATE = Path(__file__).parents[4] / "shared" / "corpus" / "evaluate.py"
LEAST_TEXT = 40  # characters; less is no article, as the evaluator counts
LEAST_TRUTH = 150  # the evaluator's, too


def evaluator() -> Any:
    """The module. It is other people's measure, which we do not write anew."""
    described = importlib.util.spec_from_file_location("corpus_evaluate", EVALUATE)
    assert described is not None and described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def folded(url: str) -> str:
    """What makes two spellings of a mirrored address one: neither scheme nor escapes nor a last slash tell pages apart."""
    parts = urlsplit(url)
    query = f"?{unquote(parts.query)}" if parts.query else ""
    return f"{parts.netloc.lower()}{unquote(parts.path).rstrip('/')}{query}"


def brought(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """Articles by folded address; of two with one address the longer."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        one = json.loads(line)
        kept = found.get(folded(one["url"]))
        if kept is None or len(one.get("text") or "") > len(kept.get("text") or ""):
            found[folded(one["url"])] = one
    return found


def score(truth: list[dict[str, Any]], found: dict[str, dict[str, str]]) -> dict[str, float]:
    """`articles`: true ones brought with text; `share` of all. `f1_found`: mean body F1 of those; `f1_all`: a page
    not brought counts 0. `titles`: exact ones among the true ones with a title; `titles_found`: among those brought."""
    judge = evaluator()
    f1, titles, wanted = [], [], 0
    for one in truth:
        wanted += bool(one.get("title"))
        got = found.get(folded(one["url"]))
        if got is None or len((got.get("text") or "").strip()) < LEAST_TEXT:
            continue
        body = one.get("body_text") or ""
        f1.append(judge.bag_prf(judge.tokens(got["text"]), judge.tokens(body))[2] if len(body) >= LEAST_TRUTH else None)
        if one.get("title"):
            titles.append(judge.title_match(got.get("title") or "", one["title"])[0])
    scored = [value for value in f1 if value is not None]
    measurable = sum(len(one.get("body_text") or "") >= LEAST_TRUTH for one in truth)
    return {
        "articles": len(f1), "share": len(f1) / len(truth), "f1_found": statistics.mean(scored) if scored else 0.0,
        "f1_all": sum(scored) / measurable, "titles": sum(titles) / max(1, wanted),
        "titles_found": sum(titles) / max(1, len(titles)),
    }  # fmt: skip


def manners(stats: dict[str, Any], hosts: set[str]) -> dict[str, Any]:
    """What the server saw of an entrant: requests per host, most at a time to one, the smallest pauses between two to one
    host (milliseconds), how many hosts were asked for a page before their robots.txt."""
    seen = {host: one for host, one in stats["hosts"].items() if host in hosts}
    gaps = sorted(one["min_gap_ms"] for one in seen.values() if one["min_gap_ms"] is not None)
    requests = sum(one["requests"] for one in seen.values())
    strangers = sorted(host for host, one in stats["hosts"].items() if one.get("known") is False)
    kinds: Counter[str] = Counter()
    for one in seen.values():
        kinds.update(one.get("kinds", {}))
    return {
        "requests": requests, "per_host": round(requests / len(hosts), 2), "kinds": dict(kinds),
        "most_at_a_time": max((one["max_concurrent"] for one in seen.values()), default=0),
        "least_gap_ms": round(gaps[0]) if gaps else None,
        "median_least_gap_ms": round(statistics.median(gaps)) if gaps else None,
        "page_before_robots": sum(one["robots_before_first_page"] is False for one in seen.values()),
        "strangers": strangers[:10],
    }  # fmt: skip
