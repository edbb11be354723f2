"""What the engines are told, and the settings of the services under `up`."""

import base64
from pathlib import Path

import pytest
import yaml

from console.native import java, kafka, opensearch, services
from console.native.ports import Ports
from console.native.settings import UpSettings

SHIPPED = """\
## comment
-Xms1g
-Xmx1g
11-:-XX:+UseG1GC
-XX:HeapDumpPath=data
9-:-Xlog:gc*,gc+age=trace,safepoint:file=logs/gc.log:utctime
20-:--add-modules=jdk.incubator.vector
21-:-javaagent:agent/opensearch-agent.jar
"""
PORTS = Ports(1, 2, 3, 4, 5, tuple(range(11, 17)), newsroom=100)


def test_what_the_java_lacks_is_dropped_and_the_rest_of_opensearch_s_options_kept() -> None:
    lacking = [f"--add-modules={opensearch.VECTORS}"]
    options = opensearch.jvm_options(SHIPPED, Path("/data"), 640, lacking=lacking).splitlines()
    assert "11-:-XX:+UseG1GC" in options
    assert "21-:-javaagent:agent/opensearch-agent.jar" in options
    assert not any("incubator" in line or "gc.log" in line or "1g" in line or "HeapDump" in line for line in options)
    assert {"-Xms640m", "-Xmx640m", "-Djava.locale.providers=CLDR,SPI"} <= set(options)


def test_a_java_that_has_vectors_uses_them_and_what_is_given_is_passed_on() -> None:
    options = opensearch.jvm_options(SHIPPED, Path("/data"), 640, given=("-XX:TieredStopAtLevel=1",)).splitlines()
    assert {f"20-:--add-modules={opensearch.VECTORS}", "-XX:TieredStopAtLevel=1"} <= set(options)


def test_a_java_tells_its_modules_and_a_folder_without_one_has_none(tmp_path: Path) -> None:
    assert "java.base" in java.modules(java.bundled())
    assert java.modules(tmp_path) == frozenset()


def test_opensearch_goes_by_free_space_not_by_percentages() -> None:
    written = yaml.safe_load(yaml.safe_dump(opensearch.configuration(Path("/data"), 9200, 9300)))
    assert {written[f"cluster.routing.allocation.disk.watermark.{name}"] for name in ("low", "high", "flood_stage")} == {
        "1gb",
        "500mb",
        "250mb",
    }
    assert written["network.host"] == "127.0.0.1"


def test_kafka_creates_no_topic_by_itself_and_listens_on_loopback_only() -> None:
    properties = dict(line.split("=", 1) for line in kafka.properties(Path("/data"), 9092, 9093).splitlines())
    assert properties["auto.create.topics.enable"] == "false"
    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"


@pytest.mark.parametrize("engine", [kafka.healthy, opensearch.healthy])
async def test_an_engine_that_is_not_there_is_not_healthy(engine: object) -> None:
    from console.native.ports import free

    assert callable(engine)
    assert await engine(free()[0]) is False


def test_in_the_demo_the_fetcher_may_reach_the_newsroom_s_outlets_and_no_other_private_address() -> None:
    found = services.environment({}, UpSettings(), PORTS)
    allowed = found["BABELWIRE_FETCHER_ALLOW_PRIVATE"].split(",")
    assert allowed == [f"127.0.0.1:{port}" for port in range(101, 121)]


def test_without_the_demo_nothing_private_is_allowed_and_no_delay_is_shortened() -> None:
    found = services.environment({}, UpSettings(), Ports(1, 2, 3, 4, 5, tuple(range(11, 17))))
    assert not {"BABELWIRE_FETCHER_ALLOW_PRIVATE", "BABELWIRE_RETRY_SCALE", "BABELWIRE_FETCHER_HOST_DELAY_SECONDS"} & set(
        found
    )


def test_a_setting_given_to_up_reaches_the_services() -> None:
    found = services.environment(
        {"BABELWIRE_RETRY_SCALE": "0.5", "BABELWIRE_FETCHER_PROXY": "http://p"}, UpSettings(), PORTS
    )
    assert (found["BABELWIRE_RETRY_SCALE"], found["BABELWIRE_FETCHER_PROXY"]) == ("0.5", "http://p")


def test_every_service_has_a_health_address_of_its_own() -> None:
    found = services.environment({}, UpSettings(), PORTS)
    addresses = [found[f"BABELWIRE_{name.upper()}_LISTEN"] for name in services.SERVICES]
    assert len(set(addresses)) == len(services.SERVICES) == 7


def test_a_cluster_id_is_never_taken_for_an_option() -> None:
    drawn = iter([b"\xfb" * 16, b"\x00" * 16])
    assert base64.urlsafe_b64encode(b"\xfb" * 16).startswith(b"-")
    assert kafka.new_cluster_id(lambda size: next(drawn)) == "A" * 22
    assert len(kafka.new_cluster_id()) == 22
