"""Articles told apart from everything else a publisher's URL may answer with. Each answer is a short fixed reason."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.extractor.blocks import Cut
from services.extractor.declared import Declared
from services.extractor.identity import is_home_page

SHORTEST_TEXT = 200  # characters, standfirst included
DENSITY = 2.5  # what a character of a script without spaces counts
SHORT_TEXT = 1_000
STUB = 500
SHORT_STUB = 300  # of what only says that it must be paid for: news agencies say so of short articles that are whole
LISTED_HEADLINES = 8
LISTING_LINK_SHARE = 0.5
DECLARED_LINK_SHARE = 0.6  # of what calls itself an article; lists of places, each a link, are half of a short one
LINKED = 0.7  # a headline of a list, with the time or the rubric beside it

ERROR_PAGE = re.compile(
    r"(?i)\b(?:404|403|410|500|503)\b|not found|page (?:introuvable|non trouvée)|"
    r"nicht gefunden|no encontrad[ao]|não encontrad[ao]|"
    r"non trovat[ao]|niet gevonden|ikke funnet|hittades inte|ikke fundet|nie znaleziono|"
    r"nenalezena|не найден|не знайден|bulunamad|"
    r"غير موجودة|access denied|forbidden|something went wrong|page unavailable|"
    r"service unavailable|页面不存在|ページが見つかりません|찾을 수 없"
)
# What stands instead of a page where a publisher's shield takes us for something else.
CAPTCHA = re.compile(
    r"(?i)captcha|just a moment|are you (?:a robot|human)|(?:not|no|kein|pas un|un|um) robo[tť]?\b|verify (?:that )?you are|"
    r"attention required|checking your browser|security check|bot (?:detection|protection)|vérification de sécurité|"
    r"sicherheitsüberprüfung|verificaci[óo]n de seguridad|"
    r"проверка безопасности|не робот|ロボットではありません|人机验证|安全验证|로봇이 아닙니다"
)
CONSENT = re.compile(
    r"(?i)cookie|consent|datenschutz|zustimm|einwillig|werbefrei|tracking|privacy|"
    r"privacidad|privacidade|confidentialit|"
    r"accept all|alle akzeptieren|tout accepter|aceptar|aceitar|accett|partner|gdpr|dsgvo|rgpd|personalis|personaliz|"
    r"samtyck|samtykke|evästei|toestemming|zgod[ęay]|prywatnoś|rodo\b|soukrom|souhlas|hozzájárul|согласи|конфиденциальн|"
    r"партн[её]р|конфіденційн|çerez|απορρήτου|同意|クッキー|プライバシー|隐私|쿠키|개인정보|"
    r"الخصوصية|موافقت|الموافقة|تعريف الارتباط|شركاؤنا"
)
PAYWALL = re.compile(
    r"(?i)subscribe|subscriber|subscription|abonn|abonnier|suscr[ií]b|suscriptor|assine|"
    r"assinante|abbona|prenumer|weiterlesen|"
    r"sign in to (?:read|continue)|log ?in to (?:read|continue)|continue reading|réservé aux|подписк|会員限定|有料会員|구독"
)
# What only stands where a text has been cut off: to read on, pay.
READ_ON = re.compile(
    r"(?i)(?:to |and )?(?:continue|keep) reading|(?:sign|log) ?in to (?:read|continue)|weiterlesen|jetzt abonnieren|"
    r"(?:lire|voir) la suite|réservé (?:aux|à nos) abonné|(?:seguir|sigue|continúa|continuar) le(?:yendo|ndo)|"
    r"per continuare a leggere|verder lezen|lees verder met|läs(?:a)? vidare|fortsett å lese|læs videre|czyta(?:ć|j) dalej|"
    r"pokračovat ve čtení|читать дальше|okumaya devam|会員限定|続きを読む|구독.{0,12}(?:읽|이용)|لمتابعة القراءة"
)
_DENSE = re.compile("[\u2e80-\U0010ffff]")
MOVING = frozenset({"videoobject", "imagegallery", "mediagallery", "clip", "movie", "audioobject", "podcastepisode"})
_MEDIA_PATH = re.compile(
    r"(?i)/(?:[\w-]*videos?|video[\w-]*|watch|player|mediathek|galler(?:y|ies)|galeri[ae]?s?|slideshows?|diaporamas?|"
    r"fotostrecken?|bilderstrecken?|photo-?galler(?:y|ies)|fotogaler\w+|photos|fotos)(?:[/.]|$)"
)
PICTURES = 6  # captions from which a page with hardly any text is a gallery
CHROME_SHARE = 0.6
# The last part of an article's path mostly has a number or a slug of several words; a rubric's has neither.
_ARTICLE_PATH = re.compile(r"\d{5,}[^/]*/?$|[^/-]+(?:-[^/-]+){3,}/?$|/\d{4}/\d{2}/\d{2}/")


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
    if size < SHORT_TEXT and not page.is_article and CAPTCHA.search(f"{reading.title}\n{reading.text}"):
        return "captcha page"
    if size < SHORT_TEXT and ERROR_PAGE.search(reading.title) and not page.is_article:
        return "error page"
    if _consent_wall(reading):
        return "consent wall"
    if page.is_listing or _listing(reading):
        return "listing page"
    if _chrome(reading):
        return "site chrome"
    if _paywall_stub(reading):
        return "paywall stub"
    if _media(reading):
        return "video or gallery"
    if _size(reading.text) < SHORTEST_TEXT:
        return "too short"
    return None


def _consent_wall(reading: Reading) -> bool:
    """Little text, and most of its lines speak of cookies and consent."""
    lines = [cut.block.text for cut in reading.body] or [cut.block.text for cut in reading.cuts]
    size = sum(map(len, lines))
    if not 0 < size < 4 * SHORT_TEXT:
        return False
    spoken = sum(len(line) for line in lines if CONSENT.search(line))
    about = len(CONSENT.findall(" ".join(lines)))
    return (
        spoken > 0.5 * size
        and about >= 4
        and about * 250 > size
        and (not reading.page.is_article or (size < SHORT_TEXT and spoken > 0.8 * size))
    )


def _chrome(reading: Reading) -> bool:
    """What was taken for the text stands in the page's footer or navigation."""
    total = sum(len(cut.block.text) for cut in reading.body)
    if not 0 < total < 2 * SHORT_TEXT or reading.page.article:
        return False
    framed = sum(
        len(cut.block.text)
        for cut in reading.body
        if any(node.tag in ("footer", "nav") for node in (cut.element, *cut.element.iterancestors()))
    )
    return framed > CHROME_SHARE * total


