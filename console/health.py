"""How each service is, by its own word: GET /health/ready."""

import asyncio
import json
from collections.abc import Mapping

import httpx

from console.native.home import services_file
from console.native.settings import NativeSettings
from console.settings import ConsoleSettings
from shared.settings import load

SECONDS = 3.0
READY = "ready"


def addresses() -> dict[str, str]:
    """Where the services are: as set, else those of the native stack that runs; empty where there is none."""
    if given := load(ConsoleSettings).addresses:
        return given
    try:
        return dict(json.loads(services_file(load(NativeSettings).home).read_text()))
    except (OSError, ValueError):
        return {}


async def services(where: Mapping[str, str]) -> dict[str, str]:
    """Service to `ready`, or to what is wrong with it."""
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        answers = await asyncio.gather(*(_health(client, url) for url in where.values()))
    return dict(zip(where, answers, strict=True))


async def _health(client: httpx.AsyncClient, url: str) -> str:
    try:
        answer = await client.get(f"{url}/health/ready")
        if answer.status_code == 200:
            return READY
        return "; ".join(answer.json()["reasons"]) or f"http {answer.status_code}"
    except httpx.HTTPError as error:
        return f"does not answer ({type(error).__name__})"
    except (ValueError, KeyError, TypeError):
        return "answers nonsense"
