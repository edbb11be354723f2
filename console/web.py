"""The web as the fetcher would reach it: the same guard, limits, name and egress proxy."""

from services.fetcher.settings import FetcherSettings
from shared.http.client import GuardedClient
from shared.http.guard import AddressGuard, allow_list
from shared.settings import load


def client() -> GuardedClient:
    """Whoever made it closes it."""
    own = load(FetcherSettings)
    return GuardedClient(
        AddressGuard(allow_list(own.allow_private)), user_agent=own.agent, limits=own.limits, proxy=own.proxy
    )
