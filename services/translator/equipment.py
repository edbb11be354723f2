"""What translating is done with, as the settings have it: for the service and for `babelwire translate` alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.translator import glossary
from services.translator.bad_setting import naming
from services.translator.engine import Engine
from services.translator.engines.choice import remote
from services.translator.engines.firefox import firefox
from services.translator.glossary import Glossary
from services.translator.routes import parsed
from services.translator.settings import TranslatorSettings


@dataclass(frozen=True)
class Equipment:
    """`engines`, Firefox first; `words` with one English only; `routes` by language."""

    engines: Sequence[Engine]
    words: Glossary
    routes: Mapping[str, Sequence[str]]


def equipment(own: TranslatorSettings) -> Equipment:
    """Raises BadSetting where a setting names something of no use."""
    with naming("glossary"):
        words = glossary.read(own.glossary) if own.glossary else Glossary()
    return Equipment([firefox(own), *remote(own)], words, parsed(own.routes))
