"""Which of our languages a service that knows nearly all may be asked for, and what it calls them."""

from collections.abc import Mapping

from shared.events import Language

# Undetermined, several, no linguistic content, and English, which nobody translates.
NEVER = frozenset({"und", "mul", "zxx", "en"})


def coded(source: Language, others: Mapping[Language, str]) -> str | None:
    """`source` in the service's words: as in `others`, else as it is; None where nobody can be asked."""
    return None if source in NEVER else others.get(source, source)
