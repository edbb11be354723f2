"""Articles whose event is known, and others to lose them among, as the indexer gets them.

- `newsroom`: the demo's press, written for this project: several outlets' own reports on one event.
- `documents`: news items in fifteen languages that the encoder knows, one item an event.
- `near`: synthetic near misses, the items' people and places in another event.
- `others`: every saved page that has a text, of whatever year, as if all had come today.

Which half an event is in is decided by seed; the others are dealt to the halves in turn.
"""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree, html

from newsroom.outlets import read_outlets
from newsroom.press import read_press
from shared import ids
from shared.events import Block, Times, TranslatedArticle, Translation
from tests.bench.generators.near_misses import ELSEWHERE, halves, near_misses

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LANGUAGES = {
    "arb": "ar", "deu": "de", "eng": "en", "spa": "es", "fra": "fr", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl",
    "pol": "pl", "por": "pt", "por-BR": "pt", "rus": "ru", "tha": "th", "tur": "tr",
}  # fmt: skip
NEAR_MISSES = 14  # of each document in English, and all there are elsewhere
MARK = "[synthetic] "
# Two items of the documents that report one event: outlets wrote of it independently.
SAME_EVENT = {"scotsman.133791": "bbc.381746", "newsweek.51339": "cnn.304478", "telegraph.405422": "nytimes.184860"}
MOST_PARAGRAPHS = 40


@dataclass(frozen=True)
class Labelled:
    """`event` is None for the others. `held_out`: not to be looked at while something is tuned."""

    kind: str
    event: str | None
    held_out: bool
    article: TranslatedArticle


def newsroom() -> list[Labelled]:
    """The press's articles, without those that misbehave and second addresses of another."""
    languages = {outlet.id: outlet.language for outlet in read_outlets()}
    press = [one for one in read_press(read_outlets()) if one.behaviour is None and not one.copy_of]
    held = set(halves([one.event for one in press])[1])
    found = []
    for one in press:
        body = html.fragment_fromstring(one.body, create_parent="div")
        paragraphs = [" ".join(part.text_content().split()) for part in body.iter("p", "h2", "h3", "li")]
        at = NOW + timedelta(hours=one.round)
        made = _article(one.slug, one.outlet, languages[one.outlet], (one.title, one.standfirst), paragraphs, at)
        found.append(Labelled("newsroom", one.event, one.event in held, made))
    return found


def documents(folder: Path) -> list[Labelled]:
    """The items of `folder` with their near misses; `folder` has `document_ids.txt` and a file of lines per language."""
    names = (folder / "document_ids.txt").read_text().split()
    held = set(halves(names)[1])
    found = []
    for code, language in LANGUAGES.items():
        whole: dict[str, list[str]] = defaultdict(list)
        for document, line in zip(names, (folder / f"{code}.txt").read_text().splitlines(), strict=True):
            whole[document].append(line)
        for number, (document, (title, *lines)) in enumerate(whole.items()):
            at = NOW + timedelta(minutes=number % 600)
            event = SAME_EVENT.get(document, document)
            made = _article(document, f"source-{code}", language, (title, None), lines, at)
            found.append(Labelled("documents", event, event in held, made))
            if code == "eng":
                found += list(_near(document, [title, *lines], event in held))
    return found


def others(folder: Path) -> list[Labelled]:
    """Every page of the sets in `folder` that has a text, once."""
    found: list[Labelled] = []
    seen: set[str] = set()
    for manifest in sorted(folder.glob("*/manifest.jsonl")):
        for entry in map(json.loads, manifest.read_text().splitlines()):
            name = entry.get("url") or f"{manifest.parent.name}/{entry['file']}"
            title, text = entry.get("title") or "", entry.get("body_text") or ""
            if name in seen:
                continue
            seen.add(name)
            if not text:
                title, text = _paragraphs(manifest.parent / entry["file"], title)
            paragraphs = [line for line in text.split("\n") if line.strip()][:MOST_PARAGRAPHS]
            if title or paragraphs:
                source, language = entry.get("publisher") or name, (entry.get("lang") or "en")[:2]
                at = NOW + timedelta(minutes=len(found) % 600)
                made = _article(name, source, language, (" ".join(title.split()), None), paragraphs, at)
                found.append(Labelled("others", None, len(found) % 2 == 1, made))
    return found


def _near(document: str, lines: Sequence[str], held: bool) -> Iterator[Labelled]:
    text = " ".join(lines)
    for language in ("en", *ELSEWHERE):
        for number, miss in enumerate(near_misses(text, NEAR_MISSES, document, language)):
            title, *rest = (
                sentence.removeprefix(MARK) for sentence in miss
            )  # the mark is for people; it would tell them apart
            name = f"{document}/{language}-{number}"
            at = NOW + timedelta(minutes=37 * number % 600)
            yield Labelled("near", name, held, _article(name, f"near-{number}", language, (title, None), rest, at))


def _paragraphs(page: Path, title: str) -> tuple[str, str]:
    try:
        tree = html.document_fromstring(gzip.decompress(page.read_bytes()))
    except (OSError, ValueError, etree.ParserError):
        return title, ""
    texts = (" ".join(str(part.xpath("string()")).split()) for part in tree.iter("p"))
    return title or tree.findtext(".//title") or "", "\n".join(text for text in texts if len(text) > 40)


def _article(
    name: str, source: str, language: str, head: tuple[str, str | None], paragraphs: Sequence[str], at: datetime
) -> TranslatedArticle:
    url = f"https://{_digest(source)}.test/{_digest(name)}"
    blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
    title, standfirst = head
    return TranslatedArticle(
        url_id=ids.url_id(url), url=url, source_id=ids.source_id(url), article_id=ids.article_id(url), canonical_url=url,
        source_name=source, language=language, title=title, standfirst=standfirst, published_at=at, section="news",
        word_count=0, rights="full", blocks=blocks, content_hash="0", revision=1,
        times=Times(discovered=at, fetched=at, extracted=at),
        translation=Translation(
            status="passed_through" if language == "en" else "pending", title=title, standfirst=standfirst, blocks=blocks
        ),
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
