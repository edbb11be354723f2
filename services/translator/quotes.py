"""Quotation marks: every language's own become the plain one for the engine, and English ones for the reader."""

from collections.abc import Iterator

OPENING, CLOSING = "“", "”"
INNER_OPENING, INNER_CLOSING = "‘", "’"
# Marks that are nested by their form go to the apostrophe, so that pairs of the outer ones can be counted.
_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»「」｢｣＂〝〞〟", '"') | dict.fromkeys("『』‹›", "'"))
# In scripts that set no spaces a mark stands between letters.
_UNSPACED_SCRIPTS_FROM = "\u0e00"
_BEFORE_OPENING, _BEHIND_CLOSING = "([{—–-/'‘¿¡", ".,;:!?…)]}—–-/'’"


def plain(text: str) -> str:
    """`text`, of the same length, with every double mark as `"`."""
    return text.translate(_PLAIN)


def tidy(text: str) -> str:
    """`text` with plain marks, and without the spaces that French and some engines set inside a pair."""
    text = plain(text)
    if '"' not in text:  # most sentences
        return text
    edges = {start for start, _ in pairs(text)}, {end for _, end in pairs(text)}
    kept = [
        character
        for index, character in enumerate(text)
        if not (character.isspace() and (_behind(text, index, edges[0]) or _before(text, index, edges[1])))
    ]
    return "".join(kept)


def pairs(text: str) -> list[tuple[int, int]]:
    """The ranges between each pair of plain marks of `text`, outer before inner; none where they do not pair.

    A mark opens where only a space or a bracket stands before it, closes where only such stand behind it; one that could be
    either closes what is open."""
    if '"' not in text:
        return []
    open_ones: list[int] = []
    found: list[tuple[int, int]] = []
    for index, opens, closes in _marks(text):
        if opens and (not closes or not open_ones):
            open_ones.append(index)
        elif closes and open_ones:
            found.append((open_ones.pop() + 1, index))
        else:
            return []
    return [] if open_ones or any(not text[start:end].strip(' "') for start, end in found) else sorted(found)


def english(text: str) -> str:
    """`text`, of the same length, with “ ” for its marks, ‘ ’ for those within; where they do not pair, all stay plain."""
    text = plain(text)
    if '"' not in text:
        return text
    characters, depth_ends = list(text), list[int]()
    for start, end in pairs(text):
        depth_ends = [other for other in depth_ends if other > start]
        inner = len(depth_ends) % 2
        characters[start - 1], characters[end] = (INNER_OPENING, INNER_CLOSING) if inner else (OPENING, CLOSING)
        depth_ends.append(end)
    return "".join(characters)


def _marks(text: str) -> Iterator[tuple[int, bool, bool]]:
    """Each mark, whether it may open and whether it may close; one like in `5"pipe` may do neither."""
    for index, character in enumerate(text):
        if character == '"':
            before, behind = _beyond(text, index, -1), _beyond(text, index, 1)
            opens = before in _BEFORE_OPENING or before.isspace() or before >= _UNSPACED_SCRIPTS_FROM
            closes = behind in _BEHIND_CLOSING or behind.isspace() or behind >= _UNSPACED_SCRIPTS_FROM
            yield index, opens, closes


def _beyond(text: str, index: int, step: int) -> str:
    """The next character that is no plain mark; a space at either end of the text."""
    index += step
    while 0 <= index < len(text) and text[index] == '"':
        index += step
    return text[index] if 0 <= index < len(text) else " "


def _behind(text: str, index: int, starts: set[int]) -> bool:
    while index > 0 and text[index - 1].isspace():
        index -= 1
    return index in starts


def _before(text: str, index: int, ends: set[int]) -> bool:
    while index < len(text) and text[index].isspace():
        index += 1
    return index in ends
