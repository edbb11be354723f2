"""What images are made of: a CycloneDX 1.6 list (https://cyclonedx.org) of the locked requirements, with their hashes."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"
FOLDER = ROOT / "deploy" / "docker"
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*(?:\\|$)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Name within deploy/docker to what stands there."""
    found = model(LOCK.read_text(encoding="utf-8"))
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found.pop("components"))
    return {"sbom.cdx.json": json.dumps(found)[:-1] + f', "components": [\n{lines}\n]}}\n'}


def model(lock: str) -> dict[str, Any]:
    """The list for a lock in the form of pip's. What holds for some systems only says so in a property."""
    matches = list(_ENTRY.finditer(lock))
    ends = [match.start() for match in matches[1:]] + [len(lock)]
    components = [
        _component(match[1], match[2], match[3], re.findall(r"sha256:([0-9a-f]{64})", lock[match.end() : end]))
        for match, end in zip(matches, ends, strict=True)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "babelwire", "bom-ref": "babelwire"}},
        "components": components,
    }


def _component(name: str, version: str, marker: str | None, hashes: list[str]) -> dict[str, Any]:
    plain = re.sub(r"[-_.]+", "-", name).lower()
    purl = f"pkg:pypi/{plain}@{version}"
    return {
        "type": "library",
        "bom-ref": purl if not marker else f"{purl}#{marker}",
        "name": plain,
        "version": version,
        "purl": purl,
        # Of each file that may be installed; which one is, goes by the system.
        "hashes": [{"alg": "SHA-256", "content": found} for found in hashes],
        **({"properties": [{"name": "pip:marker", "value": marker}]} if marker else {}),
    }
