"""AWS Signature Version 4 (AWS' documentation: "Create a signed AWS API request"), for requests without a query."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    key_id: str
    secret: str = field(repr=False)
    session: str | None = field(default=None, repr=False)


def signed(
    credentials: Credentials,
    headers: dict[str, str],
    body: bytes,
    *,
    now: datetime,
    region: str,
    service: str,
    method: str = "POST",
) -> dict[str, str]:
    """`headers` (names in lower case, `host` among them) of a request for `/` with date, session token and signature.

    `now` in UTC.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    every = headers | {"x-amz-date": stamp}
    if credentials.session:
        every["x-amz-security-token"] = credentials.session
    names = ";".join(sorted(every))
    lines = [f"{name}:{' '.join(every[name].split())}" for name in sorted(every)]
    canonical = "\n".join([method, "/", "", *lines, "", names, hashlib.sha256(body).hexdigest()])
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    signature = _mac(key, to_sign).hex()
    every["authorization"] = (
        f"{ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return every


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
