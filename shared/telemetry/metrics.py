"""Every metric of Babelwire, in this one file. Base units; labels of bounded cardinality only: never a URL, host or source.

`stage` is the name of the consumer (`fetcher`, `extractor`, `translator`, `indexer`, `ledger`, `trends`). Terms and sources
are named by rank only, a few at a time. What several processes measure of one thing (the ledger, the sources, the engines)
is asked for with `max by`, never `sum`.
"""

import time

from prometheus_client import Counter, Gauge, Histogram

PREFIX = "babelwire_"

# From a few milliseconds (the ledger) to the minutes a slow article may take to translate.
DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
# From seconds to the day after which news is old.
FRESHNESS_BUCKETS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800)
# Fewer: they are kept for each language and each step of the way.
STEP_BUCKETS = (1, 5, 30, 120, 600, 1800, 3600, 21600, 86400)

MOST_LANGUAGES = 150  # in labels; identification knows a hundred, and what pages declare has no bound
OTHER = "other"
_languages: set[str] = set()


def language_label(language: str) -> str:
    """`language`, or `other` where there are many already: the label's values stay bounded whatever pages declare."""
    if language not in _languages:
        if len(_languages) >= MOST_LANGUAGES:
            return OTHER
        _languages.add(language)
    return language


# The runner
ITEMS = Counter("babelwire_items_total", "Items a stage has finished, by how they ended.", ["stage", "result"])
ITEM_SECONDS = Histogram(
    "babelwire_item_duration_seconds", "From taking an item up to its outputs' acknowledgement.", ["stage"],
    buckets=DURATION_BUCKETS,
)  # fmt: skip
ITEMS_OPEN = Gauge("babelwire_items_open", "Items taken up and not finished.", ["stage"])
OLDEST_OPEN_SECONDS = Gauge("babelwire_oldest_open_item_seconds", "Age of the oldest item in the window.", ["stage"])
LAG = Gauge("babelwire_lag_messages", "Messages behind the end, of the partitions this process has.", ["stage", "topic"])
LAG_SECONDS = Gauge(
    "babelwire_lag_seconds", "How long the oldest message not finished has stood in its topic.", ["stage", "topic"]
)
SENT_BYTES = Counter(
    "babelwire_sent_bytes_total", "Bytes of messages' values sent, before Kafka compresses them.", ["topic"]
)
RETRIES = Counter("babelwire_retries_total", "Items sent to a retry topic.", ["stage", "step"])
WAITS = Counter("babelwire_waits_total", "Items sent to a retry topic only because their turn had not come.", ["stage"])
RETURNED = Counter("babelwire_retries_returned_total", "Items moved back from a retry topic.", ["stage"])
DEAD_LETTERS = Counter("babelwire_dead_letters_total", "Dead letters.", ["stage", "error"])
BREAKER_OPEN = Gauge("babelwire_breaker_open", "1 while the dead-letter breaker has paused the stage.", ["stage"])
UNAVAILABLE = Gauge(
    "babelwire_dependency_unavailable", "1 while a dependency is down for this stage.", ["stage", "dependency"]
)
REBALANCES = Counter("babelwire_rebalances_total", "Assignments of partitions.", ["stage"])
CLOCK = Gauge(
    "babelwire_clock_seconds", "What time this process has (Unix time); a scrape's own time tells how far it is off."
)
CLOCK.set_function(time.time)

# The way of an article
OUTCOMES = Counter("babelwire_outcomes_total", "Outcomes written to the ledger, by state.", ["state"])
URLS = Gauge("babelwire_ledger_urls", "URLs in the ledger, by state.", ["state"])
FRESHNESS_SECONDS = Histogram(
    "babelwire_freshness_seconds", "From publication to searchable.", ["language"], buckets=FRESHNESS_BUCKETS
)
STEP_SECONDS = Histogram(
    "babelwire_step_seconds",
    "Of new articles, from the end of one step to that of the next: discovered (since publication), fetched, extracted, "
    "translated, searchable.",
    ["step", "language"],
    buckets=STEP_BUCKETS,
)
WAY_SECONDS = Histogram(
    "babelwire_way_seconds", "From discovery to the end of each stage.", ["stage"], buckets=FRESHNESS_BUCKETS
)

# Scheduler and fetcher
POLLS = Counter("babelwire_polls_total", "Polls of feeds and sitemaps, by result.", ["result"])
POLLS_DUE = Gauge("babelwire_polls_due", "Sources due when last looked.")
SUBSCRIPTIONS = Counter("babelwire_websub_subscriptions_total", "Subscriptions asked of hubs, by answer.", ["result"])
PUSHES = Counter("babelwire_websub_pushes_total", "What hubs have sent, by what became of it.", ["result"])
DISCOVERED = Counter("babelwire_discovered_total", "URLs found for the first time.")
LINKS_DROPPED = Counter("babelwire_links_dropped_total", "Links in feeds and sitemaps that were not taken.", ["reason"])
FETCHES = Counter("babelwire_fetches_total", "HTTP exchanges, by class of answer.", ["answer"])
FETCHED_BYTES = Counter("babelwire_fetched_bytes_total", "Bytes received after decoding.")
SWEPT = Counter("babelwire_swept_total", "URLs found overdue: asked for again, or given up.", ["result"])
RECHECKS = Counter("babelwire_rechecks_total", "Indexed articles asked for again, for they may have been corrected.")
MONTHS_DROPPED = Counter("babelwire_months_dropped_total", "Months of articles deleted because they were past.")
SOURCES = Gauge("babelwire_sources", "Sources by health.", ["health"])
SOURCES_YIELD = Gauge(
    "babelwire_sources_yield", "Sources by what they have lately yielded of what their rhythm lets expect.", ["yield"]
)
SOURCE_SHORTFALL = Gauge(
    "babelwire_source_shortfall_articles", "Of the sources that yield least of what is expected: articles missing.",
    ["rank", "source"],
)  # fmt: skip

