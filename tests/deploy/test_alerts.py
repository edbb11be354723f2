"""Alerts fire when they should, not when they should not, and each leads to what to do."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from console.reference import all_metrics
from tests.deploy.files import ROOT

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
TRIALS = ROOT / "tests" / "deploy" / "alerts_test.yml"
PROMTOOL = shutil.which("promtool")


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"] if "alert" in rule]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here (Debian package prometheus)")
def test_each_alert_fires_when_it_should_and_only_then() -> None:
    assert PROMTOOL
    done = subprocess.run([PROMTOOL, "test", "rules", TRIALS.name], cwd=TRIALS.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried_both_ways() -> None:
    tried: dict[str, set[bool]] = {}
    for trial in yaml.safe_load(TRIALS.read_text())["tests"]:
        for one in trial["alert_rule_test"]:
            tried.setdefault(one["alertname"], set()).add(bool(one["exp_alerts"]))
    assert tried == {alert["alert"]: {True, False} for alert in alerts()}


def test_each_alert_leads_to_a_section_of_the_runbook() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    anchors = {title.strip().lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", runbook, re.MULTILINE)}
    for alert in alerts():
        page, _, anchor = alert["annotations"]["runbook"].partition("#")
        assert page == "docs/runbook.md"
        assert anchor in anchors, alert["alert"]


def test_alerts_ask_for_metrics_that_there_are() -> None:
    names = {name for name, _, _, _ in all_metrics()}
    asked = set(re.findall(r"\bbabelwire_[a-z_]+", RULES.read_text()))
    assert {name for name in asked if name.removesuffix("_bucket").removesuffix("_count") not in names} == set()
