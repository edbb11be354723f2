"""The pages of a list."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.web.addresses import parse_page, query
from services.web.queries import DEEPEST


@dataclass(frozen=True)
class Pager:
    """Where in a list a page is, from 1, and the addresses of its neighbours."""

    page: int
    pages: int
    newer: str | None
    older: str | None


def asked(request: Request, size: int) -> int:
    """The page of a list of `size` a page that is asked for, from 1. Raises HTTPException where there can be none."""
    number = parse_page(request.query_params.get("page", "1"), DEEPEST // size)
    if number is None:
        raise HTTPException(404)
    return number


def pager(page: int, total: int, size: int, values: dict[str, str]) -> Pager:
    """Of the page `page` of `total` articles; `values` stay in the addresses."""
    last = min(-(-total // size), DEEPEST // size)
    return Pager(
        page=page,
        pages=max(last, 1),
        newer=query(values | {"page": str(page - 1)}) if page > 1 else None,
        older=query(values | {"page": str(page + 1)}) if page < last else None,
    )
