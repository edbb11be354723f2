"""Standard input, answered in order while it still comes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from console.lines import in_order

ECHO = """
import asyncio
from console.lines import lines

async def main():
    async for line in lines():
        print(line.decode().upper(), flush=True)

asyncio.run(main())
"""


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def test_answers_keep_the_order_of_their_lines_however_long_each_takes() -> None:
    shown: list[int] = []

    async def work(number: int) -> int:
        for _ in range(10 - number):
            await asyncio.sleep(0)
        return number

    await in_order(numbers(10), work, shown.append, at_once=4)
    assert shown == list(range(10))


async def test_no_more_are_worked_on_at_once_than_asked_for() -> None:
    running, most = 0, 0

    async def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return number

    await in_order(numbers(50), work, lambda number: None, at_once=3)
    assert most <= 3


async def test_what_cannot_be_shown_ends_all_with_that_error() -> None:
    async def work(number: int) -> int:
        return number

    def broken(number: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await in_order(numbers(10), work, broken, at_once=3)


def test_a_line_is_answered_before_the_next_one_is_written() -> None:
    process = subprocess.Popen([sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdin and process.stdout
        for word in ("one", "two"):
            process.stdin.write(word + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == word.upper() + "\n"


def test_a_last_line_without_an_end_counts_and_empty_ones_do_not() -> None:
    result = subprocess.run([sys.executable, "-c", ECHO], input=b"a\n\n  \nb" + b"c" * 200_000, capture_output=True)
    assert result.stdout.split() == [b"A", b"B" + b"C" * 200_000]


def test_who_reads_lines_and_stops_early_ends_without_a_complaint() -> None:
    stop = ECHO.replace("flush=True)", "flush=True)\n        return")
    process = subprocess.Popen(
        [sys.executable, "-c", stop], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b"one\ntwo\nthree\n")
        process.stdin.flush()
        assert process.wait(20) == 0
        assert process.stderr.read() == b""
