"""Apache Kafka on this machine: one node, broker and controller in one, on loopback."""

import asyncio
import base64
import os
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from console.native.account import engines_account, give, leashed
from console.native.engines import Engines
from console.native.ports import LOOPBACK
from console.native.program import Program

HEALTH_SECONDS = 2.0
FORMAT_SECONDS = 60


def program(engines: Engines, folder: Path, port: int, controller_port: int, heap_mb: int) -> Program:
    """Kafka with its data in `folder`, which is formatted when new. Raises Unreachable, OSError or CalledProcessError."""
    account = engines_account()
    data, config = folder / "data", folder / "server.properties"
    folder.mkdir(parents=True, exist_ok=True)
    config.write_text(properties(data, port, controller_port))
    give(folder, account)
    java = [str(engines.java / "bin" / "java"), "-cp", ":".join(map(str, engines.kafka_jars))]
    java += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
    java += [f"-Djava.io.tmpdir={folder}"]
    if not (data / "meta.properties").exists():
        cluster = new_cluster_id()
        command = [*java, "-Xmx128m", "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(config)]
        subprocess.run(leashed(command, account), check=True, capture_output=True, timeout=FORMAT_SECONDS, cwd=folder)
    # Serial: at this heap it pauses no longer than G1 and saves 100 MB and a dozen threads.
    java += [f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", *engines.java_options, "-XX:+ExitOnOutOfMemoryError"]
    return Program(
        name="kafka",
        command=tuple(leashed([*java, "kafka.Kafka", str(config)], account)),
        folder=folder,
        healthy=lambda: healthy(port),
    )


def new_cluster_id(random: Callable[[int], bytes] = os.urandom) -> str:
    """A UUID in the 22 characters that Kafka takes. Like Kafka's own it does not begin with a dash: the formatting tool, and
    whoever types it on a command line, would take it for an option."""
    while (found := base64.urlsafe_b64encode(random(16)).rstrip(b"=").decode()).startswith("-"):
        pass
    return found


def properties(data: Path, port: int, controller_port: int) -> str:
    """The broker's configuration; what is the same as Kafka's default is left out."""
    listeners = f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}"
    lines = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": listeners,
        "advertised.listeners": listeners.partition(",")[0],
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        # One node: what Kafka keeps for itself has one copy.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # Each service is the first member of its group; waiting for a second would only delay the start.
        "group.initial.rebalance.delay.ms": "0",
        # Committed offsets outlive a month in which the laptop was off, as the dead letters do.
        "offsets.retention.minutes": "43200",
        # After a kill the broker may come back as soon as its old session has ended; the default is 9 s.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "1000",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 << 20),
        "log.index.size.max.bytes": str(1 << 20),
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items())


async def healthy(port: int) -> bool:
    """Whether a broker at `port` answers an ApiVersions request without error."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                # Length; API key 18, version 0, correlation id 1, no client id. (Kafka protocol guide, "ApiVersions")
                writer.write(struct.pack(">ihhih", 10, 18, 0, 1, -1))
                _length, _correlation, error = struct.unpack(">iih", await reader.readexactly(10))
                return bool(error == 0)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
