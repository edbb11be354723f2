"""Certificates for a test: an authority of its own, and a certificate for 127.0.0.1 that it vouches for."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL = shutil.which("openssl")


@dataclass(frozen=True)
class Certificates:
    """PEM files. `keystore` has key and certificate in one, as Kafka wants them."""

    ca: Path
    certificate: Path
    key: Path
    keystore: Path


def make(folder: Path, name: str = "authority") -> Certificates:
    """New ones in `folder`, valid for a day."""
    assert OPENSSL
    ca, ca_key = folder / f"{name}.pem", folder / f"{name}.key"
    key, request, certificate = folder / f"{name}-server.key", folder / f"{name}.csr", folder / f"{name}-server.pem"
    extensions = folder / f"{name}.ext"
    extensions.write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    signed: list[str | Path] = ["-CAcreateserial", "-extfile", extensions]
    commands: list[list[str | Path]] = [
        [*new, "-x509", "-days", "1", "-subj", f"/CN={name}", "-keyout", ca_key, "-out", ca],
        [*new, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request],
        ["x509", "-req", "-days", "1", "-in", request, "-CA", ca, "-CAkey", ca_key, *signed, "-out", certificate],
    ]
    for command in commands:
        subprocess.run([OPENSSL, *command], check=True, capture_output=True)
    keystore = folder / f"{name}-keystore.pem"
    keystore.write_text(key.read_text() + certificate.read_text())
    for path in (ca, certificate, key, keystore):
        path.chmod(0o644)  # the engines run as another account, and it is a test's
    return Certificates(ca, certificate, key, keystore)
