"""What each dashboard shows. Rates are per second unless the title says otherwise."""

from console.grafana import engines
from console.grafana.panel import Board, Panel

RATE = "[$__rate_interval]"
STAGE = 'stage=~"$stage"'
LANGUAGE = 'language=~"$language"'


def quantile(q: float, metric: str, by: str = "", over: str = RATE, where: str = "") -> str:
    """`q` of a histogram, by the labels `by`."""
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({q}, sum by ({labels}) (rate({metric}_bucket{{{where}}}{over})))".replace("{}", "")


def rate(metric: str, by: str, where: str = "") -> str:
    """How often per second, by the labels `by`."""
    return f"sum by ({by}) (rate({metric}{{{where}}}{RATE}))".replace("{}", "")


FRESHNESS, STEP = "babelwire_freshness_seconds", "babelwire_step_seconds"

OVERVIEW = Board(
    "overview",
    "overview",
    (
        Panel(1, "Articles per hour", "Written to the index, or found there unchanged.",
              (('sum(increase(babelwire_outcomes_total{state="indexed"}[1h]))', ""),),
              kind="stat", width=4, height=4, runbook="News has stopped"),
        Panel(5, "Freshness, median", "From publication to searchable, over an hour.",
              ((quantile(0.5, FRESHNESS, over="[1h]"), ""),),
              "s", "stat", orange=600, red=3600, width=4, height=4, runbook="Lag grows"),
        Panel(6, "Lag", "Messages that nobody has finished yet.",
              (("sum(max by (group, topic) (babelwire_kafka_group_lag_messages))", ""),),
              kind="stat", width=4, height=4, runbook="Lag grows"),
        Panel(7, "Dead letters", "In a day. babelwire dlq list shows them.",
              (("sum(increase(babelwire_dead_letters_total[1d]))", ""),),
              kind="stat", red=1, width=4, height=4, runbook="Dead letters"),
        Panel(8, "Alerts", "That fire now.", (('count(ALERTS{alertstate="firing"}) or vector(0)', ""),),
              kind="stat", red=1, width=4, height=4, runbook="Where to look"),
        Panel(3, "Down", "Services that do not answer Prometheus, and dependencies away for a stage.",
              (('(count(up{job="babelwire"} == 0) or vector(0)) + (sum(babelwire_dependency_unavailable) or vector(0))', ""),),
              kind="stat", red=1, width=4, height=4, runbook="Where to look"),
        Panel(9, "Pipeline", "Items finished, by stage.", ((rate("babelwire_items_total", "stage"), "{{stage}}"),), "ops"),
        Panel(10, "Lag by stage", "Messages behind the end.",
              (("sum by (stage) (babelwire_lag_messages)", "{{stage}}"),), runbook="Lag grows"),
        Panel(11, "Freshness", "From publication to searchable.",
              ((quantile(0.5, FRESHNESS, over="[15m]"), "median"), (quantile(0.95, FRESHNESS, over="[15m]"), "19 of 20")),
              "s", orange=1800, runbook="Lag grows"),
        Panel(2, "Later than half an hour", "Share of the articles; one in twenty may be. The alert looks at two windows.",
              (("babelwire:late:ratio5m", "5 min"), ("babelwire:late:ratio1h", "1 h"), ("babelwire:late:ratio6h", "6 h")),
              "percentunit", orange=0.05, red=0.72, most=1, runbook="Lag grows"),
        Panel(12, "Each step", "Of new articles, median: since publication discovered, then since the step before.",
              ((quantile(0.5, STEP, "step", "[15m]"), "{{step}}"),), "s"),
        Panel(13, "How URLs end", "Outcomes, by state.",
              ((rate("babelwire_outcomes_total", "state"), "{{state}}"),), "ops", stacked=True),
        Panel(14, "The ledger", "All URLs ever found, by state.",
              (("max by (state) (babelwire_ledger_urls)", "{{state}}"),), stacked=True),
        Panel(15, "Retries and dead letters", "By stage.",
              ((rate("babelwire_retries_total", "stage"), "{{stage}}, retry"),
               (rate("babelwire_dead_letters_total", "stage"), "{{stage}}, dead letter")), "ops", runbook="Dead letters"),
        Panel(16, "Pages of the site", "19 of 20 requests are answered in so long.",
              ((quantile(0.95, "babelwire_web_request_duration_seconds", "route"), "{{route}}"),), "s", orange=1),
        Panel(17, "Answers of the site", "By status.",
              ((rate("babelwire_web_request_duration_seconds_count", "status"), "{{status}}"),), "ops", stacked=True),
        Panel(4, "Clocks", "How far each process' clock is from Prometheus'.",
              (("abs(babelwire_clock_seconds - timestamp(babelwire_clock_seconds))", "{{service}} {{instance}}"),),
              "s", red=5, runbook="Clocks differ"),
        Panel(18, "Fetches", "HTTP exchanges, by class of answer.",
              ((rate("babelwire_fetches_total", "answer"), "{{answer}}"),), "ops", stacked=True),
    ),
)  # fmt: skip

