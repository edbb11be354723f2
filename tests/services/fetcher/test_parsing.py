"""Reading listings in a process of its own."""

import asyncio

import pytest

from services.fetcher.feeds import NotAListing
from services.fetcher.parsing import ListingReader
from tests.services.fetcher.test_feeds import BASE, RSS


async def test_a_listing_is_read_in_another_process_and_what_is_none_is_named() -> None:
    reader = ListingReader(1024 * 1024)
    try:
        async with asyncio.timeout(60):
            assert len((await reader(RSS, BASE, "")).items) == 3
            with pytest.raises(NotAListing, match="html"):
                await reader(b"<html>", BASE, "")
            assert len((await reader(RSS, BASE, "")).items) == 3
    finally:
        await reader.aclose()
