"""News of the index wakes the watch; what it counts, it counts in the index, so no message is counted twice."""

from services.trends.watch import Watch
from shared.events import Event, Indexed
from shared.item import Item


async def process(item: Item[Indexed], watch: Watch) -> list[Event]:
    """Nothing to hand on: trends are published when they are computed."""
    watch.news()
    return []
