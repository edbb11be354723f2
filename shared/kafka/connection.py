"""How every client reaches Kafka: addresses, TLS and SASL, from the settings alone."""

import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

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
