"""`babelwire why URL`."""

import json

import pytest

from console.why import stages
from tests.console.commands import AWAY, babelwire
from tests.console.conftest import BROKEN, DEAD, INDEXED, SOURCE, TWIN, Wire

pytestmark = pytest.mark.engines


def test_an_indexed_url_has_its_entries_and_document_however_it_is_written(wire: Wire) -> None:
    odd = INDEXED.url.replace("http://paper1", "HTTPS://Paper1").replace(".example", ".EXAMPLE") + "?utm_source=x#top"
    result = babelwire("why", odd, "--json", env=wire.env)
    found = json.loads(result.stdout)
    assert (result.exit_code, found["known"]) == (0, True)
    assert (found["ledger"]["state"], found["source"]["name"]) == ("indexed", SOURCE.name)
    assert found["article"]["url"] == INDEXED.url
    assert found["document"]["translation"]["status"] == "translated"
    assert "blocks" not in found["document"]
    assert found["dead_letters"] == []


def test_the_way_is_told_in_the_order_of_its_times(wire: Wire) -> None:
    text = babelwire("why", INDEXED.url, env=wire.env).stdout
    words = ["discovered in The Paper", "fetched", "extracted", "translated: translated", "indexed"]
    moments = [line.partition(" ")[0] for line in text.splitlines() if line.startswith("20")]
    assert moments == sorted(moments)
    assert all(word in text for word in words)
    assert INDEXED.translation.title in text


def test_each_stage_has_its_time() -> None:
    times = {"discovered": "2026-11-03T09:00:00Z", "fetched": "2026-11-03T09:00:02.500000Z", "extracted": None}
    times |= {"translated": "2026-11-03T09:00:10Z", "indexed": "2026-11-03T09:00:11Z"}
    assert stages(times) == {"fetched": 2.5, "translated": 7.5, "indexed": 1.0}


def test_each_line_has_the_time_since_the_one_before(wire: Wire) -> None:
    text = babelwire("why", INDEXED.url, env=wire.env).stdout
    lines = [line.split() for line in text.splitlines() if line.startswith("20")]
    assert not lines[0][1].startswith("+")
    assert all(line[1].startswith("+") for line in lines[1:])


def test_another_url_of_an_article_names_its_owner(wire: Wire) -> None:
    text = babelwire("why", TWIN, env=wire.env).stdout
    assert "duplicate, another url's article (extractor" in text
    assert f"its article belongs to {INDEXED.url}" in text


def test_a_failed_url_shows_its_dead_letters(wire: Wire) -> None:
    found = json.loads(babelwire("why", BROKEN, "--json", env=wire.env).stdout)
    assert [letter["error"] for letter in found["dead_letters"]] == ["no such host"] * DEAD
    assert "dead letter fetcher/0: Poison no such host" in babelwire("why", BROKEN, env=wire.env).stdout


def test_a_feed_tells_how_its_polls_go(wire: Wire) -> None:
    result = babelwire("why", SOURCE.feeds[1].url, env=wire.env)
    assert result.exit_code == 0
    assert "a feed of The Paper: http 404" in result.stdout


def test_an_unknown_url_ends_with_1(wire: Wire) -> None:
    result = babelwire("why", "http://unknown.example/", env=wire.env)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not known" in result.stderr
    found = babelwire("why", "http://unknown.example/", "--json", env=wire.env)
    assert (found.exit_code, json.loads(found.stdout)["known"]) == (1, False)


def test_what_is_no_url_is_refused(wire: Wire) -> None:
    result = babelwire("why", "mailto:someone@example.org", env=wire.env)
    assert result.exit_code == 1
    assert "not an absolute http(s) URL" in result.stderr


def test_without_kafka_the_rest_is_told(wire: Wire) -> None:
    result = babelwire(
        "why", INDEXED.url, "--json", env=wire.env | {"BABELWIRE_KAFKA_BOOTSTRAP": AWAY["BABELWIRE_KAFKA_BOOTSTRAP"]}
    )
    assert json.loads(result.stdout)["dead_letters"] is None
    assert "the dead letters cannot be read" in result.stderr
