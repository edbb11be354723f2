"""The whole system in containers, as an operator runs it: `make compose-test`. The tests build on each other, in order."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from lxml import html

from console.demo import Newsroom, Unexpected, unexpected
from shared.ids import url_id
from shared.search import names
from shared.search.client import connect
from shared.search.ledger import Ledger
from shared.settings import Settings
from tests.compose.stack import Stack, eventually, missing
from tests.deploy.files import service_names
from tests.runbook import snapshot_repository

WHY_NOT = missing()
pytestmark = [pytest.mark.timeout(1200), pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))]

ENGINES = {"kafka", "opensearch"}
OURS = set(service_names())
LASTING = OURS | ENGINES | {"prometheus", "alertmanager", "grafana"}
ONCE = {"setup", "snapshots"}
ARTICLES = 20
DEMO_SECONDS = 420  # its rounds take a minute; what Kafka lost is asked for again after two
STAND_IN = 501  # what answers in Grafana's place where the image cannot be had


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    made = Stack.make()
    made.compose("down", "-v", "--remove-orphans")
    try:
        yield made
    finally:
        made.compose("down", "-v", "--remove-orphans")
    assert made.states() == {}


@pytest.fixture(scope="module")
def running(stack: Stack) -> Stack:
    """Without the demo."""
    stack.up("--build")
    return stack


@pytest.fixture(scope="module")
def translated(running: Stack) -> str:
    """The address of an article from abroad, with the demo running and three extractors."""
    running.up("--scale", "extractor=3", demo=True)
    return eventually(lambda: _translated(running), 180, "an article in English beside its original")


def test_up_ends_with_everything_healthy(running: Stack) -> None:
    states = running.states()
    assert {name for name, state in states.items() if state.health == "healthy"} == LASTING
    assert states.keys() - LASTING == ONCE
    assert {(states[name].status, states[name].exit_code) for name in ONCE} == {("exited", 0)}


def test_the_page_is_there_before_the_first_article(running: Stack) -> None:
    assert httpx.get(running.web).status_code == 200


def test_prometheus_reaches_every_service(running: Stack) -> None:
    def up() -> set[str]:
        targets = httpx.get(f"{running.prometheus}/api/v1/targets").json()["data"]["activeTargets"]
        assert targets
        return {target["labels"].get("service", "") for target in targets if target["health"] == "up"}

    eventually(lambda: up() >= OURS, 60, "all targets up")


def test_grafana_has_the_dashboard(running: Stack) -> None:
    assert httpx.get(f"{running.grafana}/api/health").status_code == 200
    board = httpx.get(f"{running.grafana}/api/dashboards/uid/babelwire-overview")
    if board.status_code == STAND_IN:
        assert "8 dashboard(s) parse" in running.compose("logs", "grafana")
    else:
        assert board.json()["dashboard"]["title"] == "Babelwire: overview"


def test_an_article_of_the_demo_can_be_read_in_english_beside_the_original(running: Stack, translated: str) -> None:
    page = html.fromstring(httpx.get(translated, follow_redirects=True).content)
    assert page.xpath("//article//time/@datetime")
    assert page.xpath("//article//*[@class='original']//p[@lang='pt']")


def test_three_extractors_are_at_work(running: Stack, translated: str) -> None:
    def three() -> bool:
        found = httpx.get(f"{running.prometheus}/api/v1/targets").json()["data"]["activeTargets"]
        up = [one["labels"].get("service") for one in found if one["health"] == "up"]
        return up.count("extractor") == 3

    eventually(three, 90, "three extractors")


def test_articles_of_the_demo_keep_coming(running: Stack, translated: str) -> None:
    def many() -> bool:
        return len(set(_article_links(running))) >= ARTICLES

    eventually(many, 180, f"{ARTICLES} articles on the front page")


def test_services_may_be_killed_twice_while_the_demo_runs(running: Stack, translated: str) -> None:
    """That nothing was lost by it, test_every_url_of_the_demo_ends_as_the_newsroom_says sees."""
    for _ in range(2):
        running.compose("kill", *sorted(OURS))
        running.up(demo=True)


def test_kafka_may_lose_its_disk_while_the_demo_runs(running: Stack, translated: str) -> None:
    """As above."""
    running.compose("stop", *sorted(OURS))
    running.lose("kafka")
    running.up(demo=True)


async def test_every_url_of_the_demo_ends_as_the_newsroom_says(running: Stack, translated: str) -> None:
    settings = Settings(opensearch_url=running.address("opensearch", 9200))
    async with connect(settings) as client, Newsroom(running.address("newsroom", 8100)) as newsroom:
        ledger, end = Ledger(client), time.monotonic() + DEMO_SECONDS
        wrong: list[Unexpected] = []
        while not (await newsroom.status())["done"] or (wrong := await _unexpected(newsroom, ledger)):
            assert time.monotonic() < end, wrong
            await asyncio.sleep(1)


def test_the_console_works_beside_the_services(running: Stack, translated: str) -> None:
    console = ("run", "--rm", "-T", "--no-deps", "console", "sources")
    exported = running.compose(*console, "export", "--format", "json")
    running.compose(*console, "import", "/dev/stdin", given=exported)
    found = json.loads(running.compose(*console, "list", "--json"))
    assert sorted(source["home_page"] for source in found) == sorted(source["home_page"] for source in json.loads(exported))


def test_metrics_of_the_pipeline_reach_prometheus(running: Stack, translated: str) -> None:
    def indexed() -> float:
        # The most that was ever scraped: a service that was killed counts from nothing again.
        query = {"query": 'sum(max_over_time(babelwire_outcomes_total{state="indexed"}[1h]))'}
        [result] = httpx.get(f"{running.prometheus}/api/v1/query", params=query).json()["data"]["result"] or [None]
        return float(result["value"][1]) if result else 0

    eventually(lambda: indexed() > 0, 60, "articles counted")


def test_a_stop_ends_the_services_in_order_and_then_the_engines(running: Stack, translated: str) -> None:
    before = running.states()
    assert {name for name, state in before.items() if state.restarts or state.out_of_memory} == set()
    running.compose("stop")
    states = running.states()
    assert {name: states[name].exit_code for name in OURS} == dict.fromkeys(OURS, 0)
    assert max(states[name].finished_at for name in OURS) < min(states[name].finished_at for name in ENGINES)
    for name in OURS - {"web"}:
        assert '"event": "stopping"' in running.compose("logs", "--no-log-prefix", "--tail", "50", name)


def test_what_was_published_is_there_after_a_restart(running: Stack, translated: str) -> None:
    running.up()
    assert httpx.get(translated, follow_redirects=True).status_code == 200


async def test_opensearch_comes_back_from_a_snapshot_and_kafka(running: Stack, translated: str) -> None:
    curl = ("exec", "-T", "opensearch", "curl", "-fsS", "-H", "content-type: application/json")
    place = "127.0.0.1:9200/_snapshot/nightly"

    async def counted() -> dict[str, int]:
        async with connect(Settings(opensearch_url=running.address("opensearch", 9200))) as client:
            await client.indices.refresh(index=names.ARTICLES)
            articles = (await client.count(index=names.ARTICLES))["count"]
            return {**await Ledger(client).counts(), "documents": articles}

    running.compose("stop", *sorted(OURS))
    before = await counted()
    running.compose(*curl, "-XPUT", place, "-d", snapshot_repository())
    running.compose(*curl, "-XPUT", f"{place}/one?wait_for_completion=true")
    running.lose("opensearch")
    running.up("opensearch")
    running.compose(*curl, "-XPUT", place, "-d", snapshot_repository())
    running.compose(*curl, "-XPOST", f"{place}/one/_restore?wait_for_completion=true")
    console = ("run", "--rm", "-T", "--no-deps", "console")
    running.compose(*console, "ledger", "rebuild")
    running.up()
    for topic in ("news.translated", "news.outcomes"):
        running.compose(*console, "replay", topic, "--from", "1h", "--yes")
    assert httpx.get(translated, follow_redirects=True).status_code == 200

    async def idle() -> bool:
        lag = json.loads(running.compose(*console, "status", "--json"))["lag"]
        return not any(sum(topics.values()) for topics in lag.values())

    end = time.monotonic() + 120
    while not await idle():
        assert time.monotonic() < end, "what was replayed waits"
        await asyncio.sleep(1)
    after = await counted()
    assert after == before


async def _unexpected(newsroom: Newsroom, ledger: Ledger) -> list[Unexpected]:
    truth = (await newsroom.said()).truth
    entries = await ledger.urls([url_id(url) for url in truth])
    return unexpected(truth, {entry.url_id: entry.state for entry in entries.values()})


def _article_links(stack: Stack) -> list[str]:
    page: html.HtmlElement = html.fromstring(httpx.get(stack.web).content)
    return [urljoin(stack.web, link) for link in page.xpath("//main//a/@href") if re.search(r"/\d{4}-.*\.html$", link)]


def _translated(stack: Stack) -> str | None:
    for link in dict.fromkeys(_article_links(stack)):
        page = html.fromstring(httpx.get(link).content)
        if page.xpath("//article//*[@class='english']//p[@lang='en']") and page.xpath("//article//*[@lang='pt']"):
            return link
    return None
