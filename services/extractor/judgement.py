"""Articles told apart from everything else a publisher's URL may answer with. Each answer is a short fixed reason."""

import re
from dataclasses import dataclass

from services.extractor.blocks import Cut
from services.extractor.declared import Declared
from services.extractor.identity import is_home_page

SHORTEST_TEXT = 200  # characters, standfirst included
SHORTEST_DENSE_TEXT = 80  # the same in scripts without spaces, where a character says as much as half a word
SHORT_TEXT = 1_000
STUB = 500
LISTED_HEADLINES = 8
LISTING_LINK_SHARE = 0.5

ERROR_PAGE = re.compile(
    r"(?i)\b(?:404|403|410|500|503)\b|not found|page (?:introuvable|non trouvée)|nicht gefunden|no encontrad[ao]|não encontrad[ao]|"
    r"non trovat[ao]|niet gevonden|ikke funnet|hittades inte|ikke fundet|nie znaleziono|nenalezena|не найден|не знайден|bulunamad|"
    r"غير موجودة|access denied|forbidden|something went wrong|page unavailable|service unavailable|just a moment|are you a robot|"
    r"attention required|页面不存在|ページが見つかりません|찾을 수 없"
)
CONSENT = re.compile(
    r"(?i)cookies?\b|consent|datenschutz|zustimm|einwillig|werbefrei|tracking|privacy|privacidad|privacidade|confidentialit|"
    r"accept all|alle akzeptieren|tout accepter|aceptar|aceitar|accett|partner|gdpr|dsgvo|rgpd|personalis|personaliz"
)
PAYWALL = re.compile(
    r"(?i)subscribe|subscriber|subscription|abonn|abonnier|suscr[ií]b|suscriptor|assine|assinante|abbona|prenumer|weiterlesen|"
    r"sign in to (?:read|continue)|log ?in to (?:read|continue)|continue reading|réservé aux|подписк|会員限定|有料会員|구독"
)


@dataclass(frozen=True)
class Reading:
    """What the other modules made of a page, as far as the judgement needs it."""

    url: str
    title: str
    text: str
    body: list[Cut]
    cuts: list[Cut]
    page: Declared
    dated: bool


def not_an_article(reading: Reading) -> str | None:
    """Why this is no article; None where it is one.

    What calls itself an article (JSON-LD, Open Graph) has the benefit of the doubt in everything but length.
    """
    size, page = len(reading.text), reading.page
    if is_home_page(reading.url) and not page.article:
        return "home page"
    if size < SHORT_TEXT and ERROR_PAGE.search(reading.title) and not page.article:
        return "error page"
    if _consent_wall(reading):
        return "consent wall"
    if page.is_listing or _listing(reading):
        return "listing page"
    if _paywall_stub(reading):
        return "paywall stub"
    dense = sum(character > "\u2e80" for character in reading.text) > size / 3
    if size < (SHORTEST_DENSE_TEXT if dense else SHORTEST_TEXT):
        return "too short"
    return None


def _consent_wall(reading: Reading) -> bool:
    """Little text, and most of its lines speak of cookies and consent."""
    lines = [cut.block.text for cut in reading.body] or [cut.block.text for cut in reading.cuts]
    size = sum(map(len, lines))
    spoken = sum(len(line) for line in lines if CONSENT.search(line))
    about = len(CONSENT.findall(" ".join(lines)))
    return 0 < size < 4 * SHORT_TEXT and spoken > 0.5 * size and about >= 4 and about * 250 > size and not reading.page.article


def _listing(reading: Reading) -> bool:
    """Many linked headlines and little running text between them."""
    if reading.page.is_article and len(reading.text) > SHORT_TEXT:
        return False
    headlines = sum(1 for cut in reading.cuts if _linked(cut) and (cut.block.kind == "heading" or len(cut.block.text) > 40))
    total = sum(len(cut.block.text) for cut in reading.body)
    linked = sum(cut.linked for cut in reading.body)
    running = sum(len(cut.block.text) for cut in reading.body if cut.block.kind == "paragraph" and cut.linked < 0.3 * len(cut.block.text))
    if total and linked > LISTING_LINK_SHARE * total:
        return True
    if reading.page.is_article:
        return False
    repeated = _teasers(reading)
    return headlines >= LISTED_HEADLINES and (running < SHORT_TEXT or repeated) and not (reading.dated and running > 2 * SHORT_TEXT)


def _teasers(reading: Reading) -> bool:
    """Whether the chosen paragraphs mostly follow linked headlines, one each: a list of teasers."""
    indices = {id(cut): index for index, cut in enumerate(reading.cuts)}
    paragraphs = [cut for cut in reading.body if cut.block.kind == "paragraph"]
    led = 0
    for cut in paragraphs:
        at = indices.get(id(cut), 0)
        led += any(_linked(before) for before in reading.cuts[max(0, at - 2) : at])
    return len(paragraphs) >= 4 and led > 0.6 * len(paragraphs)


def _linked(cut: Cut) -> bool:
    return cut.linked > 0.8 * len(cut.block.text) and len(cut.block.text) > 15


def _paywall_stub(reading: Reading) -> bool:
    if len(reading.text) >= STUB:
        return False
    free = str(reading.page.article.get("isAccessibleForFree", "")).lower()
    tail = " ".join(cut.block.text for cut in reading.cuts[-40:])
    return free == "false" or (bool(PAYWALL.search(tail)) and reading.page.first("article:content_tier") in ("locked", "metered"))
