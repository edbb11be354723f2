"""The seven services and the newsroom as programs of the native stack: separate processes, exactly as in production."""

import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from console.native.account import leashed
from console.native.ports import LOOPBACK, Ports
from console.native.program import Program
from console.native.settings import UpSettings

CHECKOUT = Path(__file__).parents[2]
# In the order in which they start: whoever consumes before whoever produces for it. `web` has the reader's port.
SERVICES = ("indexer", "trends", "web", "translator", "extractor", "fetcher", "scheduler")
WITH_METRICS_PORT = tuple(name for name in SERVICES if name != "web")
HEALTH_SECONDS = 3.0
DEMO_IDLE_SECONDS = 3.0
STOP_SECONDS = 30.0  # above BABELWIRE_DRAIN_SECONDS


def environment(inherited: Mapping[str, str], settings: UpSettings, ports: Ports) -> dict[str, str]:
    """The environment of all programs: what was given to `up`, and where the engines and each service are.

    In the demo the fetcher may reach the newsroom, and only it, on loopback; its outlets need no long delays, and one of
    them never finishes what it begins.
    """
    found = dict(inherited) | {
        "PYTHONUNBUFFERED": "1",
        "BABELWIRE_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{ports.kafka}",
        "BABELWIRE_OPENSEARCH_URL": f"http://{LOOPBACK}:{ports.opensearch}",
        "BABELWIRE_WEB_LISTEN": f"{settings.web_host}:{ports.web}",
    }
    for name, port in zip(WITH_METRICS_PORT, ports.metrics, strict=True):
        found[f"BABELWIRE_{name.upper()}_LISTEN"] = f"{LOOPBACK}:{port}"
    if contact := inherited.get("BABELWIRE_FETCHER_CONTACT"):
        found.setdefault("BABELWIRE_WEB_PICTURE_CONTACT", contact)
    if ports.newsroom is not None:
        outlets = ",".join(f"{LOOPBACK}:{port}" for port in ports.outlets)
        found |= {"BABELWIRE_FETCHER_ALLOW_PRIVATE": outlets, "BABELWIRE_WEB_ALLOW_PRIVATE": outlets}
        found.setdefault("BABELWIRE_FETCHER_HOST_DELAY_SECONDS", str(settings.demo_host_delay_seconds))
        found.setdefault("BABELWIRE_FETCHER_TOTAL_SECONDS", str(settings.demo_fetch_seconds))
        found.setdefault("BABELWIRE_FETCHER_IDLE_SECONDS", str(DEMO_IDLE_SECONDS))
        found.setdefault("BABELWIRE_RETRY_SCALE", str(settings.demo_retry_scale))
    return found


def addresses(ports: Ports) -> dict[str, str]:
    """Service to where it serves its health and metrics, in the order in which they start."""
    listen = dict(zip(WITH_METRICS_PORT, ports.metrics, strict=True)) | {"web": ports.web}
    return {name: f"http://{LOOPBACK}:{listen[name]}" for name in SERVICES}


def services(ports: Ports) -> list[Program]:
    """The services, in the order in which they start."""
    return [_python(name, f"services.{name}", (), f"{url}/health/ready") for name, url in addresses(ports).items()]


def newsroom(settings: UpSettings, ports: Ports, data: Path, by_hand: bool) -> Program:
    """The demo's press; what it has published so far it keeps in the folder `data`. `by_hand`: it goes on when told to,
    else on its own timer."""
    assert ports.newsroom is not None
    arguments = ["--port-base", str(ports.outlets.start), "--control-port", str(ports.newsroom)]
    arguments += ["--state", str(data / "newsroom.json")]
    if not by_hand:
        arguments += ["--interval", str(settings.newsroom_seconds)]
    return _python("newsroom", "newsroom", tuple(arguments), f"http://{LOOPBACK}:{ports.newsroom}/status")


def _python(name: str, module: str, arguments: tuple[str, ...], health: str) -> Program:
    async def healthy() -> bool:
        try:
            async with httpx.AsyncClient(timeout=HEALTH_SECONDS, trust_env=False) as client:
                return (await client.get(health)).status_code == 200
        except httpx.HTTPError:
            return False

    command = tuple(leashed([sys.executable, "-m", module, *arguments]))
    return Program(name=name, command=command, folder=CHECKOUT, healthy=healthy, stop_seconds=STOP_SECONDS)
