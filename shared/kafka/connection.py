"""How every client reaches Kafka: addresses, TLS and SASL, from the settings alone; and what it says where Kafka is away."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.cancelled import is_stray
from shared.errors import Unavailable
from shared.settings import Settings

SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def connection(settings: Settings) -> dict[str, Any]:
    """What aiokafka's clients are given. Raises OSError where a file of certificates cannot be read."""
    found: dict[str, Any] = {"bootstrap_servers": settings.kafka_bootstrap}
    tls = context(settings)
    if settings.kafka_user and settings.kafka_password:
        found |= {
            "security_protocol": "SASL_SSL" if tls else "SASL_PLAINTEXT",
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    elif tls:
        found["security_protocol"] = "SSL"
    return found | ({"ssl_context": tls} if tls else {})


@contextmanager
def guarded(where: str = "") -> Iterator[None]:
    """Raises Unavailable("kafka") for what aiokafka raises where Kafka is away, and where it gives up on a request of its
    own. `where` is added to what is said."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable("kafka", f"{type(error).__name__}: {error}{where}") from error
    except asyncio.CancelledError as error:
        if not is_stray():
            raise
        raise Unavailable("kafka", f"a request was given up{where}") from error


@asynccontextmanager
async def administering(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for topics and groups. Raises Unavailable, also within."""
    admin = AIOKafkaAdminClient(**connection(settings))
    with guarded():
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@asynccontextmanager
async def reading(settings: Settings, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of no group, so that nothing is consumed; from the beginning of `topics`, all partitions of which are its
    own. Raises Unavailable, also within."""
    # Earliest by setting, not by `seek_to_beginning`: that races with the reset to the default, the end.
    reader = AIOKafkaConsumer(*topics, **connection(settings), enable_auto_commit=False, auto_offset_reset="earliest")
    with guarded():
        try:
            await reader.start()
            yield reader
        finally:
            await reader.stop()


def security(settings: Settings) -> BaseSecurity | None:
    """The same, as FastStream's broker wants it."""
    tls = context(settings)
    if settings.kafka_user and settings.kafka_password:
        kind = SASL[settings.kafka_mechanism]
        password = settings.kafka_password.get_secret_value()
        return kind(settings.kafka_user, password, ssl_context=tls, use_ssl=tls is not None)
    return BaseSecurity(ssl_context=tls, use_ssl=True) if tls else None


def context(settings: Settings) -> ssl.SSLContext | None:
    """TLS as set, the host's name always checked; None without."""
    if not settings.kafka_tls:
        return None
    return _context(settings.kafka_ca, settings.kafka_certificate, settings.kafka_key)


@lru_cache
def _context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=ca)
    if certificate:
        made.load_cert_chain(certificate, key)
    return made
