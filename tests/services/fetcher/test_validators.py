"""Servers whose ETag stays while the feed changes."""

from datetime import timedelta

from services.fetcher.feeds import FeedItem
from services.fetcher.listings import Listing
from services.fetcher.validators import digest, judged
from shared.rhythm import Rhythm
from shared.search.sources import Feed
from tests.services.fetcher.fakes import NOON

HOUR = timedelta(hours=1)
FEED = Feed(url="https://a.example/feed", etag='"1"', last_modified="Mon", listed="old", read_at=NOON)


def test_validators_that_change_with_the_feed_are_proven() -> None:
    assert judged(FEED, "new", '"2"', "Mon") == "proven"
    assert judged(FEED, "old", '"2"', "Mon") == "unproven"
    assert judged(FEED.model_copy(update={"validators": "proven"}), "old", '"1"', "Mon") == "proven"


def test_validators_that_stay_while_the_feed_changes_are_a_lie_until_they_are_better() -> None:
    assert judged(FEED, "new", '"1"', "Mon") == "lie"
    liar = FEED.model_copy(update={"validators": "lie"})
    assert judged(liar, "new", '"1"', "Mon") == "lie"
    assert judged(liar, "new", '"2"', "Tue") == "unproven"


def test_a_server_without_validators_is_neither() -> None:
    assert judged(FEED.model_copy(update={"etag": None, "last_modified": None}), "new", None, None) == "unproven"


def test_only_what_is_listed_makes_a_difference() -> None:
    one = Listing((FeedItem("https://a.example/1", "T"),))
    assert digest(one) == digest(Listing(one.items, hint=HOUR))
    assert digest(one) != digest(Listing((FeedItem("https://a.example/1", "T2"),)))


def test_the_unproven_are_asked_whole_each_hour_the_proven_each_day_liars_always() -> None:
    proven = FEED.model_copy(update={"validators": "proven"})
    assert FEED.conditional(NOON + HOUR / 2)
    assert not FEED.conditional(NOON + HOUR)
    assert proven.conditional(NOON + 23 * HOUR)
    assert not proven.conditional(NOON + 24 * HOUR)
    assert not FEED.model_copy(update={"validators": "lie"}).conditional(NOON)
    assert not Feed(url="https://a.example/feed").conditional(NOON)


def test_unchanged_for_longer_than_the_rhythm_allows_is_not_believed() -> None:
    busy = Rhythm().after([NOON - HOUR * n / 4 for n in range(1300)], NOON)
    proven = FEED.model_copy(update={"validators": "proven", "rhythm": busy, "last_article_at": NOON})
    assert proven.conditional(NOON + HOUR)
    assert not proven.conditional(NOON + 3 * HOUR)
