"""A setting that names something of no use stops the start with one line."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from services.translator.settings import TranslatorSettings
from shared.settings import variable

LONGEST = 300


class BadSetting(ValueError):
    """One line that names the variable and says what is wrong with what it names."""


@contextmanager
def naming(field: str) -> Iterator[None]:
    """Whatever goes wrong with a file or value in this block is the fault of the setting `field`. Raises BadSetting."""
    try:
        yield
    except BadSetting:
        raise
    except (OSError, ValueError, sqlite3.Error) as error:
        raise BadSetting(f"{variable(TranslatorSettings, field)}: {_line(error)}") from error


def _line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    return " ".join(str(error).split())[:LONGEST]
