"""The articles as they are written down: one TOML file per event, `press/` for the well-behaved outlets, `trouble/` for the
others."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newsroom.outlets import HERE, Outlet

LAST_ROUND = 3


class BadPress(ValueError):
    """An article that cannot be published; the message names it."""


@dataclass(frozen=True)
class Figure:
    caption: str
    credit: str


@dataclass(frozen=True)
class Correction:
    """From `round` on the article has `changes` (old words, new words) made to it, and ends with `note`."""

    round: int
    note: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Article:
    """One outlet's article about `event`. `body` is HTML. `behaviour` names what goes wrong with it, if anything does;
    `copy_of` the slug of the outlet's article that this one is the second address of."""

    event: str
    outlet: str
    slug: str
    round: int
    section: str
    title: str
    body: str
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    figure: Figure | None = None
    correction: Correction | None = None
    behaviour: str | None = None
    copy_of: str | None = None

    @property
    def path(self) -> str:
        return f"/{self.section}/{self.slug}"

    def at(self, round: int) -> "Article":
        """The article as it reads in `round`: corrected, where that is due."""
        due = self.correction
        if due is None or round < due.round:
            return self
        title, standfirst, body = self.title, self.standfirst, self.body
        for old, new in due.changes:
            title, body = title.replace(old, new), body.replace(old, new)
            standfirst = standfirst.replace(old, new) if standfirst else standfirst
        return replace(self, title=title, standfirst=standfirst, body=body)


def read_press(outlets: Iterable[Outlet], folders: Iterable[Path] = (HERE / "press", HERE / "trouble")) -> list[Article]:
    """All articles, by file and by their order in it. Raises BadPress."""
    known = {outlet.id: outlet for outlet in outlets}
    articles = [article for folder in folders for file in sorted(folder.glob("*.toml")) for article in _read(file)]
    seen: set[tuple[str, str]] = set()
    for article in articles:
        name = f"{article.outlet}{article.path}"
        if article.outlet not in known:
            raise BadPress(f"{name}: no such outlet")
        if article.section not in known[article.outlet].sections and article.behaviour != "disallowed":
            raise BadPress(f"{name}: no such section")
        if not 0 <= article.round <= LAST_ROUND:
            raise BadPress(f"{name}: no such round")
        if (article.outlet, article.slug) in seen:
            raise BadPress(f"{name}: twice")
        seen.add((article.outlet, article.slug))
    for article in articles:
        if article.copy_of and (article.outlet, article.copy_of) not in seen:
            raise BadPress(f"{article.outlet}{article.path}: copy of nothing")
    return articles


def _read(file: Path) -> Iterator[Article]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for entry in content["articles"]:
            yield _article(content["event"]["name"], entry)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadPress(f"{file.name}: {error!r}") from error


def _article(event: str, entry: dict[str, Any]) -> Article:
    given = dict(entry)
    if figure := given.pop("figure", None):
        given["figure"] = Figure(**figure)
    if due := given.pop("correction", None):
        changes = tuple((old, new) for old, new in due["changes"])
        given["correction"] = Correction(due["round"], due["note"], changes)
    for several in ("authors", "tags"):
        given[several] = tuple(given.get(several, ()))
    return Article(event=event, **given)