def _media(reading: Reading) -> bool:
    """Hardly any text, and a film, a recording or pictures that the page is about."""
    size, page = _size(reading.text), reading.page
    kind = (page.first("og:type") or "").lower()
    declared = kind.startswith(("video", "music")) or (bool(page.types & MOVING) and not page.article)
    if declared or _MEDIA_PATH.search(urlsplit(reading.url).path):
        return size < STUB
    pictures = sum(cut.block.kind == "caption" for cut in reading.cuts)
    moving = bool(page.types & MOVING) or bool(page.first("og:video", "og:video:url", "twitter:player"))
    return size < SHORTEST_TEXT and (moving or pictures >= PICTURES)


def _listing(reading: Reading) -> bool:
    """Many linked headlines and little running text between them."""
    total = sum(len(cut.block.text) for cut in reading.body)
    linked = sum(cut.linked for cut in reading.body)
    running = _size("".join(cut.block.text for cut in reading.body if _runs(cut)))
    headlines = sum(
        1 for cut in reading.cuts if _linked(cut) and (cut.block.kind == "heading" or _size(cut.block.text) > 30)
    )
    mostly_links = linked > LISTING_LINK_SHARE * total
    if reading.page.is_article:
        return linked > DECLARED_LINK_SHARE * total and running < SHORT_TEXT and headlines >= LISTED_HEADLINES
    if headlines >= LISTED_HEADLINES and _teasers(reading):
        return True
    few_words = running < SHORT_TEXT and not _ARTICLE_PATH.search(urlsplit(reading.url).path)
    return few_words and (mostly_links or headlines >= LISTED_HEADLINES)


def _runs(cut: Cut) -> bool:
    return cut.block.kind == "paragraph" and cut.linked < 0.3 * len(cut.block.text)


def _size(text: str) -> float:
    """Length of `text` in characters of an alphabet; one of a script without spaces says as much as several."""
    return len(text) if text.isascii() else len(text) + (DENSITY - 1) * len(_DENSE.findall(text))


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
    return cut.linked > LINKED * len(cut.block.text) and _size(cut.block.text) > 15


def _paywall_stub(reading: Reading) -> bool:
    if _size(reading.text) >= STUB:
        return False
    free = str(reading.page.article.get("isAccessibleForFree", "")).lower()
    if free == "false" and _size(reading.text) < SHORT_STUB:
        return True
    tail = " ".join(cut.block.text for cut in reading.cuts[-40:])
    if PAYWALL.search(tail) and reading.page.first("article:content_tier") in ("locked", "metered"):
        return True
    return _cut_short(reading)


def _cut_short(reading: Reading) -> bool:
    """Whether a line in or just after the text asks to pay for the rest."""
    if not reading.body:
        return False
    places = {id(cut): place for place, cut in enumerate(reading.cuts)}
    first, last = (places.get(id(cut), 0) for cut in (reading.body[0], reading.body[-1]))
    lines = (cut.block.text for cut in reading.cuts[first : last + 4])
    return any(len(line) < SHORTEST_TEXT and READ_ON.search(line) for line in lines)
