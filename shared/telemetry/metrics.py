"""Every metric of Babelwire, in this one file. Base units; labels of bounded cardinality only: never a URL, host or source.

`stage` is the name of the consumer (`fetcher`, `extractor`, `translator`, `indexer`, `ledger`, `trends`).
"""

from prometheus_client import Counter, Gauge, Histogram

PREFIX = "babelwire_"

# From a few milliseconds (the ledger) to the minutes a slow article may take to translate.
DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
# From seconds to the day after which news is old.
FRESHNESS_BUCKETS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800)

# The runner
ITEMS = Counter("babelwire_items_total", "Items a stage has finished, by how they ended.", ["stage", "result"])
ITEM_SECONDS = Histogram(
    "babelwire_item_duration_seconds", "From taking an item up to its outputs' acknowledgement.", ["stage"],
    buckets=DURATION_BUCKETS,
)  # fmt: skip
ITEMS_OPEN = Gauge("babelwire_items_open", "Items taken up and not finished.", ["stage"])
OLDEST_OPEN_SECONDS = Gauge("babelwire_oldest_open_item_seconds", "Age of the oldest item in the window.", ["stage"])
LAG = Gauge("babelwire_lag_messages", "Messages behind the end, of the partitions this process has.", ["stage", "topic"])
RETRIES = Counter("babelwire_retries_total", "Items sent to a retry topic.", ["stage", "step"])
WAITS = Counter("babelwire_waits_total", "Items sent to a retry topic only because their turn had not come.", ["stage"])
RETURNED = Counter("babelwire_retries_returned_total", "Items moved back from a retry topic.", ["stage"])
DEAD_LETTERS = Counter("babelwire_dead_letters_total", "Dead letters.", ["stage", "error"])
BREAKER_OPEN = Gauge("babelwire_breaker_open", "1 while the dead-letter breaker has paused the stage.", ["stage"])
UNAVAILABLE = Gauge(
    "babelwire_dependency_unavailable", "1 while a dependency is down for this stage.", ["stage", "dependency"]
)
REBALANCES = Counter("babelwire_rebalances_total", "Assignments of partitions.", ["stage"])

# The way of an article
OUTCOMES = Counter("babelwire_outcomes_total", "Outcomes written to the ledger, by state.", ["state"])
URLS = Gauge("babelwire_ledger_urls", "URLs in the ledger, by state.", ["state"])
FRESHNESS_SECONDS = Histogram(
    "babelwire_freshness_seconds", "From publication to searchable.", ["language"], buckets=FRESHNESS_BUCKETS
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
SOURCES = Gauge("babelwire_sources", "Sources by health.", ["health"])

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
WEB_SECONDS = Histogram("babelwire_web_request_duration_seconds", "Requests to the web service.", ["route", "status"])
