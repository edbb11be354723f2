"""One run of the native stack with all services: started in order, watched or run to its end, stopped in order."""

import asyncio
import contextlib
import dataclasses
import json
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import stamina
from opensearchpy import AsyncOpenSearch
from rich.console import Console
from rich.live import Live
from rich.markup import escape

from console import audit, funnel, rounds
from console.demo import Newsroom, Said, Unexpected, unexpected
from console.funnel import Funnel
from console.native import engines, kafka, opensearch, ports, services
from console.native.account import Unreachable
from console.native.home import DiskFull, Home, Occupied, models_folder, occupied, require_space, services_file
from console.native.ports import LOOPBACK, Ports, PortTaken
from console.native.program import Program
from console.native.settings import NativeSettings, UpSettings, inherited
from console.native.supervisor import NotStarted, Supervisor
from shared import clock
from shared.errors import State, Unavailable
from shared.kafka.admin import apply_topics
from shared.search import templates
from shared.search.client import connect
from shared.search.sources import Source, Sources
from shared.settings import Settings

LINE_SECONDS = 5.0
LIVE_SECONDS = 2.0
UNEXPECTED_SHOWN = 10
FULL_MB = 64  # less, and engines fail in ways that do not tell why

# Each ends `up` with one line.
FAULTS = (
    Occupied, DiskFull, PortTaken, Unreachable, NotStarted, Unavailable, engines.NotInstalled, httpx.HTTPError,
    subprocess.SubprocessError, OSError,
)  # fmt: skip


def told(error: Exception, folder: Path) -> str:
    """One of FAULTS in words, and whether the disk of `folder` may be its cause."""
    if isinstance(error, DiskFull):
        return str(error)
    line = str(error)
    if isinstance(error, subprocess.CalledProcessError):
        complaint = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        line = f"{error.cmd[-1]}: {complaint[-1] if complaint else f'status {error.returncode}'}"
    place = next(part for part in (folder, *folder.parents) if part.exists())
    free_mb = shutil.disk_usage(place).free >> 20
    return f"{line}; only {free_mb} MiB are free on the disk of {folder}" if free_mb < FULL_MB else line


@dataclass(frozen=True)
class Options:
    demo: bool = False
    sources: Path | None = None
    once: bool = False
    as_json: bool = False


@dataclass(frozen=True)
class Summary:
    """How a run with `--once` ended."""

    discovered: int
    states: dict[str, int]
    in_flight: int
    lost: int
    seconds: float
    unexpected: tuple[Unexpected, ...] = ()


async def until_signalled(stack: "Stack") -> int:
    """Runs the stack; SIGINT, SIGTERM and SIGHUP end it in order, and a second one changes nothing."""
    running = asyncio.create_task(stack.run())
    stopped = False

    def stop() -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            stack.tell("stopping; services first, then the engines")
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await running
    except asyncio.CancelledError as error:
        if not stopped:  # a library's own, which got out of it
            raise RuntimeError("a request was cancelled, and nobody had asked for that") from error
        stack.tell("stopped; the data stays")
        return 1 if stack.options.once else 0


