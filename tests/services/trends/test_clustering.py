import random
from datetime import UTC, datetime, timedelta

from services.trends.clustering import Candidate, clustered

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def article(name: str, hours: int = 0, vector: tuple[float, ...] | None = None, fingerprint: str | None = None) -> Candidate:
    return Candidate(name, NOW + hours * HOUR, vector, fingerprint)


def sets(candidates: list[Candidate]) -> set[frozenset[str]]:
    return {frozenset(cluster.members) for cluster in clustered(candidates)}


def test_articles_that_mean_the_same_are_one_story_and_others_are_not() -> None:
    found = sets([article("pt", 0, (1.0, 0.0)), article("de", 1, (0.8, 0.6)), article("else", 2, (0.0, 1.0))])
    assert found == {frozenset({"pt", "de"}), frozenset({"else"})}


def test_the_stories_of_a_set_do_not_depend_on_the_order_it_is_read_in() -> None:
    chance = random.Random(3)
    candidates = [
        article(f"a{n}", n % 7, (chance.random(), chance.random() - 0.5, chance.random() - 0.5)) for n in range(60)
    ]
    expected = [(one.story_id, one.members) for one in clustered(candidates)]
    chance.shuffle(candidates)
    assert [(one.story_id, one.members) for one in clustered(candidates)] == expected


def test_every_article_is_in_exactly_one_story_even_if_given_twice() -> None:
    candidates = [article("a", 0, (1.0, 0.0)), article("b", 1), article("a", 3, (1.0, 0.0))]
    members = [name for cluster in clustered(candidates) for name in cluster.members]
    assert sorted(members) == ["a", "b"]


def test_a_story_that_had_no_news_for_three_days_is_over() -> None:
    assert len(clustered([article("a", 0, (1.0, 0.0)), article("b", 73, (1.0, 0.0))])) == 2
    assert len(clustered([article("a", 0, (1.0, 0.0)), article("b", 71, (1.0, 0.0)), article("c", 140, (1.0, 0.0))])) == 1


def test_what_has_no_vector_joins_only_what_repeats_its_text() -> None:
    first, copy, other = "00000000000000ff", "00000000000000fe", "ffffffff000000ff"
    (story, alone) = clustered([article("a", 0, None, first), article("b", 1, None, copy), article("c", 2, None, other)])
    assert (story.members, story.copies) == (["a", "b"], {"b": "a"})
    assert alone.members == ["c"]


def test_nothing_makes_no_story() -> None:
    assert clustered([]) == []
