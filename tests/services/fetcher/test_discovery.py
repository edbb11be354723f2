"""What of a listing is taken."""

from datetime import timedelta

from services.fetcher.discovery import MAX_SUB_SITEMAPS, newest, own_links, sub_sitemaps, too_old, versions
from services.fetcher.feeds import FeedItem
from services.fetcher.listings import Listing
from services.fetcher.sitemaps import SubSitemap
from shared.clock import iso
from tests.services.fetcher.fakes import NOON

OWN = frozenset({"paper.example"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def items(*urls: str) -> Listing:
    return Listing(tuple(FeedItem(url) for url in urls))


def test_links_within_the_registered_domain_are_taken_others_counted() -> None:
    found = own_links(
        items("https://example.org/1", "https://news.example.org/2", "https://example.net/3", "https://notexample.org/4"),
        frozenset({"example.org"}),
    )
    assert [link.item.url for link in found.links] == ["https://example.org/1", "https://news.example.org/2"]
    assert found.dropped == {"foreign": 2}


def test_each_port_of_loopback_is_a_domain_of_its_own() -> None:
    found = own_links(items("http://127.0.0.1:8101/a", "http://127.0.0.1:8102/b"), frozenset({"127.0.0.1:8101"}))
    assert [link.item.url for link in found.links] == ["http://127.0.0.1:8101/a"]


def test_one_url_in_two_spellings_is_one_link() -> None:
    found = own_links(items("https://paper.example/1?utm_source=rss", "http://paper.example/1#top"), OWN)
    assert [link.item.url for link in found.links] == ["https://paper.example/1?utm_source=rss"]


def test_what_is_malformed_too_long_or_has_no_link_is_counted() -> None:
    listing = Listing((FeedItem("http://paper.example:port/"), FeedItem("https://paper.example/" + "x" * 3000)), linkless=2)
    assert own_links(listing, OWN).dropped == {"malformed": 2, "no link": 2}


def test_of_too_many_the_newest_are_taken() -> None:
    listing = Listing(tuple(FeedItem(f"https://paper.example/{n}", published=NOON + n * HOUR) for n in range(10)))
    found = own_links(listing, OWN, most=3)
    assert [link.item.url[-1] for link in found.links] == ["9", "8", "7"]
    assert found.dropped == {"too many": 7}


def test_of_an_index_the_newest_own_sitemaps_are_taken() -> None:
    subs = [SubSitemap(f"https://paper.example/{n}.xml", NOON - n * HOUR) for n in range(20)]
    listing = Listing(sitemaps=(*reversed(subs), SubSitemap("https://other.example/x.xml", NOON)))
    assert sub_sitemaps(listing, OWN, None) == subs[:MAX_SUB_SITEMAPS]
    assert sub_sitemaps(listing, OWN, NOON - 2 * HOUR) == subs[:3]


def test_once_read_an_index_asks_for_what_changed_and_for_the_undated_in_turn() -> None:
    dated = [SubSitemap(f"https://paper.example/d{n}.xml", NOON - n * DAY) for n in range(5)]
    undated = [SubSitemap(f"https://paper.example/u{n}.xml") for n in range(5)]
    listing = Listing(sitemaps=(*dated, *undated))
    rounds = [sub_sitemaps(listing, OWN, None, read_at=NOON - 2 * HOUR, turn=turn) for turn in range(3)]
    assert [found[0] for found in rounds] == [dated[0]] * 3
    assert {sub for found in rounds for sub in found[1:]} == set(undated)
    assert all(len(found) == 3 for found in rounds)


def test_the_newest_date_is_not_one_of_the_future() -> None:
    dated = [FeedItem("u", published=NOON - HOUR), FeedItem("u", updated=NOON), FeedItem("u", published=NOON + 9 * HOUR)]
    assert newest(dated, NOON) == NOON
    assert newest([FeedItem("u")], NOON) is None


def test_an_article_is_too_old_by_its_feeds_date_if_there_is_a_limit() -> None:
    month = timedelta(days=30)
    assert too_old(NOON - timedelta(days=31), NOON, month)
    assert not too_old(NOON - timedelta(days=29), NOON, month)
    assert not too_old(None, NOON, month)
    assert not too_old(NOON - timedelta(days=3100), NOON, None)


def test_stamps_of_change_are_believed_unless_all_are_one_or_of_the_future() -> None:
    def links(*hours: int) -> dict[str, str]:
        listing = Listing(
            tuple(FeedItem(f"https://paper.example/{n}", updated=NOON - h * HOUR) for n, h in enumerate(hours))
        )
        return versions(own_links(listing, OWN).links, NOON)

    assert sorted(links(1, 2, 3).values()) == sorted(iso(NOON - h * HOUR) for h in (1, 2, 3))
    assert links(1, 1, 1) == {}
    assert len(links(1)) == 1
    assert len(links(1, 2, -48)) == 2
