"""Identities: one URL, one id; one article, one id; equal input, equal event id."""

import base64
import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract
from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that name the way a reader came, never the page (seen on most publishers' feeds).
TRACKING_PARAMETERS = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_name",
    "fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "at_medium", "at_campaign",
)  # fmt: skip

# The bundled snapshot of the public suffix list: no download at run time, equal answers on every machine.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def normalise_url(url: str) -> str:
    """The one spelling of `url` under which it is known: lower-case host, no fragment, no tracking parameters, no
    credentials, no default port, query sorted.

    Raises ValueError when it is not an absolute http(s) URL, or no name server can know its host.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an absolute http(s) URL: {url[:200]!r}")
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    host = parts.hostname.encode("idna").decode()
    if ":" in host:
        host = f"[{host}]"
    netloc = host if parts.port in (None, default) else f"{host}:{parts.port}"
    bare = parts._replace(netloc=netloc, path=parts.path or "/").geturl()
    # Not unique: of `tag=a&tag=b` it would drop the second, and another page would be this one.
    cleaned: str = url_query_cleaner(bare, TRACKING_PARAMETERS, remove=True, unique=False)
    return str(canonicalize_url(cleaned))


def url_id(url: str) -> str:
    """Identity of a URL, 32 hex digits, whichever of http and https it was written with. Raises ValueError."""
    return _digest("url", normalise_url(url).partition("://")[2])


def article_id(canonical_url: str) -> str:
    """Identity of an article, 32 hex digits, from its canonical URL. Raises ValueError."""
    return _digest("article", normalise_url(canonical_url).partition("://")[2])


def source_id(home_page: str) -> str:
    """Identity of a source, 32 hex digits, from its home page (or, lacking one, its feed). Raises ValueError."""
    return _digest("source", normalise_url(home_page).partition("://")[2])


def shortid(article: str) -> str:
    """13 characters of base 32 (65 bits) that name an article in the reader's addresses."""
    return base64.b32encode(hashlib.sha256(article.encode()).digest())[:13].decode().lower()


def event_id(stage: str, input_id: str, position: int) -> str:
    """`ce_id` of the output at `position` of `stage` for the input `input_id`; equal on every redelivery."""
    return _digest("event", stage, input_id, str(position))


@lru_cache(maxsize=65_536)
def registered_domain(url_or_host: str) -> str:
    """The registered domain (`bbc.co.uk`), the key of everything that concerns politeness.

    A host without one (an address, `localhost`) stands for itself, with its port, so that several local sites are
    several hosts.
    """
    netloc = urlsplit(url_or_host).netloc if "://" in url_or_host else url_or_host
    netloc = netloc.rpartition("@")[2].lower()
    found = _suffixes(netloc)
    return found.top_domain_under_public_suffix or netloc


def is_public_suffix(host: str) -> bool:
    """Whether `host` is one below which anybody can register, such as `co.uk`."""
    return _suffixes(f"x.{host}").suffix.lower() == host.lower()
