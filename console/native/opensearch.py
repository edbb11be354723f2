"""OpenSearch with k-NN on this machine: one node, on loopback."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import httpx
import yaml

from console.native import java
from console.native.account import engines_account, give, leashed
from console.native.engines import Engines
from console.native.ports import LOOPBACK
from console.native.program import Program

HEALTH_SECONDS = 5.0

# In the distribution's jvm.options, and not wanted here.
UNWANTED = (
    "-Xms",
    "-Xmx",
    "-Xlog:gc",
    "-XX:HeapDumpPath",
    "-XX:ErrorFile",
    "-XX:+HeapDumpOnOutOfMemoryError",
)

VECTORS = "jdk.incubator.vector"  # with it k-NN is twice as fast; the bundled runtime lacks it

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def program(engines: Engines, folder: Path, port: int, transport_port: int, heap_mb: int) -> Program:
    """OpenSearch with its data, snapshots and configuration in `folder`. Raises Unreachable or OSError."""
    account = engines_account()
    config = folder / "config"
    (config / "opensearch.yml").parent.mkdir(parents=True, exist_ok=True)
    (config / "opensearch.yml").write_text(yaml.safe_dump(configuration(folder, port, transport_port)))
    shipped = (engines.opensearch / "config" / "jvm.options").read_text()
    lacking = () if VECTORS in java.modules(engines.java) else (f"--add-modules={VECTORS}",)
    (config / "jvm.options").write_text(jvm_options(shipped, folder, heap_mb, engines.java_options, lacking))
    (config / "log4j2.properties").write_text(LOGGING)
    for name in ("data", "logs", "snapshots", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    give(folder, account)
    return Program(
        name="opensearch",
        command=tuple(leashed([shutil.which("bash") or "bash", str(engines.opensearch / "bin" / "opensearch")], account)),
        folder=engines.opensearch,
        environment={
            "OPENSEARCH_JAVA_HOME": str(engines.java),
            "OPENSEARCH_PATH_CONF": str(config),
            "OPENSEARCH_TMPDIR": str(folder / "tmp"),
            "OPENSEARCH_JAVA_OPTS": "",
        },
        healthy=lambda: healthy(port),
    )


def configuration(folder: Path, port: int, transport_port: int) -> dict[str, object]:
    """opensearch.yml; what is the same as OpenSearch's default is left out."""
    return {
        "cluster.name": "babelwire",
        "node.name": "native",
        "discovery.type": "single-node",
        "network.host": LOOPBACK,
        "http.port": port,
        "transport.port": transport_port,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "path.repo": [str(folder / "snapshots")],
        # Free space in place of percentages: a laptop's disk is nearly full for years and works.
        "cluster.routing.allocation.disk.watermark.low": "1gb",
        "cluster.routing.allocation.disk.watermark.high": "500mb",
        "cluster.routing.allocation.disk.watermark.flood_stage": "250mb",
    }


def jvm_options(shipped: str, folder: Path, heap_mb: int, given: Sequence[str] = (), lacking: Sequence[str] = ()) -> str:
    """The distribution's own options without what does not fit a laptop and what is `lacking` here, with those `given`,
    heap, locale data and error files added."""
    unwanted = (*UNWANTED, *lacking)
    kept = [line for line in shipped.splitlines() if not line.partition(":-")[2].startswith(tuple(u[1:] for u in unwanted))]
    kept = [line for line in kept if not line.startswith(unwanted)]
    own = [
        f"-Xms{heap_mb}m",
        f"-Xmx{heap_mb}m",
        *given,
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={folder / 'logs'}/hs_err_pid%p.log",
        # The bundled runtime has no locale data, without which no index can be created; icu4j in lib/ has.
        "-Djava.locale.providers=CLDR,SPI",
    ]
    return "\n".join([*kept, *own]) + "\n"


async def healthy(port: int) -> bool:
    """Whether the node at `port` answers and has all its primaries."""
    try:
        async with httpx.AsyncClient(timeout=HEALTH_SECONDS, trust_env=False) as client:
            answer = await client.get(f"http://{LOOPBACK}:{port}/_cluster/health")
            return answer.status_code == 200 and answer.json()["status"] in ("yellow", "green")
    except (httpx.HTTPError, ValueError, KeyError):
        return False
