"""The funnel as people see it."""

from rich.console import Console

from console.funnel import Funnel, line, table
from shared.errors import State

SEEN = Funnel({"queued": 2, "indexed": 45, "gone": 1}, {"fetcher": 1, "fetcher.returner": 2, "translator": 0})


def test_discovered_is_the_sum_of_all_states() -> None:
    assert SEEN.discovered == 48


def test_nothing_is_quiet_while_a_message_or_a_queued_url_is_left() -> None:
    assert not SEEN.quiet
    assert not Funnel({"indexed": 1}, {"trends": 1}).quiet
    assert not Funnel({"queued": 1}, {}).quiet
    assert Funnel({"indexed": 1}, {"trends": 0}).quiet
    assert Funnel({"indexed": 1}, {"trends": 0}, polls=3).quiet, "feeds are polled for ever"


def test_the_line_names_every_state_in_the_ledger_s_order_and_who_has_work() -> None:
    assert line(SEEN) == "discovered 48, queued 2, indexed 45, gone 1; waiting: fetcher 1, fetcher.returner 2"


def test_the_table_shows_retries_with_their_stage_and_names_a_program_that_fell() -> None:
    console = Console(width=60)
    with console.capture() as captured:
        console.print(table(SEEN, "Babelwire", "note", {"web": "RUNNING", "fetcher": "BACKOFF"}))
    text = captured.get()
    assert "3    to fetch" in text
    assert "fetcher: backoff" in text
    assert "web" not in text


def test_every_state_has_its_place_in_the_line() -> None:
    everything = Funnel({state.value: 1 for state in State}, {})
    assert all(f"{state.value} 1" in line(everything) for state in State)
