"""Cancellations that nobody asked for."""

import asyncio


def is_stray() -> bool:
    """Whether the CancelledError that was just caught is none of this task's: a library cancelled something of its own, and
    that got out of it. Taken for ours it would end a service in silence."""
    task = asyncio.current_task()
    return task is not None and not task.cancelling()
