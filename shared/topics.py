"""Every topic, once. Compose, Kubernetes and the native stack create them from here (`babelwire topics apply`)."""

from dataclasses import dataclass
from datetime import timedelta

from shared.events import Article, Event, FetchRequest, Indexed, Outcome, Page, TranslatedArticle, Trend
from shared.ids import registered_domain

KIB = 1024
MIB = 1024 * KIB
ENVELOPE = 64 * KIB  # what a retry or a dead letter adds to the original, at most


@dataclass(frozen=True)
class Topic:
    """`retention` None means compacted: the newest value of each key is kept for ever. `max_bytes` is the largest value;
    `holds` says what its messages are."""

    name: str
    partitions: int
    retention: timedelta | None
    max_bytes: int
    key: str
    holds: str


PARTITIONS = 12  # divisible by 1, 2, 3, 4 and 6 members
WEEK = timedelta(days=7)

POLLS = Topic("news.polls", PARTITIONS, WEEK, 64 * KIB, "registered domain", "requests to poll a feed or sitemap")
FETCH = Topic("news.fetch", PARTITIONS, WEEK, 64 * KIB, "registered domain", "requests to fetch an article")
FETCH_BULK = Topic("news.fetch.bulk", PARTITIONS, WEEK, 64 * KIB, "registered domain", "requests of back-fills")
PAGES = Topic(
    "news.pages",
    PARTITIONS,
    timedelta(hours=48),
    4 * MIB,
    "registered domain",
    "pages as received, zstd-compressed; their fields are the header `page`",
)
ARTICLES = Topic("news.articles", PARTITIONS, WEEK, 4 * MIB, "article id", "articles as their publishers wrote them")
TRANSLATED = Topic("news.translated", PARTITIONS, WEEK, 4 * MIB, "article id", "articles with their English version")
INDEXED = Topic("news.indexed", 1, WEEK, 64 * KIB, "article id", "what has been written to the index")
OUTCOMES = Topic("news.outcomes", PARTITIONS, None, 64 * KIB, "url id", "how each attempt at a URL ended")
TRENDS = Topic("news.trends", 1, None, 64 * KIB, "trend id", "what trends")


@dataclass(frozen=True)
class RetryStep:
    """One fixed delay; a topic of mixed delays would let what is due later hold up what is due sooner."""

    suffix: str
    delay: timedelta


RETRY_STEPS = (
    RetryStep("retry.30s", timedelta(seconds=30)),
    RetryStep("retry.5m", timedelta(minutes=5)),
    RetryStep("retry.1h", timedelta(hours=1)),
)

# What each consuming service reads. The order is the order of preference.
INPUTS: dict[str, tuple[Topic, ...]] = {
    "fetcher": (POLLS, FETCH, FETCH_BULK),
    "extractor": (PAGES,),
    "translator": (ARTICLES,),
    "indexer": (TRANSLATED,),
    "ledger": (OUTCOMES,),  # the indexer's second consumer, with a group of its own
    "trends": (INDEXED,),
}

# Taken only while the consumer's other topics have nothing waiting.
SPARE_TIME = frozenset({FETCH_BULK.name})


def retry_topics(consumer: str) -> tuple[Topic, ...]:
    """The retry topics of `consumer`, one per fixed delay, shortest first."""
    largest = max(topic.max_bytes for topic in INPUTS[consumer])
    return tuple(
        Topic(
            f"{consumer}.{step.suffix}",
            PARTITIONS,
            WEEK,
            largest + ENVELOPE,
            "as the original",
            f"what {consumer} tries again after {step.suffix[6:]}",
        )
        for step in RETRY_STEPS
    )


def dead_letters(consumer: str) -> Topic:
    """The dead-letter topic of `consumer`."""
    largest = max(topic.max_bytes for topic in INPUTS[consumer])
    return Topic(
        f"{consumer}.dlq", 1, timedelta(days=30), largest + ENVELOPE, "as the original", f"what {consumer} could not handle"
    )


ALL: tuple[Topic, ...] = (
    POLLS, FETCH, FETCH_BULK, PAGES, ARTICLES, TRANSLATED, INDEXED, OUTCOMES, TRENDS,
    *(topic for consumer in INPUTS for topic in (*retry_topics(consumer), dead_letters(consumer))),
)  # fmt: skip

LARGEST = max(topic.max_bytes for topic in ALL)


def route(event: Event | Trend) -> tuple[Topic, str]:
    """The topic an event goes to, and its key there."""
    match event:
        case FetchRequest(kind="article", bulk=True):
            return FETCH_BULK, registered_domain(event.url)
        case FetchRequest(kind="article"):
            return FETCH, registered_domain(event.url)
        case FetchRequest():
            return POLLS, registered_domain(event.url)
        case Page():
            return PAGES, registered_domain(event.final_url)
        case TranslatedArticle():
            return TRANSLATED, event.article_id
        case Article():
            return ARTICLES, event.article_id
        case Indexed():
            return INDEXED, event.article_id
        case Outcome():
            return OUTCOMES, event.url_id
        case Trend():
            return TRENDS, event.trend_id
    raise TypeError(f"no topic for {type(event).__name__}")
