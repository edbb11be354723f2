from datetime import UTC, datetime

import pytest
from opensearchpy import AsyncOpenSearch

from shared.search.trend_rules import TermRules, folded

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_terms_are_the_same_whatever_their_capitals_and_spaces() -> None:
    assert folded(" Black  FRIDAY ") == folded("black friday")


@pytest.mark.engines
async def test_the_last_that_was_said_of_a_term_holds(client: AsyncOpenSearch) -> None:
    rules = TermRules(client)
    assert await rules.blocked() == frozenset()
    await rules.say(["Black Friday", "Sign In"], "blocked", AT)
    await rules.say(["BLACK  friday"], "fine", AT)
    assert await rules.blocked() == {"sign in"}
    assert len(await rules.all()) == 2
