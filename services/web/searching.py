"""The search page: words, facets to narrow by, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.web import addresses, filters, streams
from services.web.cards import cards
from services.web.languages import country_name, language_name
from services.web.moments import plain_day
from services.web.paging import asked, pager
from services.web.queries import LONGEST_WORDS
from services.web.site import SECTION_NAMES, Site
from services.web.store import Counts, Listing, Store, unless_away

TITLES = {"section": "Section", "language": "Language", "source": "Source", "country": "Country", "day": "Day"}
MOST = 10  # articles on a page: each is read whole and quoted, which is half of what a search costs


@dataclass(frozen=True)
class Choice:
    """A value to narrow by: where it leads, and how many articles are left then (None: it is chosen; it leads back)."""

    name: str
    address: str
    articles: int | None


@dataclass(frozen=True)
class Facet:
    """What can be narrowed by."""

    title: str
    choices: tuple[Choice, ...]


class Searching:
    """The search page, out of `store`, in the form of `site`."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store

    def routes(self) -> list[BaseRoute]:
        return [Route("/search", self.search)]

    async def search(self, request: Request) -> Response:
        values = {name: value for name in filters.FILTERS if (value := request.query_params.get(name))}
        values["q"] = " ".join(values.get("q", "").split())[:LONGEST_WORDS]
        wanted, size = filters.wanted(values), min(self._site.own.page_size, MOST)
        page = asked(request, size)
        listing = await self._store.listing(wanted, size, page, faceted=True) if wanted.words else Listing((), 0)
        told = {*listing.facets.get("source", ()), *filter(None, [wanted.source])}
        lost = wanted.words and not listing.total
        meant = await unless_away(self._store.respelt(wanted), None) if lost else None
        return self._site.page(
            request,
            "search.html",
            words=wanted.words,
            stream=streams.search(wanted.words) if wanted.words else None,
            newest=wanted.newest,
            total=listing.total,
            meant=(meant, "/search" + addresses.query({**values, "q": meant})) if meant else None,
            found=cards(listing.found),
            facets=facets(listing.facets, values, await unless_away(self._store.source_names(told), {})),
            pager=pager(page, listing.total, size, values),
        )


def facets(counts: Counts, values: Mapping[str, str], sources: Mapping[str, str]) -> tuple[Facet, ...]:
    """Those that leave a choice, or were chosen. `values` is what was asked; `sources` their names by id."""
    found = []
    for kind, title in TITLES.items():
        others = {name: value for name, value in values.items() if name != kind}
        if chosen := values.get(kind):
            choices: tuple[Choice, ...] = (Choice(_name(kind, chosen, sources), "/search" + addresses.query(others), None),)
        else:
            counted = counts.get(kind, {})
            choices = tuple(
                Choice(_name(kind, value, sources), "/search" + addresses.query({**others, kind: value}), articles)
                for value, articles in counted.items()
                if kind != "country" or len(value) == 2
            )
            if len(choices) < 2:
                continue
        found.append(Facet(title, choices))
    return tuple(found)


def _name(kind: str, value: str, sources: Mapping[str, str]) -> str:
    match kind:
        case "section":
            return SECTION_NAMES.get(value, value)
        case "language":
            return language_name(value)
        case "country":
            return country_name(value)
        case "source":
            return sources.get(value, value)
    day = addresses.parse_day(value)
    return plain_day(day) if day else value
