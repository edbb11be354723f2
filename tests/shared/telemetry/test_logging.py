"""Lines that machines read, with the same keys everywhere; in a process of its own, as logging is the process'."""

import json
import subprocess
import sys
from typing import Any

import pytest

SETUP = """
import logging
from shared.settings import Settings
from shared.telemetry import logging as ours
ours.configure("press", Settings(log_format={format!r}, log_level={level!r}))
log = ours.get("stage")
"""


def said(lines: str, format: str = "json", level: str = "info") -> list[str]:
    """What `lines` write to standard error; nothing goes to standard output."""
    code = SETUP.format(format=format, level=level) + lines
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    return ended.stderr.splitlines()


def entries(lines: str, **how: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(lines, **how)]


def test_a_line_says_when_who_and_what_and_a_defect_is_one_line_too() -> None:
    plain, defect = entries(
        "log.info('ended', state='gone', title='São \\n Tomé')\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    log.exception('defect')"
    )
    assert (plain["service"], plain["stage"], plain["level"], plain["event"]) == ("press", "stage", "info", "ended")
    assert plain["at"].endswith("Z")
    assert plain["title"] == "São \n Tomé"
    assert "ZeroDivisionError" in defect["exception"]


def test_libraries_speak_in_the_same_form_and_the_chatty_ones_only_of_trouble() -> None:
    found = entries(
        "for name in ('httpx', 'aiokafka.client', 'babelwire.faststream', 'some.library'):\n"
        "    logging.getLogger(name).info('chatter')\n"
        "    logging.getLogger(name).warning('trouble of %s', name)"
    )
    told = [entry["event"] for entry in found]
    assert told == ["trouble of httpx", "trouble of aiokafka.client", "chatter", "trouble of some.library"]
    assert {entry["service"] for entry in found} == {"press"}


def test_the_kafka_client_tells_the_same_trouble_once_in_a_while() -> None:
    found = entries("for _ in range(5):\n    logging.getLogger('aiokafka.conn').warning('lost %s', 'broker 1')")
    assert [entry["event"] for entry in found] == ["lost broker 1"]


@pytest.mark.parametrize(("level", "expected"), [("debug", 3), ("info", 2), ("error", 1)])
def test_what_is_below_the_level_is_not_told(level: str, expected: int) -> None:
    assert len(said("log.debug('a')\nlog.info('b')\nlog.error('c')", level=level)) == expected


def test_people_may_have_it_in_another_form() -> None:
    (line,) = said("log.info('ended', state='gone')", format="console")
    assert "ended" in line
    assert not line.startswith("{")