STAGES = Board(
    "stage",
    "stage",
    (
        Panel(9, "Rate", "Items finished.", ((rate("babelwire_items_total", "stage", STAGE), "{{stage}}"),), "ops"),
        Panel(10, "Ends", "How items ended.",
              ((rate("babelwire_items_total", "stage, result", STAGE), "{{stage}}: {{result}}"),), "ops", stacked=True),
        Panel(11, "Duration", "Half and 19 of 20 items are done in so long.",
              ((quantile(0.5, "babelwire_item_duration_seconds", "stage", where=STAGE), "{{stage}}, median"),
               (quantile(0.95, "babelwire_item_duration_seconds", "stage", where=STAGE), "{{stage}}, 19 of 20")),
              "s", runbook="Lag grows"),
        Panel(1, "Lag", "Messages behind the end, by topic.",
              ((f"sum by (stage, topic) (babelwire_lag_messages{{{STAGE}}})", "{{stage}}: {{topic}}"),), orange=1000,
              runbook="Lag grows"),
        Panel(5, "Lag in time", "How long the oldest message not finished has stood in its topic.",
              ((f"max by (stage, topic) (babelwire_lag_seconds{{{STAGE}}})", "{{stage}}: {{topic}}"),), "s", orange=1800,
              runbook="Lag grows"),
        Panel(12, "Oldest open item", "In the window; a straggler climbs.",
              ((f"max by (stage) (babelwire_oldest_open_item_seconds{{{STAGE}}})", "{{stage}}"),), "s", runbook="Lag grows"),
        Panel(13, "Open items", "Taken up and not finished.",
              ((f"sum by (stage) (babelwire_items_open{{{STAGE}}})", "{{stage}}"),)),
        Panel(14, "Retries and waits", "To and from the retry topics; a wait is for a host's turn and counts as no attempt.",
              ((rate("babelwire_retries_total", "stage, step", STAGE), "{{stage}}, {{step}}"),
               (rate("babelwire_waits_total", "stage", STAGE), "{{stage}}, wait"),
               (rate("babelwire_retries_returned_total", "stage", STAGE), "{{stage}}, returned")), "ops"),
        Panel(2, "Dead letters", "By error.",
              ((rate("babelwire_dead_letters_total", "stage, error", STAGE), "{{stage}}: {{error}}"),), "ops",
              runbook="Dead letters"),
        Panel(3, "Breakers and dependencies", "1 while a breaker is open, or a dependency is away.",
              ((f"max by (stage) (babelwire_breaker_open{{{STAGE}}})", "breaker of {{stage}}"),
               (f"max by (stage, dependency) (babelwire_dependency_unavailable{{{STAGE}}})", "{{dependency}} for {{stage}}")),
              red=1, most=1, runbook="The breaker is open"),
        Panel(4, "Workers killed", "In a quarter of an hour, by why.",
              ((f"sum by (stage, why) (increase(babelwire_workers_killed_total{{{STAGE}}}[15m]))", "{{stage}}: {{why}}"),),
              red=20, runbook="Lag grows"),
        Panel(15, "Rebalances", "Assignments of partitions.",
              ((rate("babelwire_rebalances_total", "stage", STAGE), "{{stage}}"),), "ops"),
        Panel(16, "From discovery", "To the end of each stage, median.",
              ((quantile(0.5, "babelwire_way_seconds", "stage", "[15m]", STAGE), "{{stage}}"),), "s"),
        Panel(17, "Memory", "Of each process.",
              (('process_resident_memory_bytes{job="babelwire"}', "{{service}} {{instance}}"),), "bytes"),
        Panel(18, "Processor", "Cores in use, worker processes not counted.",
              ((f'rate(process_cpu_seconds_total{{job="babelwire"}}{RATE})', "{{service}} {{instance}}"),)),
    ),
    (("stage", "babelwire_items_open"),),
)  # fmt: skip

