import pytest

from services.extractor.decoding import decode

GERMAN = "Größere Städte müssen sparen – „jetzt“, sagt der Bürgermeister."
RUSSIAN = "Мост открыли в понедельник утром после девяти лет работы."
JAPANESE = "橋は月曜日の朝に開通した。九年の工事の後だった。"
CHINESE = "大桥于周一上午通车，历时九年。"
KOREAN = "다리는 월요일 아침에 개통되었다."


def html(text: str, charset: str | None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (GERMAN, "cp1252", "iso-8859-1"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (CHINESE, "gb18030", "gb2312"),
        ("大橋於週一上午通車", "big5", "big5"),
        (KOREAN, "cp949", "euc-kr"),
    ],
)
@pytest.mark.parametrize("declared_by", ["page", "header"])
def test_a_declared_charset_is_read_by_its_browser_name(text: str, codec: str, name: str, declared_by: str) -> None:
    body = html(text, name if declared_by == "page" else None).encode(codec)
    header = f"text/html; charset={name}" if declared_by == "header" else "text/html"
    assert text in decode(body, header)


@pytest.mark.parametrize(
    "header", ["text/html; charset=iso-8859-1", "text/html; charset=windows-1251", "text/html; charset=nonsense"]
)
@pytest.mark.parametrize("meta", ["iso-8859-1", None])
def test_utf8_that_is_declared_as_something_else_comes_out_right(header: str, meta: str | None) -> None:
    assert GERMAN in decode(html(GERMAN, meta).encode(), header)


def test_the_page_is_believed_before_the_header() -> None:
    assert RUSSIAN in decode(html(RUSSIAN, "windows-1251").encode("cp1251"), "text/html; charset=iso-8859-1")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_wide_characters_are_seen(codec: str) -> None:
    assert GERMAN in decode(html(GERMAN, "iso-8859-1").encode(codec), "text/html; charset=iso-8859-1")


def test_an_undeclared_charset_is_guessed() -> None:
    assert RUSSIAN in decode(html(" ".join([RUSSIAN] * 20), None).encode("cp1251"), "text/html")


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    body = html(GERMAN * 30, None).encode() + b"\xe4\xff <p>ad</p>" + "für".encode()[:2]
    text = decode(body, "text/html; charset=iso-8859-1")
    assert GERMAN in text
    assert "Ã" not in text


def test_null_bytes_and_controls_do_not_end_the_text() -> None:
    assert decode(b"<p>one\x00 two\x07</p>") == "<p>one two</p>"


@pytest.mark.parametrize("body", [b"", b"\xff", b"\xff\xfe", bytes(range(256)) * 10])
def test_no_bytes_are_refused(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=utf-7"), str)


@pytest.mark.parametrize(
    ("text", "codec", "language"), [("Órgão de São Brás", "cp1252", "pt-PT"), (RUSSIAN, "cp1251", "ru")]
)
def test_where_the_declared_charset_is_wrong_the_language_tells(text: str, codec: str, language: str) -> None:
    page = f'<html lang="{language}"><head><meta charset="utf-8"></head><body><p>{text}</p></body></html>'
    assert text in decode(page.encode(codec), "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["hex", "base64", "rot13", "zip"])
def test_a_codec_that_is_no_charset_is_not_believed(name: str) -> None:
    assert GERMAN in decode(html(GERMAN, name).encode("cp1252"), f"text/html; charset={name}")
