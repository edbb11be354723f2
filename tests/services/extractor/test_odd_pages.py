"""The same article in other charsets and other dialects of markup comes out as the same article."""

import pytest

from services.extractor.page import extract_page
from shared.events import Article
from tests.services.extractor.languages import LANGUAGES
from tests.services.extractor.pages import SENTENCES, article, document, page

URL = "https://paper.example/news/2026/03/10/the-story-of-the-bridge-1234567"
CHINESE = (
    "河上的新桥经过九年施工和三次改动计划之后于星期一早上正式通车，第一个小时就有几百人步行走过大桥，许多人带着孩子。" * 3
)
TRADITIONAL = (
    "河上的新橋經過九年施工和三次改動計劃之後於星期一早上正式通車，第一個小時就有幾百人步行走過大橋，許多人帶著孩子。" * 3
)
KOREAN = "강 위의 새 다리가 구 년의 공사와 세 번의 계획 변경 끝에 월요일 아침에 개통되어 수백 명이 걸어서 건넜다. " * 4
GREEK = (
    "Η νέα γέφυρα πάνω από το ποτάμι άνοιξε το πρωί της Δευτέρας μετά από εννέα χρόνια έργων και τρεις αλλαγές σχεδίου. " * 3
)
HEBREW = "הגשר החדש מעל הנהר נפתח ביום שני בבוקר אחרי תשע שנים של עבודה ושלושה שינויים בתוכנית. " * 4
TURKISH = (
    "Nehrin üzerindeki yeni köprü, dokuz yıllık çalışma ve üç plan değişikliğinin ardından pazartesi sabahı açıldı. " * 3
)
TEXTS = {
    "gbk": ("zh", CHINESE), "gb18030": ("zh", CHINESE), "big5": ("zh", TRADITIONAL), "euc_kr": ("ko", KOREAN),
    "shift_jis": ("ja", "".join(LANGUAGES["ja"].sentences)), "euc_jp": ("ja", "".join(LANGUAGES["ja"].sentences)),
    "iso2022_jp": ("ja", "".join(LANGUAGES["ja"].sentences)),
    "cp1250": ("pl", " ".join(LANGUAGES["pl"].sentences)), "cp1251": ("ru", " ".join(LANGUAGES["ru"].sentences)),
    "koi8_r": ("ru", " ".join(LANGUAGES["ru"].sentences)), "cp1252": ("de", " ".join(LANGUAGES["de"].sentences)),
    "cp1253": ("el", GREEK), "cp1254": ("tr", TURKISH), "cp1255": ("he", HEBREW),
    "cp1256": ("ar", " ".join(LANGUAGES["ar"].sentences)), "utf-16": ("de", " ".join(LANGUAGES["de"].sentences)),
    "utf-16-le": ("fr", " ".join(LANGUAGES["fr"].sentences)), "utf-16-be": ("en", " ".join(SENTENCES)),
}  # fmt: skip


def html(language: str, text: str, charset: str) -> str:
    body = f"<main><article><h1>{text[:40]}</h1><p>{text}</p></article></main>"
    return document(body, f"<title>{text[:40]}</title>", language).replace('charset="utf-8"', f'charset="{charset}"')


@pytest.mark.parametrize("codec", TEXTS)
def test_a_page_in_its_declared_charset_comes_out_right(codec: str) -> None:
    language, text = TEXTS[codec]
    name = codec.replace("_", "-").replace("koi8-r", "koi8-r").replace("cp125", "windows-125").replace("euc-kr", "euc-kr")
    name = {"shift-jis": "shift_jis", "iso2022-jp": "iso-2022-jp"}.get(name, name)
    found = extract_page(page(html(language, text, name).encode(codec), URL, content_type="text/html"))
    assert isinstance(found, Article)
    assert found.blocks[0].text == text.strip()


@pytest.mark.parametrize(
    "codec", ["shift_jis", "euc_kr", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256"]
)
def test_a_page_that_falsely_calls_itself_utf8_comes_out_right(codec: str) -> None:
    language, text = TEXTS[codec]
    found = extract_page(page(html(language, text, "utf-8").encode(codec), URL))
    assert isinstance(found, Article)
    assert found.blocks[0].text == text.strip()


@pytest.mark.parametrize("codec", ["gbk", "big5"])
def test_a_page_without_a_charset_is_guessed(codec: str) -> None:
    language, text = TEXTS[codec]
    raw = html(language, text, "x").replace('<meta charset="x">', "").encode(codec)
    found = extract_page(page(raw, URL, content_type="text/html"))
    assert isinstance(found, Article)
    assert found.blocks[0].text == text.strip()


def test_a_box_in_another_charset_costs_no_more_than_itself() -> None:
    raw = article(after="<aside>MARK</aside>").encode().replace(b"MARK", "Überschrift für Bücher".encode("cp1252"))
    found = extract_page(page(raw, URL))
    assert isinstance(found, Article)
    assert tuple(block.text for block in found.blocks) == SENTENCES


MARKUP = {
    "AMP": article().replace("<html ", "<html amp ").replace("</article>", '<amp-img src="/p.jpg"></amp-img></article>'),
    "print": document(f"<h1>Bridge opens</h1><hr>{''.join(f'<p>{text}</p>' for text in SENTENCES)}<hr>"),
    "XHTML as XML": '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    + article().replace("<!DOCTYPE html>", "").replace("<html ", '<html xmlns="http://www.w3.org/1999/xhtml" '),
    "paragraphs without ends": article().replace("</p>", ""),
    "null bytes": article().replace("e", "e\x00"),
    "no html element": f"<title>Bridge opens</title><h1>Bridge opens</h1>{''.join(f'<p>{text}' for text in SENTENCES)}",
}


@pytest.mark.parametrize("dialect", MARKUP)
def test_markup_of_another_dialect_gives_the_same_text(dialect: str) -> None:
    kind = "application/xhtml+xml" if "XML" in dialect else "text/html"
    found = extract_page(page(MARKUP[dialect], URL, content_type=kind))
    assert isinstance(found, Article)
    assert tuple(block.text for block in found.blocks) == SENTENCES
