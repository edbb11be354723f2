"""The runner on a real broker, as separate processes: whatever happens to them, outputs = inputs."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.native.engine import Engine
from shared import clock
from shared import topics as known_topics
from shared.events import FetchRequest
from shared.ids import url_id
from shared.kafka import envelope
from shared.kafka.deadletters import DeadLetter, replay
from shared.settings import Settings
from tests.integration.bench import STAGE, Bench, Worker, until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(180)]


@pytest.fixture
async def bench(kafka: str) -> AsyncIterator[Bench]:
    async with Bench(Settings(kafka_bootstrap=kafka, retry_scale=0.02)) as found:
        yield found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "SIGTERM"])
async def test_600_items_survive_two_ends_in_mid_flight(bench: Bench, number: int) -> None:
    await bench.feed(*(bench.page("ok", n) for n in range(600)))
    for share in (0.2, 0.6):
        worker = await bench.worker(STAGE_MS="100")
        await until(lambda share=share: len(bench.ended()) >= 600 * share, f"{share:.0%} ended")  # type: ignore[misc]
        assert await worker.kill(number) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert len(bench.ended()) < 600
    await bench.worker()
    await bench.all_ended()
    await bench.lag_is_zero()
    if number == signal.SIGTERM:
        assert all(len(outcomes) == 1 for outcomes in bench.seen.values()), "a drain finishes what it began"


async def test_what_cannot_be_read_becomes_a_dead_letter_and_the_next_record_flows(bench: Bench) -> None:
    good = [bench.page("ok", n, host=f"one.{bench.run}.example") for n in range(8)]
    sealed = envelope.seal(bench.page("ok", 99), ce_id="x", source="test", at=clock.now(), traceparent="")
    key = good[0].final_url.split("/")[2].encode()
    send = bench.publisher.send
    await bench.feed(*good[:2])
    await send("news.pages", b"{", key, [*(h for h in sealed.headers if h[0] != "page"), ("page", b"{")])
    await bench.feed(*good[2:4])
    await send("news.pages", sealed.value, key, [*sealed.headers, ("note", b"\xff\xfe")])
    await bench.feed(*good[4:6])
    await send("news.pages", None, key, sealed.headers)
    await bench.feed(*good[6:])
    await bench.worker()
    await bench.all_ended()
    await bench.lag_is_zero()
    letters = await bench.dead_letters()
    assert [letter.value for letter in letters] == [b"{", sealed.value, None]
    assert all(letter.key == key and letter.told("original-topic") == "news.pages" for letter in letters)
    assert {letter.told("error-type") for letter in letters} == {"Poison"}
    assert ("note", b"\xff\xfe") in letters[1].headers, "the original headers are kept, byte by byte"
    bench.fed.add(bench.page("ok", 99).url_id)
    await until(lambda: len(bench.ended("failed")) == 1, "the outcome `failed` beside the dead letter")


async def test_a_straggler_of_3_seconds_does_not_stop_63_others(bench: Bench) -> None:
    host = f"one.{bench.run}.example"
    straggler = bench.page("straggler", 0, host)
    await bench.feed(straggler, *(bench.page("ok", n, host) for n in range(1, 64)))
    await bench.worker()
    await until(lambda: len(bench.ended()) == 63, "63 ended")
    assert straggler.url_id not in bench.ended()
    await bench.all_ended()


async def test_what_is_too_much_of_one_key_waits_beside_the_window_and_beyond_that_in_a_retry_topic(
    bench: Bench, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    host = f"many.{bench.run}.example"
    crowd = [bench.page("hold", n, host) for n in range(4 + 64 + 30)]
    others = [bench.page("ok", n, host=f"few{n}.{bench.run}.example") for n in range(20)]
    await bench.feed(*crowd, *others)
    worker = await bench.worker(STAGE_PER_KEY="4", STAGE_HOLD=str(hold))
    await until(lambda: len(bench.ended()) == len(others), "the others went by")
    sent_away = 'babelwire_items_total{result="wait",stage="extractor"}'

    async def beyond() -> bool:
        return await worker.metric(sent_away) >= 30

    await until(beyond, "30 are sent away")
    assert await worker.metric('babelwire_items_open{stage="extractor"}') == 4
    hold.unlink()
    await bench.all_ended()
    await bench.lag_is_zero()


async def test_an_item_past_its_deadline_is_cancelled_and_tried_again(bench: Bench) -> None:
    await bench.feed(bench.page("hang", 1), bench.page("ok", 2))
    worker = await bench.worker(STAGE_DEADLINE="1")
    await bench.all_ended()
    assert await worker.metric('babelwire_retries_total{stage="extractor",step="retry.30s"}') >= 1


async def test_while_a_dependency_is_down_nothing_is_parked_and_all_goes_on_by_itself(bench: Bench, tmp_path: Path) -> None:
    away = tmp_path / "away"
    worker = await bench.worker(STAGE_AWAY=str(away))
    await bench.feed(*(bench.page("ok", n) for n in range(20)))
    await bench.all_ended()
    away.touch()
    await bench.feed(*(bench.page("ok", n) for n in range(20, 200)))

    async def unavailable() -> bool:
        return await worker.metric('babelwire_dependency_unavailable{dependency="dependency",stage="extractor"}') == 1

    await until(unavailable, "the stage says what it waits for")
    assert len(bench.ended()) == 20
    away.unlink()
    await bench.all_ended()
    assert await bench.dead_letters() == []
    assert await worker.metric('babelwire_retries_total{stage="extractor",step="retry.30s"}') == 0


async def test_the_breaker_stops_a_stage_whose_every_item_dies_and_a_restart_has_a_budget_of_one(bench: Bench) -> None:
    await bench.feed(*(bench.page("poison", n) for n in range(60)))
    worker = await bench.worker()

    async def open_breaker() -> bool:
        return await worker.metric('babelwire_breaker_open{stage="extractor"}') == 1

    await worker.ready()
    await until(open_breaker, "the breaker is open")
    await until(lambda: len(bench.ended("failed")) == 5, "each dead letter has its outcome")
    assert len(await bench.dead_letters()) == 5
    assert await worker.kill(signal.SIGTERM) == 0
    worker = await bench.worker()
    await worker.ready()
    await until(open_breaker, "the breaker is open again")
    await until(lambda: len(bench.ended("failed")) == 6, "the one dead letter has its outcome")
    await worker.kill(signal.SIGTERM)
    assert len(await bench.dead_letters()) == 6
    # The fault is repaired: what was not dead-lettered goes its way, and what was is replayed.
    await bench.worker(STAGE_REPAIRED="yes")
    await until(lambda: len(bench.ended()) == 54, "54 ended")
    await replay(bench.settings, await bench.dead_letters())
    await bench.all_ended()


async def test_two_topics_in_one_group_are_both_consumed(bench: Bench) -> None:
    requests = [
        FetchRequest(
            url_id=url_id(f"http://h{n}.{bench.run}.example/ok/{kind}"), url=f"http://h{n}.{bench.run}.example/ok/{kind}",
            source_id="s", kind=kind, reason="poll", discovered_at=clock.now(), bulk=bulk,
        )
        for n in range(20) for kind, bulk in (("feed", False), ("article", False), ("article", True))
    ]  # fmt: skip
    assert {known_topics.route(request)[0].name for request in requests} == {"news.polls", "news.fetch", "news.fetch.bulk"}
    await bench.feed(*requests)
    await bench.worker("fetcher")
    await bench.all_ended()


async def test_back_fill_is_taken_only_while_no_news_waits(bench: Bench) -> None:
    def request(number: int, bulk: bool) -> FetchRequest:
        url = f"http://h{number % 40}.{bench.run}.example/ok/{number}{'-bulk' * bulk}"
        return FetchRequest(
            url_id=url_id(url), url=url, source_id="s", kind="article", reason="poll", discovered_at=clock.now(), bulk=bulk
        )

    await bench.feed(*(request(n, bulk=True) for n in range(400)))
    await bench.feed(*(request(n, bulk=False) for n in range(400)))
    await bench.worker("fetcher", STAGE_MS="50")
    await bench.all_ended()
    order = sorted((outcomes[0].at, "-bulk" in outcomes[0].url) for outcomes in bench.seen.values())
    # Until the first answer with news is there, back-fill fills the window, once or twice.
    settled = [bulk for _, bulk in order[160:400]]
    assert sum(settled) < 40, "half of them would be back-fill if it did not wait"


async def test_one_to_three_to_one_replicas_under_load_lose_nothing(bench: Bench) -> None:
    first = await bench.worker(STAGE_MS="50")
    await bench.feed(*(bench.page("ok", n) for n in range(400)))
    await until(lambda: len(bench.ended()) >= 40, "work has begun")
    others = [await bench.worker(STAGE_MS="50") for _ in range(2)]
    await bench.feed(*(bench.page("ok", n) for n in range(400, 800)))
    for other in others:
        await other.ready()
    await bench.feed(*(bench.page("ok", n) for n in range(800, 1200)))
    await others[0].kill(signal.SIGTERM)
    await others[1].kill(signal.SIGKILL)
    await bench.all_ended()
    await bench.lag_is_zero()
    assert first is bench.workers[0]


async def test_a_slow_revoke_commits_nothing_for_a_lost_partition(bench: Bench, tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    first = await bench.worker(STAGE_HOLD=str(hold))
    await first.ready()
    held = [bench.page("hold", n) for n in range(12)]
    await bench.feed(*held)

    async def holding() -> bool:
        return await first.metric('babelwire_items_open{stage="extractor"}') == 12

    await until(holding, "all items are held")
    second = await bench.worker(STAGE_HOLD=str(hold))
    await second.ready()
    assert bench.ended() == set(), "no held item can have ended"
    await first.kill()
    await second.kill()
    hold.unlink()
    await bench.worker()
    await bench.all_ended()


async def test_a_replayed_dead_letter_is_handled_like_a_new_message(bench: Bench) -> None:
    page = bench.page("ok", 1)
    sealed = envelope.seal(page, ce_id="x", source="test", at=clock.now(), traceparent="")
    bad = [*sealed.headers, ("note", b"\xff\xfe")]
    key = f"replayed.{bench.run}.example".encode()
    await bench.publisher.send("news.pages", sealed.value, key, bad)
    await bench.worker()

    async def died() -> bool:
        return len(await bench.dead_letters()) == 1

    await until(died, "the dead letter")
    (letter,) = await bench.dead_letters()
    mended = DeadLetter(
        letter.consumer, letter.offset, letter.at, letter.key, letter.value,
        [header for header in letter.headers if header[0] != "note"],
    )  # fmt: skip
    assert await replay(bench.settings, [mended]) == 1
    bench.fed.add(page.url_id)
    await bench.all_ended()


async def test_a_broker_that_is_down_at_the_start_and_in_the_middle_costs_nothing(own_kafka: Engine) -> None:
    settings = Settings(kafka_bootstrap=own_kafka.address, retry_scale=0.02)
    await asyncio.to_thread(own_kafka.stop)
    early = await Worker(STAGE, "extractor", settings=settings).start()
    try:
        await early.answers("/health/live")
        await asyncio.to_thread(own_kafka.start)
        async with Bench(settings) as bench:
            await bench.feed(*(bench.page("ok", n) for n in range(300)))
            await until(lambda: len(bench.ended()) >= 50, "the worker found the broker by itself")
            await asyncio.to_thread(own_kafka.kill)
            await asyncio.to_thread(own_kafka.start)
            await bench.feed(*(bench.page("ok", n) for n in range(300, 400)))
            await bench.all_ended()
            await bench.lag_is_zero()
    finally:
        await early.kill()
