from services.web.limits import Limits, client
from services.web.settings import WebSettings
from tests.services.web.articles import article
from tests.services.web.shelf import Shelf, reader


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_client_gets_a_fifth_at_once_and_the_rest_by_the_second() -> None:
    now = Clock()
    limits = Limits(60, now)
    assert [limits.take("a") for _ in range(13)] == [0] * 12 + [1]
    assert limits.take("b") == 0
    now.seconds = 1.0
    assert [limits.take("a") for _ in range(2)] == [0, 1]
    now.seconds = 1000.0
    assert [limits.take("a") for _ in range(13)] == [0] * 12 + [1]


def test_a_slow_limit_says_how_long_to_wait() -> None:
    limits = Limits(1, Clock())
    assert [limits.take("a") for _ in range(2)] == [0, 60]


def test_clients_without_end_take_memory_with_an_end() -> None:
    limits = Limits(60, Clock(), most_clients=10)
    for number in range(1000):
        limits.take(str(number))
    assert len(limits) == 10


def test_the_addresses_of_one_household_are_one_client() -> None:
    assert client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff::9") != client("2001:db8:1:3::1")
    assert client("::ffff:192.0.2.7") == client("192.0.2.7") != client("192.0.2.8")


async def test_whoever_asks_too_much_is_told_when_to_come_again() -> None:
    async with reader(Shelf([article()]), WebSettings(requests_per_minute=10)) as site:
        answers = [await site.get("/") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) == 6
        assert "a little fast" in answers[-1].text
        assert "default-src 'none'" in answers[-1].headers["content-security-policy"]
        refused = await site.get("/api/v1/articles", headers={"Origin": "https://other.test"})
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert refused.headers["access-control-allow-origin"] == "*"
        assert (await site.get("/health/ready")).status_code == 200