SOURCES = Board(
    "sources",
    "sources",
    (
        Panel(1, "Health", "babelwire status names those that are not well.",
              (("max by (health) (babelwire_sources)", "{{health}}"),), stacked=True, runbook="A source is silent"),
        Panel(4, "Yield", "Sources by what they yielded in three days of what their rhythm lets expect.",
              (("max by (yield) (babelwire_sources_yield)", "{{yield}}"),), stacked=True, runbook="A source is silent"),
        Panel(2, "Owed", "Articles that are missing, of the sources that owe most; 0 where none does.",
              (("topk(10, max by (source) (babelwire_source_shortfall_articles)) or label_replace(vector(0), "
                '"source", "none", "", "")', "{{source}}"),), red=50, runbook="A source is silent"),
        Panel(3, "Changed", "Sources whose articles lost something abruptly, by sign.",
              (("sum by (sign) (babelwire_sources_changed)", "{{sign}}"),), orange=1, runbook="A source has changed"),
        Panel(5, "Polls", "Of feeds and sitemaps, by result.",
              ((rate("babelwire_polls_total", "result"), "{{result}}"),), "ops", stacked=True),
        Panel(6, "Polls due", "When last looked.", (("max(babelwire_polls_due)", "due"),)),
        Panel(7, "Discovered", "URLs found for the first time.",
              (("sum(rate(babelwire_discovered_total[$__rate_interval]))", "new"),), "ops", runbook="News has stopped"),
        Panel(8, "Links dropped", "In feeds and sitemaps, by reason.",
              ((rate("babelwire_links_dropped_total", "reason"), "{{reason}}"),), "ops", stacked=True),
        Panel(9, "Fetches", "HTTP exchanges, by class of answer.",
              ((rate("babelwire_fetches_total", "answer"), "{{answer}}"),), "ops", stacked=True),
        Panel(10, "Bytes fetched", "After decoding.", (("sum(rate(babelwire_fetched_bytes_total[$__rate_interval]))", "bytes"),), "Bps"),
        Panel(11, "No articles", "Pages told apart from articles, by reason.",
              ((rate("babelwire_not_articles_total", "reason"), "{{reason}}"),), "ops", stacked=True),
        Panel(12, "Asked for again", "Overdue URLs, and indexed articles that may have been corrected.",
              ((rate("babelwire_swept_total", "result"), "overdue: {{result}}"),
               ("sum(rate(babelwire_rechecks_total[$__rate_interval]))", "may be corrected")), "ops"),
        Panel(13, "Hubs (WebSub)", "Subscriptions asked and what hubs have sent; 0 where there are none.",
              ((f"{rate('babelwire_websub_subscriptions_total', 'result')} or vector(0)", "asked: {{result}}"),
               (f"{rate('babelwire_websub_pushes_total', 'result')} or vector(0)", "push: {{result}}")), "ops"),
    ),
)  # fmt: skip

