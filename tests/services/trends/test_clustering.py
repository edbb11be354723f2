import random
from datetime import UTC, datetime, timedelta

import numpy
from hypothesis import given
from hypothesis import strategies as st

from services.trends.bonds import MOST, Candidate, bonds
from services.trends.clustering import clustered, connected

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLAT = (1.0, 0.0)
SAMPLES = st.integers(min_value=0, max_value=10_000)


def article(
    name: str,
    hours: int = 0,
    vector: tuple[float, ...] | None = None,
    fingerprint: str | None = None,
    source: str = "",
    marks: tuple[str, ...] = (),
) -> Candidate:
    return Candidate(name, NOW + hours * HOUR, source, vector, frozenset(marks), fingerprint)


def sets(candidates: list[Candidate]) -> set[frozenset[str]]:
    return {frozenset(cluster.members) for cluster in clustered(candidates)}


def newsday(seed: int, most: int = 40) -> list[Candidate]:
    """Articles around a few events, as likely as not to be near enough to one another."""
    chance = random.Random(seed)
    events = [[chance.gauss(0, 1) for _ in range(6)] for _ in range(chance.randint(1, 8))]
    found = []
    for number in range(chance.randint(1, most)):
        event = chance.randrange(len(events))
        vector = numpy.array([part + chance.gauss(0, 0.9) for part in events[event]])
        marks = {f"name{chr(97 + event)}"} if chance.random() < 0.5 else set[str]()
        known = None if chance.random() < 0.1 else tuple(float(part) for part in vector / numpy.linalg.norm(vector))
        copied = f"{chance.choice((0, 0xFF, 0xFFFF00)):016x}" if chance.random() < 0.1 else None
        at = NOW + chance.randint(0, 100) * HOUR
        found.append(Candidate(f"a{number}", at, f"s{number % 5}", known, frozenset(marks), copied))
    return found


def test_articles_that_mean_the_same_are_one_story_and_others_are_not() -> None:
    found = sets([article("pt", 0, FLAT), article("de", 1, (0.8, 0.6)), article("else", 2, (0.0, 1.0))])
    assert found == {frozenset({"pt", "de"}), frozenset({"else"})}


def test_names_and_numbers_join_what_the_vectors_leave_apart_and_other_names_part_it() -> None:
    far = (0.6, 0.8)
    assert len(sets([article("a", 0, FLAT), article("b", 1, far)])) == 2
    same = ("alvor", "446", "1871")
    assert len(sets([article("a", 0, FLAT, marks=same), article("b", 1, far, marks=same)])) == 1
    near = (0.7, 0.714)
    assert len(sets([article("a", 0, FLAT), article("b", 1, near)])) == 1
    assert len(sets([article("a", 0, FLAT, marks=("alvor",)), article("b", 1, near, marks=("paris",))])) == 2


def test_two_articles_of_one_outlet_need_more_to_be_of_one_event() -> None:
    near = (0.7, 0.714)
    assert len(sets([article("a", 0, FLAT, source="x"), article("b", 1, near, source="x")])) == 2
    assert len(sets([article("a", 0, FLAT, source="x"), article("b", 1, near, source="y")])) == 1


def test_a_loose_pair_joins_no_two_stories() -> None:
    here, there = [article(f"h{n}", n, (1.0, 0.0)) for n in range(4)], [article(f"t{n}", n, (0.0, 1.0)) for n in range(4)]
    assert len(sets([*here, *there, article("between", 2, (0.72, 0.694))])) == 2


@given(SAMPLES)
def test_the_stories_of_a_set_do_not_depend_on_the_order_it_is_read_in(seed: int) -> None:
    candidates = newsday(seed)
    expected = [(one.story_id, one.members, one.copies) for one in clustered(candidates)]
    random.Random(seed).shuffle(candidates)
    assert [(one.story_id, one.members, one.copies) for one in clustered(candidates)] == expected


@given(SAMPLES)
def test_no_article_is_lost_or_in_two_stories(seed: int) -> None:
    candidates = newsday(seed)
    members = [name for cluster in clustered(candidates) for name in cluster.members]
    assert sorted(members) == sorted(one.article_id for one in candidates)
    for cluster in clustered(candidates):
        assert set(cluster.copies) | set(cluster.copies.values()) <= set(cluster.members)


@given(SAMPLES)
def test_what_no_bond_connects_can_be_decided_apart(seed: int) -> None:
    candidates = sorted(newsday(seed), key=lambda one: (one.seen_at, one.article_id))
    apart = [sets([candidates[place] for place in group]) for group in connected(bonds(candidates))]
    assert set().union(*apart) == sets(candidates)


@given(SAMPLES)
def test_a_bond_is_the_same_both_ways_and_whatever_else_there_is(seed: int) -> None:
    candidates = newsday(seed)
    odds = bonds(candidates)
    assert numpy.array_equal(odds, odds.T, equal_nan=True)
    assert numpy.nanmax(numpy.abs(numpy.nan_to_num(odds))) <= MOST
    if len(candidates) > 2:
        pair = bonds([candidates[0], candidates[2]])
        assert numpy.allclose(pair[0, 1], odds[0, 2], atol=1e-4, equal_nan=True)


def test_an_article_given_twice_counts_once_as_last_seen() -> None:
    (one, other) = clustered([article("a", 0, FLAT), article("b", 1), article("a", 3, FLAT)])
    assert (one.members, other.members) == (["b"], ["a"])


def test_a_story_that_had_no_news_for_three_days_is_over() -> None:
    assert len(clustered([article("a", 0, FLAT), article("b", 73, FLAT)])) == 2
    assert len(clustered([article("a", 0, FLAT), article("b", 71, FLAT), article("c", 140, FLAT)])) == 1


def test_what_has_no_vector_joins_only_what_repeats_its_text() -> None:
    first, copy, other = "00000000000000ff", "00000000000000fe", "ffffffff000000ff"
    found = [article("a", 0, None, first), article("b", 1, None, copy), article("c", 2, None, other, marks=("alvor",))]
    (story, alone) = clustered([*found, article("d", 99, marks=("alvor",))])[:2]
    assert (story.members, story.copies) == (["a", "b"], {"b": "a"})
    assert alone.members == ["c"]


def test_nothing_makes_no_story() -> None:
    assert clustered([]) == []
