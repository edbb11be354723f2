"""The dashboards are current and whole, and lead from alert to panel to runbook. tests/e2e sees what their queries find."""

import json
import re
from typing import Any

import pytest

from console import grafana
from console.grafana import boards, runbook
from tests.deploy.test_alerts import alerts

MODELS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in grafana.pages().items()}
BY_UID = {model["uid"]: model for model in MODELS.values()}


@pytest.mark.parametrize("name", MODELS)
def test_each_dashboard_is_as_it_would_be_written(name: str) -> None:
    assert (grafana.DASHBOARDS / name).read_text(encoding="utf-8") == grafana.pages()[name], "run `make docs`"


def test_there_is_a_dashboard_for_each_question() -> None:
    names = {"overview", "stage", "sources", "translation", "trends", "kafka", "opensearch", "runbook"}
    assert {name.removesuffix(".json") for name in MODELS} == names
    assert {path.name for path in grafana.DASHBOARDS.glob("*.json")} == set(MODELS)


@pytest.mark.parametrize("board", boards.BOARDS, ids=lambda board: board.name)
def test_panels_have_a_place_a_title_and_words_of_their_own(board: Any) -> None:
    panels = board.model()["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["description"] and panel["fieldConfig"]["defaults"]["unit"] for panel in panels)
    covered: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & covered, panel["title"]
        assert max(x for x, _ in cells) < 24
        covered |= cells


@pytest.mark.parametrize("board", boards.BOARDS, ids=lambda board: board.name)
def test_variables_are_those_that_queries_ask_for(board: Any) -> None:
    asked = {name for panel in board.panels for query, _ in panel.queries for name in re.findall(r"\$([a-z]+)", query)}
    assert asked == {name for name, _ in board.variables}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_leads_to_a_panel_of_what_it_looks_at_and_that_to_the_runbook(alert: dict[str, Any]) -> None:
    found = re.fullmatch(r"/d/([a-z-]+)\?viewPanel=(\d+)(?:&var-([a-z]+)=.+)?", alert["annotations"]["panel"])
    assert found, alert["annotations"]["panel"]
    uid, number, variable = found.groups()
    [panel] = [panel for panel in BY_UID[uid]["panels"] if panel["id"] == int(number)]
    shown = " ".join(target["expr"] for target in panel["targets"])
    names = set(re.findall(r"babelwire[_:][a-z_:0-9]+|\bup\b", alert["expr"]))
    assert names & set(re.findall(r"babelwire[_:][a-z_:0-9]+|\bup\b", shown)), panel["title"]
    assert variable is None or variable in {one["name"] for one in BY_UID[uid]["templating"]["list"]}
    [link] = panel["links"]
    assert re.fullmatch(r"/d/babelwire-runbook\?viewPanel=\d+", link["url"])


def test_the_runbook_is_there_as_a_dashboard_section_by_section() -> None:
    panels = MODELS["runbook.json"]["panels"]
    assert [panel["title"] for panel in panels] == list(runbook.sections())
    assert all(len(panel["options"]["content"]) > 100 for panel in panels)
    assert not any("](" in panel["options"]["content"].replace("](http", "") for panel in panels)
