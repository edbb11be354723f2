"""Lists of sources, read and written."""

import json
from pathlib import Path

import pytest

from console.source_lists import UnreadableList, parse, to_json, to_opml
from console.sources import read_list, with_rights
from shared.ids import source_id
from shared.search.sources import Feed, Source, merged
from tests.console.commands import babelwire

OPML = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Iberia">
  <outline type="rss" text="Diário &amp; Cia" xmlUrl="http://diario.example/rss" htmlUrl="http://diario.example/"
    language="pt-PT"/>
  <outline type="rss" text="Diário &amp; Cia" xmlUrl="http://diario.example/atom" htmlUrl="http://diario.example/"/>
</outline>
<outline type="rss" title="Lonely" text="x" xmlurl="https://lonely.example/feed.xml"/>
<outline type="rss" text="Odd" xmlUrl="ftp://odd.example/feed"/>
</body></opml>"""


def test_outlines_of_one_home_page_are_one_source_with_all_its_feeds() -> None:
    diario, lonely = parse(OPML.encode()).sources
    assert [feed.url for feed in diario.feeds] == ["http://diario.example/rss", "http://diario.example/atom"]
    assert (diario.id, diario.name, diario.language) == (source_id("http://diario.example/"), "Diário & Cia", "pt")
    assert (lonely.id, lonely.name) == (source_id("https://lonely.example/feed.xml"), "Lonely")
    assert lonely.home_page == "https://lonely.example/"


def test_an_outline_that_is_no_feed_is_left_out_and_told_with_its_line() -> None:
    (line,) = parse(OPML.encode()).refused
    assert line.startswith("line 9: ")
    assert "ftp://odd.example/feed" in line


def test_a_list_comes_back_from_json_as_it_was() -> None:
    (source,) = parse(
        json.dumps([{"home_page": "http://a.example/", "feeds": ["http://a.example/f"], "rights": "full"}]).encode()
    ).sources
    full = source.model_copy(
        update={
            "name": "A", "country": "BR", "sections": {"/esporte/": "sports"}, "delay_seconds": 3.0,
            "feeds": (Feed(url="http://a.example/f"), Feed(url="http://a.example/s.xml", kind="sitemap")),
        }
    )  # fmt: skip
    (back,) = parse(to_json([full]).encode()).sources
    assert back.model_copy(update={"added_at": full.added_at}) == full


def test_a_source_known_by_its_feed_is_the_same_when_it_comes_back_from_json() -> None:
    sources = parse(OPML.encode()).sources
    assert [one.id for one in parse(to_json(sources).encode()).sources] == [one.id for one in sources]


def test_a_list_comes_back_from_opml_with_its_feeds() -> None:
    sources = parse(OPML.encode()).sources
    again = parse(to_opml(sources).encode()).sources
    assert [(one.id, one.name, one.language, [f.url for f in one.feeds]) for one in again] == [
        (one.id, one.name, one.language, [f.url for f in one.feeds]) for one in sources
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b"<html><body>Not found</body></html>", "first element is <html>"),
        (b"\x89PNG\r\n", "neither OPML nor JSON"),
        (b"[{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"a": 1}', "no list"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        parse(body)


def test_entities_of_a_list_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    doctype = f'<!DOCTYPE opml [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY f "forged">]>'
    body = doctype + '<opml><body>&e;<outline text="A" xmlUrl="http://a.example/f"><x>&f;&e;</x></outline></body></opml>'
    found = parse(body.encode())
    assert "secret" not in repr(found)
    assert "forged" not in repr(found)


def test_entries_of_a_json_list_that_are_no_sources_are_told_by_number() -> None:
    body = [
        3,
        {"feeds": []},
        {"feeds": ["javascript:1"]},
        {"feeds": ["http://a.example/"], "rights": "all"},
        {"feeds": ["http://b.example/"]},
    ]
    found = parse(json.dumps(body).encode())
    assert [source.name for source in found.sources] == ["b.example"]
    assert [line.partition(":")[0] for line in found.refused] == ["entry 1", "entry 2", "entry 3", "entry 4"]


def source(**said: str) -> Source:
    return Source(id="s", name="S", home_page="http://s.example/", feeds=(Feed(url="http://s.example/f"),), **said)


def test_the_usual_rights_change_nothing_of_a_source_that_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BABELWIRE_SOURCES_RIGHTS", "link")
    (new,) = with_rights([source()], None)
    assert new.rights == "link"
    assert merged(source(rights="full"), new).rights == "full"


def test_rights_that_the_operator_gives_hold_for_all() -> None:
    (new,) = with_rights([source(rights="link")], "full")
    assert merged(source(rights="snippet"), new).rights == "full"


@pytest.mark.parametrize("name", ["missing.opml", "."])
def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    result = babelwire("sources", "import", tmp_path / name)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be read" in result.stderr


def test_a_list_read_from_a_file_tells_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.opml"
    path.write_text(OPML)
    assert len(read_list(path)) == 2
    assert "left out, line 9" in capsys.readouterr().err
