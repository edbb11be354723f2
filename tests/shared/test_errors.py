"""What an error tells."""

from shared.errors import Fenced, Unavailable


def test_who_was_superseded_is_told_by_what_and_since_when() -> None:
    error = Fenced("trends", 3)
    assert (str(error), error.what, error.epoch) == ("trends: epoch 3 is over", "trends", 3)


def test_a_dependency_that_is_down_is_told_with_its_reason() -> None:
    error = Unavailable("opensearch", "no route")
    assert (str(error), error.what, error.reason) == ("opensearch: no route", "opensearch", "no route")
