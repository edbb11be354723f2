"""Structured logs with the same keys everywhere: `at level service event`, then `url_id article_id source_id stage topic
partition offset attempt state reason error trace` where they apply."""

import logging
import sys

import structlog

from shared.settings import Settings


def configure(service: str, settings: Settings) -> None:
    """Sends this process's logs, the libraries' among them, to standard error, one line each."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    shape: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(timestamp_key="at")
    )
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
        )
    )
    handler.addFilter(_Repeats())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell of every request and every heartbeat at level info.
    for chatty in ("httpx", "httpcore", "aiokafka", "uvicorn.access", "trafilatura", "htmldate"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    # It tells of every batch, and warns at each start that topics are not created by themselves, which we want so.
    logging.getLogger("babelwire.faststream").setLevel(logging.ERROR)


class _Repeats(logging.Filter):
    """Lets a line of the Kafka client pass once in REPEAT_SECONDS: it tells of a lost broker every second."""

    REPEAT_SECONDS = 30.0

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("aiokafka"):
            return True
        line = record.getMessage()
        if record.created - self._told.get(line, -self.REPEAT_SECONDS) < self.REPEAT_SECONDS:
            return False
        if len(self._told) > 1000:
            self._told.clear()
        self._told[line] = record.created
        return True


def get(stage: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry `stage`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(stage=stage)
    return logger