TRANSLATION = Board(
    "translation",
    "translation",
    (
        Panel(2, "Articles", "By status.",
              ((rate("babelwire_translations_total", "status", LANGUAGE), "{{status}}"),), "ops", stacked=True),
        Panel(3, "Languages", "Articles, by language.",
              ((rate("babelwire_translations_total", "language", LANGUAGE), "{{language}}"),), "ops", stacked=True),
        Panel(4, "Blocks", "Translated, or left in the original.",
              ((rate("babelwire_translated_blocks_total", "result", LANGUAGE), "{{result}}"),), "ops", stacked=True),
        Panel(5, "Freshness by language", "From publication to searchable, median over an hour.",
              ((quantile(0.5, FRESHNESS, "language", "[1h]", LANGUAGE), "{{language}}"),), "s", orange=1800),
        Panel(6, "Time to translate", "From extracted to translated, 19 of 20.",
              ((quantile(0.95, STEP, "language", "[15m]", f'step="translated", {LANGUAGE}'), "{{language}}"),), "s"),
        Panel(7, "Engines", "Calls, by how they ended.",
              ((rate("babelwire_engine_calls_total", "engine, result", 'engine=~"$engine"'), "{{engine}}: {{result}}"),), "ops"),
        Panel(8, "Characters", "Given to engines.",
              ((rate("babelwire_engine_characters_total", "engine", 'engine=~"$engine"'), "{{engine}}"),), "cps"),
        Panel(9, "Time in engines", "Seconds per second: how many work at once.",
              ((rate("babelwire_engine_seconds_total", "engine", 'engine=~"$engine"'), "{{engine}}"),)),
        Panel(1, "Budgets", "Used up today, 0 where an engine has none.",
              (("max by (engine) (babelwire_engine_budget_used_ratio) or 0 * max by (engine) (babelwire_engine_characters_total)",
                "{{engine}}"),), "percentunit", orange=0.8, red=0.9, most=1, runbook="The budget of an engine is used up"),
        Panel(10, "Cost", "In a day, at list price.",
              (("sum by (engine) (increase(babelwire_engine_cost_usd_total[1d]))", "{{engine}}"),), "currencyUSD"),
        Panel(11, "Refused outputs", "By the guard that refused.",
              ((rate("babelwire_guard_failures_total", "engine, guard", 'engine=~"$engine"'), "{{engine}}: {{guard}}"),), "ops"),
        Panel(12, "Memory", "Share of sentences that were known, over an hour.",
              (('sum(rate(babelwire_translation_memory_total{result="hit"}[1h])) / sum(rate(babelwire_translation_memory_total[1h]))', "known"),), "percentunit", most=1),
    ),
    (("language", "babelwire_translations_total"), ("engine", "babelwire_engine_characters_total")),
)  # fmt: skip

TRENDS = Board(
    "trends",
    "trends and stories",
    (
        Panel(1, "Workers at work", "One; others stand by.",
              (("max(babelwire_trends_working)", ""),), kind="stat", width=6, height=4, runbook="Trends stand still"),
        Panel(2, "Computed", "How long ago.",
              (("time() - max(babelwire_trends_computed_timestamp_seconds)", ""),), "s", "stat", orange=600, red=1800,
              width=6, height=4, runbook="Trends stand still"),
        Panel(3, "Trends", "At present.", (("max(babelwire_trends)", ""),), kind="stat", width=6, height=4),
        Panel(4, "Stories", "In the index.", (('max(babelwire_opensearch_documents{kind="stories"})', ""),), kind="stat",
              width=6, height=4),
        Panel(5, "What trends", "Score, by term.", (("max by (term) (babelwire_trend_score)", "{{term}}"),),
              kind="bargauge", width=12),
        Panel(6, "Scores", "Of the first ten ranks.", (("max by (rank) (babelwire_trend_score)", "rank {{rank}}"),), width=12),
        Panel(7, "Vectors", "Articles by how theirs was made.",
              ((rate("babelwire_embeddings_total", "result"), "{{result}}"),), "ops", stacked=True, width=12),
        Panel(8, "News seen", "By the worker.", ((rate("babelwire_items_total", "stage", 'stage="trends"'), "{{stage}}"),), "ops",
              width=12),
    ),
)  # fmt: skip

BOARDS = (OVERVIEW, STAGES, SOURCES, TRANSLATION, TRENDS, engines.KAFKA, engines.OPENSEARCH)