# Extractor and translator
WORKERS_KILLED = Counter("babelwire_workers_killed_total", "Pool workers killed or died.", ["stage", "why"])
NOT_ARTICLES = Counter("babelwire_not_articles_total", "Pages told apart from articles.", ["reason"])
SOURCES_CHANGED = Gauge(
    "babelwire_sources_changed", "Sources whose articles lost length, standfirst or date abruptly, by sign.", ["sign"]
)
TRANSLATIONS = Counter("babelwire_translations_total", "Articles by language and status.", ["language", "status"])
UNTRANSLATED_AGAIN = Counter(
    "babelwire_untranslated_again_total",
    "Articles sent again: their language, or their text put off, can now be translated.",
    ["language"],
)
BODIES_WAITING = Counter(
    "babelwire_translations_shed_total", "Articles whose text was put off; title and standfirst are translated.",
    ["language"],
)  # fmt: skip
ENGINE_SECONDS = Counter("babelwire_engine_seconds_total", "Time spent in an engine.", ["engine"])
ENGINE_CHARACTERS = Counter("babelwire_engine_characters_total", "Characters given to an engine.", ["engine"])
MEMORY = Counter(
    "babelwire_translation_memory_total", "Sentences looked up among translations already made: `hit` or `miss`.",
    ["engine", "result"],
)  # fmt: skip
MEMORY_SENTENCES = Gauge("babelwire_translation_memory_sentences", "Sentences remembered.")
TRANSLATED_BLOCKS = Counter(
    "babelwire_translated_blocks_total", "Blocks of translated articles, by language and result.", ["language", "result"]
)
ENGINE_CALLS = Counter("babelwire_engine_calls_total", "Requests to an engine, by how they ended.", ["engine", "result"])
ENGINE_COST = Counter("babelwire_engine_cost_usd_total", "Estimated cost of an engine, at list price.", ["engine"])
ENGINE_BUDGET = Gauge(
    "babelwire_engine_budget_used_ratio", "Share of an engine's budget of the day that is used up.", ["engine"]
)
GUARD_FAILURES = Counter("babelwire_guard_failures_total", "Outputs of an engine refused.", ["engine", "guard"])

# Indexer, trends, web
BULK_DOCUMENTS = Histogram(
    "babelwire_bulk_documents", "Documents per bulk request.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
BULK_ITEMS = Counter("babelwire_bulk_items_total", "Items of bulk requests, by result.", ["result"])
EMBEDDINGS = Counter(
    "babelwire_embeddings_total", "Articles by how their vector was made: `made`, `none` (language not known), `failed`.",
    ["result"],
)  # fmt: skip
TREND_SCORE = Gauge("babelwire_trend_score", "Score of the trend at this rank.", ["rank", "term"])
TRENDS = Gauge("babelwire_trends", "Trends at present.")
TRENDS_WORKING = Gauge("babelwire_trends_working", "1 in the worker whose turn it is, 0 in those that stand by.")
TRENDS_COMPUTED = Gauge("babelwire_trends_computed_timestamp_seconds", "When trends were last computed (Unix time).")
WEB_SECONDS = Histogram("babelwire_web_request_duration_seconds", "Requests to the web service.", ["route", "status"])

# The engines, as the scheduler sees them
KAFKA_BROKERS = Gauge("babelwire_kafka_brokers", "Brokers that are there.")
KAFKA_UNDER_REPLICATED = Gauge(
    "babelwire_kafka_under_replicated_partitions", "Partitions of ours with too few copies in step."
)
KAFKA_LAG = Gauge(
    "babelwire_kafka_group_lag_messages", "Messages not committed, whether or not anybody works.", ["group", "topic"]
)
KAFKA_KEPT = Gauge("babelwire_kafka_topic_messages", "Messages kept.", ["topic"])
KAFKA_WRITTEN = Gauge(
    "babelwire_kafka_topic_end_offset", "Messages ever written, over all partitions; only grows.", ["topic"]
)
SEARCH_STATUS = Gauge("babelwire_opensearch_status", "0 green, 1 yellow, 2 red.")
SEARCH_NODES = Gauge("babelwire_opensearch_nodes", "Nodes that are there.")
SEARCH_SHARDS = Gauge("babelwire_opensearch_shards", "Shards by state.", ["state"])
SEARCH_DISK = Gauge("babelwire_opensearch_disk_bytes", "Size of a node's disk.", ["node"])
SEARCH_DISK_FREE = Gauge("babelwire_opensearch_disk_free_bytes", "What is free of it.", ["node"])
SEARCH_HEAP = Gauge("babelwire_opensearch_heap_used_ratio", "Share of a node's heap in use.", ["node"])
SEARCH_REJECTED = Gauge("babelwire_opensearch_rejected", "Requests rejected since the node's start.", ["node", "pool"])
SEARCH_DOCUMENTS = Gauge("babelwire_opensearch_documents", "Documents by kind of index.", ["kind"])
SEARCH_BYTES = Gauge("babelwire_opensearch_store_bytes", "Size by kind of index, replicas included.", ["kind"])
SEARCH_SPENT = Gauge(
    "babelwire_opensearch_operation_seconds",
    "Time spent on operations since the node's start; only grows.",
    ["node", "operation"],
)
SEARCH_DONE = Gauge(
    "babelwire_opensearch_operations", "Operations since the node's start; only grows.", ["node", "operation"]
)
SEARCH_CLOCK = Gauge("babelwire_opensearch_clock_skew_seconds", "How far the clock of a node is from ours.", ["node"])
