"""Every index, once."""

from datetime import UTC, datetime

ARTICLES = "articles"  # the read alias over all months
ARTICLES_PATTERN = "articles-v1-*"
BUILT_PREFIX = "built-"  # of a month that was built anew; its old name is then an alias
LEDGER_URLS = "ledger-urls-v1"
LEDGER_ARTICLES = "ledger-articles-v1"
SOURCES = "sources-v1"
HOSTS = "hosts-v1"
TRENDS = "trends-v1"
TREND_COUNTS = "trend-counts-v1"
TREND_RULES = "trend-rules-v1"
STORIES = "stories-v1"
PAIRS = "pairs-v1"
REPORTS = "reports-v1"
TAKEDOWNS = "takedowns-v1"
STORY_MEMBERS = "story-members-v1"
LEASES = "leases-v1"

FIXED = (
    LEDGER_URLS,
    LEDGER_ARTICLES,
    SOURCES,
    HOSTS,
    TRENDS,
    TREND_COUNTS,
    TREND_RULES,
    STORIES,
    STORY_MEMBERS,
    PAIRS,
    REPORTS,
    TAKEDOWNS,
    LEASES,
)


def month_index(moment: datetime) -> str:
    """The index of the articles first seen in the month of `moment`, by UTC.

    It goes by the article itself, never by size: `_id` is unique per index only, so a redelivery after a rollover would
    make a second document.
    """
    return f"articles-v1-{moment.astimezone(UTC):%Y.%m}"
