"""Numbers and dates: whether a translation kept those of its source, however they are grouped, counted or spelled."""

import re
import unicodedata
from collections import Counter
from functools import cache

from babel import UnknownLocaleError
from babel.dates import get_month_names

from shared.events import Language

# Grouped by spaces only where groups are whole: `1 500,50`, but not `2024 200`.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'’٬٫]\d+)*")
_DIGIT = re.compile(r"\d")
_MYRIADS = {
    "千": 10**3,
    "천": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "만": 10**4,
    "億": 10**8,
    "亿": 10**8,
    "억": 10**8,
    "兆": 10**12,
    "조": 10**12,
}
_COUNTED = re.compile(rf"(?:\d[\d.,]*\s?(?:{'|'.join(_MYRIADS)}|백)+\s?)+(?:\d[\d,]*)?")
_MONTH_NUMBER = re.compile(r"(?<!\d)\d{1,2}\s?[月월](?![間间])")  # `11月` is November: a date's matter
_CENTURY = re.compile(r"(\d{2})\s?(?:世纪|世紀|세기)")
_MAGNITUDE = re.compile(r"\b(?:hundred|thousand|million|billion|trillion|lakh|crore|dozen)", re.IGNORECASE)
_SCALED = re.compile(
    r"[\s\u00a0-]*(?:[千천万萬만億亿억兆조백百]|mil\b|mill?[ioõ]|mld|mln|tys|bn\b|bi\b|тыс|млн|млрд|лн|لاکھ|लाख|करोड़|हज़ार|हजार|ألف|مليون|میلیون|هزار|אלף|מיליון|bin\b|milyon|tausend|duizend)",
    re.IGNORECASE,
)  # fmt: skip
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_TENS = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# A month is one where a day or a year stands beside it: `mars` is a planet, `mayo` a sauce, `Mart` a name.
_NEAR = 8
_PLAINLY_A_MONTH = 6  # letters
_UNSPACED_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[月월](?!\w*[間間])")
# What CLDR lacks: as Persian, Arabic and Hindi newspapers also write them, and Chinese in characters.
_FURTHER: dict[Language, str] = {
    "fa": "ژانویه فوریه مارچ آپریل می جون جولای آگوست سپتامبر اکتبر نوامبر دسامبر",
    "ar": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "zh": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
}
_UNSPACED = {"zh", "ja"}
_LEAST_STEM = 4
_INFLECTED = {"be", "ca", "cs", "el", "fi", "hr", "lt", "lv", "pl", "ru", "sk", "sr", "uk"}
_ALSO = {"ar": ("ar", "ar_SY", "ar_MA"), "no": ("nb",), "sr": ("sr", "sr_Latn"), "zh": (), "ja": (), "ko": ()}


def numbers_kept(source: str, output: str) -> bool:
    """Whether each number of two digits or more is there: as figures however grouped (`1.500,50` as `1,500.50`), counted by
    other magnitudes (`3万` as `30,000`), in words up to a hundred, by the twelve-hour clock, as a decade."""
    if not _DIGIT.search(source):
        return True
    there = _numbers(output)
    pool = set(there) | {_digits(part) for number in _NUMBER.findall(output) for part in re.split(r"\D", number) if part}
    pool |= {_digits(number.rstrip("0")) for number in _NUMBER.findall(output) if re.search(r"\d[.]\d+0$", number)}
    asked = [number for number in _asked(source) if len(number[0].lstrip("0")) > 1 or len(number[0]) > 1]
    if not all(_is_there(digits, parts, scaled, pool, output, source) for digits, parts, scaled in asked):
        return False
    # A number that comes twice may come once; but not if another has come in its place.
    more = Counter(digits for digits, _, _ in asked)
    strange = [number for number in there if len(number) > 1 and number not in more and number not in source]
    return not (strange and any(count > there.count(digits) > 0 for digits, count in more.items() if digits in there))


def dates_kept(source: str, output: str, language: Language) -> bool:
    """Whether each month that stands by a number has its English name in the output, or its number."""
    for month in _months(source, language):
        name = MONTHS[month - 1]
        if not re.search(rf"\b(?:{name}|{name[:3]}\b|{name[:4]}\b)|(?<!\d)0?{month}(?!\d)", output):
            return False
    return True


def _asked(source: str) -> list[tuple[str, list[str], bool]]:
    """The digits of each number, those of its parts, and whether it is counted by a magnitude."""
    found: list[tuple[str, list[str], bool]] = []
    rest = _MONTH_NUMBER.sub(lambda month: " " * len(month[0]), source)
    for counted in _COUNTED.finditer(source):
        found.append((_value(counted[0]), [], True))
        rest = rest[: counted.start()] + " " * len(counted[0]) + rest[counted.end() :]
    for match in _NUMBER.finditer(rest):
        parts = [_digits(part) for part in re.split(r"\D", match[0]) if part]
        found.append((_digits(match[0]), parts, bool(_SCALED.match(rest, match.end()))))
    return found


