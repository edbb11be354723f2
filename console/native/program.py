"""A program to run: what a supervisor, or a test, needs to start it and to know that it works."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """`healthy` answers whether the program does its work now; it never raises. `stop_seconds`: how long it may take to
    end."""

    name: str
    command: tuple[str, ...]
    folder: Path
    healthy: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 30
