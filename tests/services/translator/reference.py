"""The reference text that lies beside a checkout; tests that need it skip where it is absent."""

from pathlib import Path

import pytest

NEWS = Path(__file__).resolve().parents[4] / "shared" / "mt" / "ntrex"

needs_reference = pytest.mark.skipif(not NEWS.is_dir(), reason="no ../shared/mt beside the checkout")

# The file of each language, and the answers that are right for it.
LANGUAGES = {
    "arb": "ar", "cat": "ca", "ces": "cs", "deu": "de", "ell": "el", "eng": "en", "fas": "fa", "fra": "fr", "glg": "gl",
    "heb": "he", "hin": "hi", "isl": "is", "ita": "it", "jpn": "ja", "kor": "ko", "mkd": "mk", "nld": "nl", "pol": "pl",
    "por": "pt", "por-BR": "pt", "ron": "ro", "rus": "ru", "spa": "es", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk",
    "vie": "vi", "zho-CN": "zh",
}  # fmt: skip


def sentences(name: str) -> list[str]:
    return (NEWS / f"{name}.txt").read_text().splitlines()


def documents(name: str) -> list[list[str]]:
    """The sentences of each article."""
    groups: dict[str, list[str]] = {}
    for document, sentence in zip(sentences("document_ids"), sentences(name), strict=True):
        groups.setdefault(document, []).append(sentence)
    return list(groups.values())
