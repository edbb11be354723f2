"""The Kubernetes resources: valid, whole, and in agreement with the code, compose and the native stack."""

import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from console import cluster
from console.native.services import SERVICES
from shared import topics
from shared.settings import Settings
from tests.deploy.files import ROOT, VARIABLE, compose, settings

K8S = ROOT / "deploy" / "k8s"
KUBECTL = Path(sys.executable).parent / "kubectl"
OVERLAYS = ("base", "overlays/dev", "overlays/production")
VERSION = "1.34"
# Resources of operators; their schemas are not at hand.
CUSTOM = {
    "Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "OpenSearchCluster", "OpensearchSnapshotPolicy", "PodMonitor",
    "PrometheusRule", "ScaledObject", "TriggerAuthentication",
}  # fmt: skip


SECURED = "components/secured-kafka"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The base with Kafka by TLS and password."""
    whole = tmp_path_factory.mktemp("k8s") / "k8s"
    shutil.copytree(K8S, whole)
    (whole / "overlays" / "secured").mkdir()
    (whole / "overlays" / "secured" / "kustomization.yaml").write_text(
        yaml.safe_dump(
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "resources": ["../../base"],
                "components": [f"../../{SECURED}"],
            }
        )
    )
    done = subprocess.run([KUBECTL, "kustomize", whole / "overlays" / "secured"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@lru_cache
def resources(overlay: str) -> list[dict[str, Any]]:
    done = subprocess.run([KUBECTL, "kustomize", K8S / overlay], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(kind: str, overlay: str = "base") -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in resources(overlay) if one["kind"] == kind}


def pod(deployment: dict[str, Any]) -> dict[str, Any]:
    return dict(deployment["spec"]["template"]["spec"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_kustomize_makes_is_valid(overlay: str) -> None:
    for one in resources(overlay):
        if one["kind"] not in CUSTOM:
            kubernetes_validate.validate(one, VERSION, strict=True)


@pytest.mark.parametrize("name", cluster.pages())
def test_what_is_made_from_elsewhere_is_current(name: str) -> None:
    assert (cluster.K8S / name).read_text(encoding="utf-8") == cluster.pages()[name], "run `make docs`"


def test_every_service_has_its_deployment_and_its_budget() -> None:
    assert set(of_kind("Deployment")) == set(SERVICES) == set(of_kind("PodDisruptionBudget"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_stage_is_bounded_probed_and_has_no_rights_it_does_not_need(name: str) -> None:
    spec = pod(of_kind("Deployment")[name])
    (container,) = spec["containers"]
    assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["terminationGracePeriodSeconds"] > Settings().drain_seconds + 10


@pytest.mark.parametrize("name", SERVICES)
def test_a_stage_has_the_image_and_at_least_the_memory_that_compose_gives_it(name: str) -> None:
    (container,) = pod(of_kind("Deployment")[name])["containers"]
    service = compose()["services"][name]
    assert container["image"] == service["image"]
    assert container["resources"]["limits"]["memory"].lower().removesuffix("i") == service["mem_limit"]


def test_every_variable_is_a_setting() -> None:
    known = settings()
    asked = {name for path in K8S.rglob("*.yaml") for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert {name for name in asked if name.removesuffix("_FILE") not in known} - {"BABELWIRE_DRAIN_SECONDS"} == set()


def test_with_kafka_secured_every_client_has_tls_and_the_password_and_nobody_the_open_port(
    secured: list[dict[str, Any]],
) -> None:
    for one in secured:
        if one["kind"] not in CUSTOM:
            kubernetes_validate.validate(one, VERSION, strict=True)
    kinds = {
        kind: [one for one in secured if one["kind"] == kind] for kind in ("Deployment", "Job", "ScaledObject", "Kafka")
    }
    assert len(kinds["Deployment"]) == len(SERVICES)
    for one in (*kinds["Deployment"], *kinds["Job"]):
        [container] = pod(one)["containers"]
        told = {variable["name"] for variable in container["env"]}
        assert {f"BABELWIRE_KAFKA_{what}" for what in ("BOOTSTRAP", "TLS", "CA", "USER", "PASSWORD_FILE")} <= told
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert {"kafka-ca", "kafka-user"} <= mounted <= {volume["name"] for volume in pod(one)["volumes"]}
        assert "PASSWORD" not in {variable["name"].rpartition("_")[2] for variable in container["env"]}, "from a file only"
    for one in kinds["ScaledObject"]:
        assert one["spec"]["triggers"][0]["authenticationRef"]
    [kafka] = kinds["Kafka"]
    assert [listener["tls"] for listener in kafka["spec"]["kafka"]["listeners"]] == [True]
    assert "9092" not in yaml.safe_dump(secured)


def test_a_snapshot_is_taken_each_night_to_a_place_that_outlives_the_nodes() -> None:
    general = of_kind("OpenSearchCluster")["opensearch"]["spec"]["general"]
    [repository] = general["snapshotRepositories"]
    policy = of_kind("OpensearchSnapshotPolicy")["nightly"]["spec"]
    assert policy["snapshotConfig"]["repository"] == repository["name"]
    assert policy["opensearchCluster"]["name"] == "opensearch"
    [volume] = general["additionalVolumes"]
    assert repository["settings"]["location"] == general["additionalConfig"]["path.repo"] == volume["path"]
    claim = of_kind("PersistentVolumeClaim")[volume["persistentVolumeClaim"]["claimName"]]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"], "every node writes its shards there"


def test_topics_are_those_of_the_code() -> None:
    found = of_kind("KafkaTopic")
    assert {name: one["spec"]["partitions"] for name, one in found.items()} == {t.name: t.partitions for t in topics.ALL}


@pytest.mark.parametrize("name", of_kind("ScaledObject"))
def test_a_stage_never_scales_beyond_its_partitions_nor_by_a_topic_it_does_not_read(name: str) -> None:
    scaled = of_kind("ScaledObject")[name]["spec"]
    inputs = {topic.name: topic.partitions for topic in topics.INPUTS[name]}
    (trigger,) = [one["metadata"] for one in scaled["triggers"] if one["type"] == "kafka"]
    assert trigger["consumerGroup"] == name
    assert scaled["maxReplicaCount"] <= inputs[trigger["topic"]]
    assert scaled["minReplicaCount"] >= 1
    assert trigger["offsetResetPolicy"] == "earliest"
    assert "replicas" not in of_kind("Deployment")[name]["spec"], "or each apply undoes the scaling"


def test_engines_are_of_the_versions_that_compose_runs() -> None:
    services = compose()["services"]
    assert services["kafka"]["image"].endswith(f":{of_kind('Kafka')['babelwire']['spec']['kafka']['version']}")
    assert services["opensearch"]["image"].endswith(
        f":{of_kind('OpenSearchCluster')['opensearch']['spec']['general']['version']}"
    )


def test_only_the_fetcher_may_leave_the_cluster_and_web_for_pictures() -> None:
    leaving = [
        one["spec"]["podSelector"]
        for one in of_kind("NetworkPolicy").values()
        for rule in one["spec"].get("egress", ())
        if any("ipBlock" in to for to in rule.get("to", ()))
    ]
    assert [chosen["matchExpressions"] for chosen in leaving] == [
        [{"key": "app.kubernetes.io/name", "operator": "In", "values": ["fetcher", "web"]}]
    ]


def variables_of(name: str) -> dict[str, Any]:
    (container,) = pod(of_kind("Deployment")[name])["containers"]
    return {one["name"]: one["valueFrom"] for one in container["env"]}


def test_pictures_are_fetched_in_our_name_and_every_replica_knows_their_addresses() -> None:
    web = of_kind("Deployment")["web"]
    variables = variables_of("web")
    assert variables["BABELWIRE_WEB_PICTURE_CONTACT"] == variables_of("fetcher")["BABELWIRE_FETCHER_CONTACT"]
    assert web["spec"]["replicas"] > 1
    assert not variables["BABELWIRE_WEB_PICTURE_KEY"]["secretKeyRef"].get("optional")


def test_production_names_a_contact_and_pins_every_image() -> None:
    assert of_kind("ConfigMap", "overlays/production")["babelwire"]["data"]["contact"]
    for one in (*of_kind("Deployment", "overlays/production").values(), *of_kind("Job", "overlays/production").values()):
        for container in pod(one)["containers"]:
            assert container["image"].rpartition(":")[2] not in ("", "latest")
