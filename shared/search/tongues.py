"""Which languages have an analyser of their own in the index (`mappings/articles-v1.json`), and where their words are.

Stemming makes "cheia" find "cheias"; Chinese, Japanese and Korean are cut into pairs of characters, Thai by its dictionary.
All other languages are found by their words as they are written, without case and accents.
"""

import re

_STEMMED = "ar cs da de el es fa fi fr hi hu id it nl no pt ro ru sv th tr"
OWN = {code: code for code in _STEMMED.split()} | {"nb": "no", "nn": "no", "ja": "cjk", "ko": "cjk", "zh": "cjk"}
"""Language to the name of its field in `original`."""

# Beside the fields that all have: a match by stem says less than one as it is written, and must not put those first that
# have one more field to match in.
WEIGHT = 0.3

# By script: words in it are looked for in these fields only.
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"), ("cjk",)),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa")),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0400-\u04ff]"), ("ru",)),
    (re.compile("[\u0900-\u097f]"), ("hi",)),
)
_OTHERS = tuple(sorted({*OWN.values()} - {field for _, fields in _SCRIPTS for field in fields}))


def fields_of(words: str, language: str | None = None, *, widely: bool = False) -> tuple[str, ...]:
    """The fields where `words` may stand in the original: those of `language` if it is given, else of their script.

    Words in Latin script may be of many languages, and each field costs as much as the next; so they are only looked for
    in those fields where `widely` is asked for.
    """
    if language is not None:
        return (f"original.{OWN[language]}^{WEIGHT}",) if language in OWN else ()
    found = [field for script, fields in _SCRIPTS if script.search(words) for field in fields]
    return tuple(f"original.{field}^{WEIGHT}" for field in found or (_OTHERS if widely else ()))
