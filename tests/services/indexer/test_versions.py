"""Which of two versions of a document stands."""

from datetime import timedelta

import pytest

from services.indexer.versions import Standing, Verdict, against, version
from shared.errors import Poison
from tests.services.indexer.articles import SEEN, article

OURS = SEEN + timedelta(minutes=1)  # when article() was fetched
LATER, EARLIER = OURS + timedelta(minutes=5), OURS - timedelta(minutes=5)


def test_a_version_grows_with_the_text_first_and_its_rendering_second() -> None:
    counted = [
        version(article(revision=revision, rendering=rendering)) for revision, rendering in ((1, 0), (1, 999), (2, 0))
    ]
    assert counted == [1000, 1999, 2000]


@pytest.mark.parametrize(("revision", "rendering"), [(0, 0), (-1, 0), (1, 1000), (1, -1)])
def test_what_would_reach_into_another_revision_is_no_version(revision: int, rendering: int) -> None:
    broken = article().model_copy(update={"revision": revision, "rendering": rendering})
    with pytest.raises(Poison):
        version(broken)


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (Standing(1000, "hash-1", OURS), Verdict.REPLAY),
        (Standing(1000, "hash-1", EARLIER), Verdict.REPLAY),
        (Standing(1000, "other", EARLIER), Verdict.NEWER),
        (Standing(1000, "other", LATER), Verdict.SUPERSEDED),
        (Standing(1000, "other", OURS), Verdict.SUPERSEDED),
        (Standing(1000, "other", None), Verdict.NEWER),
        (Standing(1001, "hash-1", EARLIER), Verdict.SUPERSEDED),
        (Standing(2000, "other", EARLIER), Verdict.SUPERSEDED),
    ],
)
def test_against_what_stands(standing: Standing, verdict: Verdict) -> None:
    assert against(article(), standing) is verdict


def test_of_two_texts_of_one_revision_only_one_wins_whichever_comes_first() -> None:
    early, late = article(content_hash="a", fetched_minutes=1), article(content_hash="b", fetched_minutes=2)
    assert against(late, Standing(1000, "a", early.times.fetched)) is Verdict.NEWER
    assert against(early, Standing(1000, "b", late.times.fetched)) is Verdict.SUPERSEDED