class Stack:
    """One run of `babelwire up`."""

    def __init__(self, options: Options, native: NativeSettings, settings: UpSettings, console: Console) -> None:
        self.options = options
        self._native = native
        self._settings = settings
        self._console = console
        self._begin = time.monotonic()

    def tell(self, text: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._begin:6.1f}s[/dim]  {text}")

    async def run(self) -> int:
        """The exit status. Raises what FAULTS lists."""
        folder = self._native.home
        folder.mkdir(parents=True, exist_ok=True)
        with occupied(folder, self.tell) as home:
            require_space(folder, self._settings.free_mb)
            chosen = ports.choose(self._settings, len(services.WITH_METRICS_PORT), self.options.demo)
            async with self._running(home, chosen) as (supervisor, client, shared):
                if self.options.once:
                    return await self._once(client, shared, chosen)
                await self._watch(supervisor, client, shared, chosen)
        return 0

    @contextlib.asynccontextmanager
    async def _running(self, home: Home, chosen: Ports) -> AsyncIterator[tuple[Supervisor, AsyncOpenSearch, Settings]]:
        """Everything started, in order, and working."""
        installed = engines.find(self._native)
        data = home.data
        kafka_program = kafka.program(
            installed, data / "kafka", chosen.kafka, chosen.kafka_controller, self._native.kafka_heap_mb
        )
        search_program = opensearch.program(
            installed, data / "opensearch", chosen.opensearch, chosen.opensearch_transport, self._native.opensearch_heap_mb
        )
        press = [services.newsroom(self._settings, chosen, data, by_hand=self.options.once)] if self.options.demo else []
        workers = services.services(chosen)
        environment = services.environment(inherited(), self._settings, chosen)
        models = models_folder(home.folder)
        models.mkdir(exist_ok=True)
        environment.setdefault("BABELWIRE_TRANSLATOR_MODELS", str(models))
        environment.setdefault("BABELWIRE_TRANSLATOR_MEMORY_FILE", str(data / "translations.sqlite"))
        # The last group is stopped first.
        groups = {"search": [search_program], "broker": [kafka_program], "press": press, "services": workers}
        async with Supervisor(home, groups, environment) as supervisor:
            self.tell(f"starting; logs are in {home.logs}")
            await supervisor.start(search_program, kafka_program, *press)
            for program in (kafka_program, search_program):
                await self._started(supervisor, program)
            shared = Settings(
                kafka_bootstrap=environment["BABELWIRE_KAFKA_BOOTSTRAP"],
                opensearch_url=environment["BABELWIRE_OPENSEARCH_URL"],
            )
            client = connect(shared)
            try:
                created, _ = await asyncio.gather(apply_topics(shared), templates.apply(client, shared))
                self.tell(f"topics and indices are there ({len(created)} topics new)")
                for program in press:
                    await self._started(supervisor, program)
                await self._import(client, chosen)
                await supervisor.start(*workers)
                await asyncio.gather(*(self._started(supervisor, program) for program in workers))
                services_file(home.folder).write_text(json.dumps(services.addresses(chosen)))
                self.tell(f"[bold]read at http://{self._settings.web_host}:{chosen.web}/[/bold]")
                yield supervisor, client, shared
            finally:
                services_file(home.folder).unlink(missing_ok=True)
                await client.close()

    async def _started(self, supervisor: Supervisor, program: Program) -> None:
        await supervisor.working(program, self._settings.start_seconds)
        self.tell(f"{program.name} works")

    async def _import(self, client: AsyncOpenSearch, chosen: Ports) -> None:
        found: list[Source] = []
        if self.options.sources:
            from console.sources import read_list

            found += read_list(self.options.sources)
        if chosen.newsroom is not None:
            async with self._newsroom(chosen) as press:
                found += await press.sources()
        if found:
            added, merged = await Sources(client).add(found)
            self.tell(f"{added} sources added, {merged} known")

    def _newsroom(self, chosen: Ports) -> Newsroom:
        return Newsroom(f"http://{LOOPBACK}:{chosen.newsroom}")

    # -- running on ----------------------------------------------------------------------------------------------

    async def _watch(self, supervisor: Supervisor, client: AsyncOpenSearch, shared: Settings, chosen: Ports) -> None:
        """Shows the funnel until cancelled."""
        title, note = f"Babelwire — http://{self._settings.web_host}:{chosen.web}/", "Ctrl-C stops everything"
        live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        last: Funnel | None = None
        with live or contextlib.nullcontext():
            while True:
                programs = await supervisor.states()
                try:
                    seen = await funnel.read(client, shared)
                except Unavailable as error:
                    if live is None:
                        self.tell(f"{error.what} is away")
                else:
                    if live is not None:
                        live.update(funnel.table(seen, title, note, programs), refresh=True)
                    elif seen != last:
                        self.tell(funnel.line(seen))
                    last = seen
                await asyncio.sleep(LIVE_SECONDS if live is not None else LINE_SECONDS)

    # -- once ----------------------------------------------------------------------------------------------------

    async def _once(self, client: AsyncOpenSearch, shared: Settings, chosen: Ports) -> int:
        """Runs until everything has ended; the exit status."""
        sources = Sources(client)
        said: Said | None = None
        stalled: rounds.Stalled | None = None
        try:
            seen = await self._drained(client, shared, sources)
            if self.options.demo:
                async with self._newsroom(chosen) as press:
                    seen = await self._played(press, client, shared, sources)
                    said = await press.said()
        except rounds.Stalled as error:
            stalled = error
            seen = await funnel.read(client, shared)
        books = await audit.read(client, shared, seen.messages, clock.iso(clock.now()))
        return self._sum_up(seen, books, said, stalled)

    async def _played(self, press: Newsroom, client: AsyncOpenSearch, shared: Settings, sources: Sources) -> Funnel:
        """Has the newsroom publish round after round, and each round end."""
        while not (status := await press.status())["done"]:
            await press.next_round()
            self.tell(f"newsroom: round {status['round'] + 1} of {status['rounds']}")
            await self._drained(client, shared, sources)
        # A poll that was under way while the last round began may have seen a feed as it was before.
        return await self._drained(client, shared, sources)

    async def _drained(self, client: AsyncOpenSearch, shared: Settings, sources: Sources) -> Funnel:
        since = clock.now()
        async for attempt in stamina.retry_context(
            on=Unavailable, attempts=None, timeout=self._settings.stall_seconds, wait_max=5.0
        ):
            with attempt:
                await sources.poll_now()
        return await rounds.ended(
            lambda: funnel.read(client, shared),
            sources.all,
            since,
            self._settings.stall_seconds,
            lambda seen: self.tell(funnel.line(seen)),
        )

    def _sum_up(self, seen: Funnel, books: audit.Books, said: Said | None, stalled: rounds.Stalled | None) -> int:
        complaints = [str(stalled)] if stalled else []
        missing = audit.lost(books)
        for kind, ids in dataclasses.asdict(missing).items():
            if ids:
                complaints.append(f"lost, {kind.replace('_', ' ')}: {', '.join(ids[:UNEXPECTED_SHOWN])}")
        wrong = unexpected(said.truth, {key: url.state for key, url in books.urls.items()}) if said else []
        complaints += [
            f"{one.url} should be {one.expected} and is {one.found or 'unknown'}" for one in wrong[:UNEXPECTED_SHOWN]
        ]
        if said and (found := sum(url.source_id in said.sources for url in books.urls.values())) != said.published:
            complaints.append(f"the newsroom published {said.published} articles, and {found} of its were discovered")
        for complaint in complaints:
            self.tell(f"[red]{escape(complaint)}[/red]")
        summary = Summary(
            discovered=seen.discovered,
            states={state.value: seen.states[state] for state in State if seen.states.get(state)},
            in_flight=seen.in_flight,
            lost=len(missing),
            seconds=round(time.monotonic() - self._begin, 1),
            unexpected=tuple(wrong),
        )
        self.tell(f"{funnel.line(seen)}; lost {summary.lost}")
        if self.options.as_json:
            print(json.dumps(_plain(summary)), flush=True)
        return 1 if complaints or summary.in_flight else 0


def _plain(summary: Summary) -> dict[str, Any]:
    found = dataclasses.asdict(summary)
    return found if found["unexpected"] else {key: value for key, value in found.items() if key != "unexpected"}
