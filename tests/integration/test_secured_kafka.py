"""A real Kafka that is reached by TLS and a password, and a stage at work on it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from pydantic import SecretStr

from console.native import kafka
from console.native.account import engines_account, give, leashed
from console.native.engine import Engine
from console.native.engines import find
from console.native.ports import free
from console.native.settings import NativeSettings
from shared import ids
from shared.errors import Unavailable
from shared.events import Page
from shared.kafka.admin import apply_topics, lag
from shared.kafka.connection import connection
from shared.kafka.inspection import inspect
from shared.kafka.publisher import Publisher
from shared.settings import Settings
from tests import certificates
from tests.certificates import Certificates
from tests.engines import engine_folder
from tests.integration import stage_worker

pytestmark = [pytest.mark.engines, pytest.mark.skipif(certificates.OPENSSL is None, reason="no openssl here")]

USER, PASSWORD = "babelwire", "correct horse battery staple"
MODULE = "org.apache.kafka.common.security.{}"
PLAIN, SCRAM = MODULE.format("plain.PlainLoginModule"), MODULE.format("scram.ScramLoginModule")


@dataclass(frozen=True)
class Secured:
    """Where it is reached by TLS, and who vouches for it."""

    address: str
    made: Certificates
    folder: Path

    def settings(self, **changed: object) -> Settings:
        given = {
            "kafka_bootstrap": self.address, "kafka_tls": True, "kafka_ca": self.made.ca, "kafka_user": USER,
            "kafka_password": SecretStr(PASSWORD),
        }  # fmt: skip
        return Settings.model_validate({**given, **changed})


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """One that clients reach by TLS and with a user's password only; its health is asked at a listener of its own."""
    native, engines = NativeSettings(), find(NativeSettings())
    with engine_folder() as folder:
        made = certificates.make(folder)
        plain, controller, secure = free(3)
        properties = kafka.properties(folder / "data", plain, controller)
        listener = f"SECURED://127.0.0.1:{secure}"
        changed = {
            "listeners=": f"listeners={listener},",
            "advertised.listeners=": f"advertised.listeners={listener},",
            "listener.security.protocol.map=": "listener.security.protocol.map=SECURED:SASL_SSL,",
        }
        for start, new in changed.items():
            properties = "".join(
                line.replace(start, new, 1) if line.startswith(start) else line for line in properties.splitlines(True)
            )
        users = f'user_{USER}="{PASSWORD}"'
        properties += f"""\
inter.broker.listener.name=PLAINTEXT
listener.name.secured.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.secured.plain.sasl.jaas.config={PLAIN} required {users};
listener.name.secured.scram-sha-512.sasl.jaas.config={SCRAM} required;
listener.name.secured.ssl.keystore.type=PEM
listener.name.secured.ssl.keystore.location={made.keystore}
"""
        config = folder / "server.properties"
        config.write_text(properties)
        account = engines_account()
        give(folder, account)
        java = [str(engines.java / "bin" / "java"), "-cp", ":".join(map(str, engines.kafka_jars)), "-Xmx128m"]
        scram = f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"
        format_it = ["kafka.tools.StorageTool", "format", "-t", "YmFiZWx3aXJlLXNlY3VyZQ", "-c", str(config)]
        command = leashed([*java, *format_it, "--add-scram", scram], account)
        subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=60)
        program = kafka.program(engines, folder, plain, controller, native.kafka_heap_mb)
        config.write_text(properties)
        engine = Engine(program, f"127.0.0.1:{secure}", folder / "kafka.log")
        engine.start()
        try:
            asyncio.run(apply_topics(Settings(kafka_bootstrap=f"127.0.0.1:{plain}")))
            yield Secured(engine.address, made, folder)
        finally:
            engine.stop()


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
async def test_topics_lag_and_the_broker_are_seen_by_tls_and_password(secured: Secured, mechanism: str) -> None:
    settings = secured.settings(kafka_mechanism=mechanism)
    assert await apply_topics(settings) == []
    found = await inspect(settings)
    assert (found.brokers, found.kafka_4, found.faults) == (1, True, ())
    assert "extractor" in await lag(settings)


async def test_a_stage_works_there_and_its_log_tells_no_password(secured: Secured) -> None:
    settings = secured.settings()
    url = "https://example.org/ok/1"
    page = Page(
        url_id=ids.url_id(url), url=url, source_id="x", final_url=url, status=200, fetched_at=datetime.now(UTC),
        discovered_at=datetime.now(UTC), body=b"<p>x</p>",
    )  # fmt: skip
    log = secured.folder / "stage.log"
    environment = {
        "BABELWIRE_KAFKA_BOOTSTRAP": secured.address,
        "BABELWIRE_KAFKA_TLS": "true",
        "BABELWIRE_KAFKA_CA": str(secured.made.ca),
        "BABELWIRE_KAFKA_USER": USER,
        "BABELWIRE_KAFKA_PASSWORD": PASSWORD,
    }
    with log.open("wb") as output:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", stage_worker.__name__, "extractor", str(free()[0]),
            env=os.environ | environment, stdout=output, stderr=output,
        )  # fmt: skip
    reader = AIOKafkaConsumer("news.outcomes", auto_offset_reset="earliest", **connection(settings))
    try:
        async with Publisher(settings) as publisher:
            await publisher.publish([page], source="test", cause="one")
        await reader.start()
        async with asyncio.timeout(30):
            record = await reader.getone()
        assert record.key == page.url_id.encode()
    finally:
        await reader.stop()
        worker.terminate()
        await worker.wait()
    assert "running" in log.read_text()
    assert PASSWORD not in log.read_text()


@pytest.mark.parametrize(
    "changed",
    [
        {"kafka_password": SecretStr("wrong password")},
        {"kafka_ca": None},
        {"kafka_tls": False},
        {"kafka_user": None, "kafka_password": None},
    ],
    ids=["wrong password", "unknown authority", "no TLS", "no user"],
)
async def test_whoever_is_not_let_in_hears_that_kafka_is_away_and_no_password(
    secured: Secured, changed: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable) as raised:
        async with asyncio.timeout(60):
            await lag(secured.settings(**changed))
    assert raised.value.what == "kafka"
    for word in (PASSWORD, "wrong password"):
        assert word not in str(raised.value) + caplog.text
