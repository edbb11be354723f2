"""WebSub (W3C Recommendation, 2018): what the fetcher, which subscribes, shares with the web service, which is called."""

import hmac
from hashlib import sha256

# What a hub may sign with (§8); sha1 is what older hubs still send.
METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
PATH = "/websub"


def callback(base: str, source_id: str, feed_id: str) -> str:
    """Where the hub tells of news in the feed with the url id `feed_id`; `base` is the web service's public address."""
    return f"{base.rstrip('/')}{PATH}/{source_id}/{feed_id}"


def secret(key: str, feed_id: str, topic: str) -> str:
    """What the hub signs with: made of the setting's `key`, so that no secret has to be stored."""
    return hmac.new(key.encode(), f"{feed_id} {topic}".encode(), sha256).hexdigest()


def signed(body: bytes, signature: str, with_secret: str) -> bool:
    """Whether `signature`, the header X-Hub-Signature (`method=hex`), is that of `body`."""
    method, _, told = signature.strip().partition("=")
    if method not in METHODS or not told.isascii():
        return False
    return hmac.compare_digest(hmac.new(with_secret.encode(), body, method).hexdigest(), told.lower())