def _is_there(digits: str, parts: list[str], scaled: bool, pool: set[str], output: str, source: str) -> bool:
    together = r"\D{1,3}".join(part.lstrip("0") or "0" for part in parts)
    if digits in pool or (len(parts) > 1 and re.search(rf"(?<!\d)0?{together}(?!\d)", output)):
        return True
    significant = digits.strip("0")
    if (scaled or _MAGNITUDE.search(output)) and (
        significant in {other.strip("0") for other in pool}
        or _in_words(significant, output, rf"[ -]{_MAGNITUDE.pattern[2:]}")
    ):
        return True
    if any(digits == century[1] for century in _CENTURY.finditer(source)) and any(
        len(other) == 4 and other.startswith(str(int(digits) - 1)) for other in pool
    ):
        return True
    return len(digits) <= 3 and _small_is_there(digits, pool, output)


def _small_is_there(digits: str, pool: set[str], output: str) -> bool:
    bare = digits.lstrip("0") or "0"
    if digits in pool or bare in pool or _in_words(bare, output):
        return True
    value = int(bare)
    if 12 < value <= 24 and (str(value - 12) in pool or _in_words(str(value - 12), output)):
        return bool(re.search(r"\b[ap]\.?m\b|o'clock|midnight|evening|night|afternoon", output, re.IGNORECASE))
    if value in (0, 12, 24) and re.search(r"\b(?:noon|midnight|midday|dozen)", output, re.IGNORECASE):
        return True
    return len(digits) == 2 and any(len(other) == 4 and other.endswith(digits) for other in pool if digits.endswith("0"))


def _in_words(digits: str, output: str, behind: str = "") -> bool:
    if not digits or len(digits) > 3:
        return False
    value = int(digits)
    if value < 20:
        return bool(re.search(rf"\b(?:{_UNITS[value]}|{_ORDINALS[value]}){behind}", output, re.IGNORECASE))
    if value < 100:
        tens, unit = divmod(value, 10)
        rest = rf"(?:y|ies|ieth)[ -]?(?:{_UNITS[unit]}|{_ORDINALS[unit]})" if unit else "(?:y|ies|ieth)"
        return bool(re.search(rf"\b{_TENS[tens - 2]}{rest}{behind}", output, re.IGNORECASE))
    return value % 100 == 0 and bool(re.search(rf"\b(?:{_UNITS[value // 100]}|a) hundred", output, re.IGNORECASE))


def _value(counted: str) -> str:
    """The digits of `3億5000万`: 350000000."""
    total = 0.0
    for number, units in re.findall(rf"(\d[\d.,]*)\s?((?:{'|'.join(_MYRIADS)}|백)*)", counted):
        value = float(number.replace(",", "").rstrip(".") or 0)
        for unit in units:
            value *= _MYRIADS.get(unit, 100)
        total += value
    return str(round(total))


def _numbers(text: str) -> list[str]:
    return [_digits(match[0]) for match in _NUMBER.finditer(text)]


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(character)) for character in number if character.isdecimal())


def _months(source: str, language: Language) -> set[int]:
    found = {int(match[1]) for match in _UNSPACED_MONTH.finditer(source) if 1 <= int(match[1]) <= 12}
    if not (pattern := _month_names(language)):
        return found
    names, numbers = pattern
    text = _plain(source)
    for match in names.finditer(text):
        beside = text[max(0, match.start() - _NEAR) : match.start()] + " " + text[match.end() : match.end() + _NEAR]
        plainly = match[1] in numbers and len(match[1]) >= _PLAINLY_A_MONTH  # a stem may be another word's
        if plainly or any(character.isdecimal() for character in beside):
            found.add(_month(match[1], numbers))
    return found


@cache
def _month_names(language: Language) -> tuple[re.Pattern[str], dict[str, int]] | None:
    forms: dict[int, set[str]] = {}
    for locale in _ALSO.get(language, (language,)):
        # Elsewhere a month alone is called the same, and Babel 2.18 may answer in another language.
        for context in ("format", "stand-alone") if language in _INFLECTED else ("format",):
            try:
                names = get_month_names("wide", context, locale)
            except (UnknownLocaleError, ValueError):
                continue
            for number, several in names.items():
                forms.setdefault(number, set()).update(map(_plain, str(several).split("/")))
    for number, name in zip(range(1, 13), _FURTHER.get(language, "").split(), strict=False):
        forms.setdefault(number, set()).add(_plain(name))
    numbers = {name: number for number, names in forms.items() for name in names if not re.search(r"\d", name)}
    if language in _INFLECTED:
        stems = {_stem(names): number for number, names in forms.items()}
        numbers |= {f"{stem}…": number for stem, number in stems.items() if len(stem) >= _LEAST_STEM}
    if not numbers:
        return None
    patterns = [re.escape(name).replace("…", r"\w{0,4}") for name in sorted(numbers, key=len, reverse=True)]
    every = f"({'|'.join(patterns)})"
    return re.compile(every if language in _UNSPACED else rf"(?<!\w)(?:[בلوה]|ו?ב)?{every}(?!\w)"), numbers


def _stem(forms: set[str]) -> str:
    """What the forms of a name begin with."""
    first, last = min(forms), max(forms)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _plain(name: str) -> str:
    # The ezafe of Persian and the nukta of Hindi are written or left out.
    return name.strip().casefold().replace("\u0654", "").replace("\u093c", "")


def _month(name: str, numbers: dict[str, int]) -> int:
    return numbers.get(name) or next(
        number for stem, number in numbers.items() if stem.endswith("…") and name.startswith(stem[:-1])
    )
