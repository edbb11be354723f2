"""Quotation marks: every language's own become the plain one for the engine, and English ones for the reader."""

OPENING, CLOSING = "“", "”"
# Nested marks go to the apostrophe, so that pairs of the outer ones can be counted.
_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»「」｢｣＂〝〞〟", '"') | dict.fromkeys("『』‹›", "'"))
# In scripts that set no spaces a mark stands between letters.
_UNSPACED_SCRIPTS_FROM = "\u0e00"


def plain(text: str) -> str:
    """`text`, of the same length, with every double mark as `"`."""
    return text.translate(_PLAIN)


def tidy(text: str) -> str:
    """`text` with plain marks, and without the spaces that French and some engines set inside a pair."""
    parts = plain(text).split('"')
    if len(parts) % 2 == 0:
        return '"'.join(parts)
    return '"'.join(part.strip() if number % 2 else part for number, part in enumerate(parts))


def pairs(text: str) -> list[tuple[int, int]]:
    """The ranges between each pair of plain marks of `text`; none where they do not pair."""
    marks = [index for index, character in enumerate(text) if character == '"']
    if len(marks) % 2:
        return []
    found = [(marks[i] + 1, marks[i + 1]) for i in range(0, len(marks), 2)]
    fit = all(
        start < end and not _is_letter(text[start - 2 : start - 1]) and not _is_letter(text[end + 1 : end + 2])
        for start, end in found
    )
    return found if fit else []


def english(text: str) -> str:
    """`text`, of the same length, with “ ” for its marks; where they do not pair, all stay plain."""
    characters = list(plain(text))
    for start, end in pairs(plain(text)):
        characters[start - 1], characters[end] = OPENING, CLOSING
    return "".join(characters)


def _is_letter(character: str) -> bool:
    return character.isalnum() and character < _UNSPACED_SCRIPTS_FROM
