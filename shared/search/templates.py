"""The index templates, kept as data in `mappings/`, and putting them in force.

Mappings are strict: a field that the mapping does not know is refused, so that a document's shape is what docs say. A new
field is added to the JSON with `version` raised; anything else needs a new index beside the old one.
"""

import asyncio
import hashlib
import json
from collections.abc import Collection
from importlib.resources import files
from typing import Any

from opensearchpy import AsyncOpenSearch, RequestError

from shared import clock
from shared.search import names
from shared.search.client import guarded
from shared.settings import Settings

# What OpenSearch writes for safety before it ends up in segments. 512 MiB of each index, its default, would be most of
# what the small busy indices take, and would be read again after a kill.
TRANSLOG = "64mb"
# Settings that an index can be given while it is open.
WHILE_OPEN = (
    "number_of_replicas", "refresh_interval", "translog.flush_threshold_size", "merge.policy.segments_per_tier",
    "merge.policy.floor_segment",
)  # fmt: skip
FOLDED = "folded"  # in every index with text since the first version
MAPPINGS = {
    file.name.removesuffix(".json"): json.loads(file.read_text())
    for file in (files("shared.search") / "mappings").iterdir()
    if file.name.endswith(".json")
}


async def apply(client: AsyncOpenSearch, settings: Settings) -> None:
    """Puts every template in force, brings existing indices up to it, and creates the fixed indices and this month's.

    Idempotent. Raises Unavailable; and opensearch-py's RequestError when an existing index contradicts its template.
    """
    async with guarded():
        templates = {f"babelwire-{name}": template(mapping, settings) for name, mapping in MAPPINGS.items()}
        await asyncio.gather(*(_apply(client, name, body) for name, body in templates.items()))
        # Without this month's index the alias would not exist and every search before the first article would fail.
        indices = (*names.FIXED, names.month_index(clock.now()))
        await asyncio.gather(*(_create(client, index) for index in indices))


def template(mapping: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The composable template of `mapping` with what the settings say of every index."""
    body: dict[str, Any] = json.loads(json.dumps(mapping))
    body["template"]["settings"].setdefault("index", {}).update(
        {
            "number_of_replicas": settings.replicas,
            "refresh_interval": f"{round(settings.refresh_seconds * 1000)}ms",
            "translog.flush_threshold_size": TRANSLOG,
        }
    )
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    return body | {"_meta": {"digest": digest}}


async def _apply(client: AsyncOpenSearch, name: str, body: dict[str, Any]) -> None:
    known = await client.indices.get_index_template(name=name, ignore=[404])
    if any(found["index_template"].get("_meta") == body["_meta"] for found in known.get("index_templates", ())):
        return
    await client.indices.put_index_template(name=name, body=body)
    where: dict[str, Any] = {"index": ",".join(body["index_patterns"]), "ignore_unavailable": True, "allow_no_indices": True}
    indices = await client.indices.get(**where)
    for index, there in indices.items():
        known = there["settings"]["index"].get("analysis", {}).get("analyzer", {})
        await client.indices.put_mapping(index=index, body=fitted(body["template"], known))
        own = body["template"]["settings"]["index"]
        await client.indices.put_settings(index=index, body={key: own[key] for key in WHILE_OPEN if key in own})


def fitted(template: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The template's mappings for an index that was made before it and has only the analysers `known`.

    An index learns no analyser while it is open. Until `babelwire reindex` has built it anew, fields that need a newer one
    are analysed as `folded`: nothing is refused, some is found less well. `_meta` stays that of the index's making.
    """
    mappings: dict[str, Any] = {key: value for key, value in template["mappings"].items() if key != "_meta"}
    lacking = template["settings"].get("analysis", {}).get("analyzer", {}).keys() - set(known)

    def told(mapped: Any) -> Any:
        if not isinstance(mapped, dict):
            return mapped
        return {key: FOLDED if key == "analyzer" and value in lacking else told(value) for key, value in mapped.items()}

    found: dict[str, Any] = told(mappings)
    return found


async def _create(client: AsyncOpenSearch, index: str) -> None:
    if await client.indices.exists(index=index):
        return
    try:
        await client.indices.create(index=index)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
