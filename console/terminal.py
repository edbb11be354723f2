"""Where a command's words go: data to standard output, messages to standard error, each without colours when piped."""

import sys
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType

if TYPE_CHECKING:
    from pydantic import BaseModel

PIPED_WIDTH = 10_000  # nobody reads a pipe's lines for their length, and a cut URL is no URL


class Refused(Exception):
    """What was asked for cannot be done; the message is one line for the operator."""


def out(stderr: bool = False) -> Console:
    """Standard output, for tables and text; or standard error."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def display(found: RenderableType) -> None:
    """A table or text, to standard output; in a pipe its lines are as long as they are, without what pads them."""
    console = out()
    with console.capture() as captured:
        console.print(found)
    text = captured.get()
    sys.stdout.write(text if console.is_terminal else "".join(f"{line.rstrip()}\n" for line in text.splitlines()))


def tell(message: str, style: str = "") -> None:
    """A message, to standard error."""
    out(stderr=True).print(message, style=style, soft_wrap=True)


def emit(model: "BaseModel") -> None:
    """One line of JSON to standard output, at once."""
    sys.stdout.write(model.model_dump_json() + "\n")
    sys.stdout.flush()
