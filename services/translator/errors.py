"""What an engine may answer instead of a translation, in words that fit every engine.

EngineError
├── RateLimited        too many requests; `retry_after` seconds where the engine says so
├── QuotaExhausted     nothing more until the budget is renewed
├── TooLarge           the request is over the engine's limits: split it and ask again
├── BadPair            the engine does not translate from this language
├── AuthFailed         the engine does not accept our key
├── EngineTransient    the engine failed, hung or died; the next request may work
└── BadOutput          an answer that is none: unreadable, or not as many items as were asked for
"""


class EngineError(Exception):
    """Root of the tree above."""


class RateLimited(EngineError):
    """Too many requests. `retry_after` is in seconds."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class QuotaExhausted(EngineError):
    """The budget is used up."""


class TooLarge(EngineError):
    """The request is over the engine's limits."""


class BadPair(EngineError):
    """The engine does not translate from this language."""


class AuthFailed(EngineError):
    """The engine does not accept our key."""


class EngineTransient(EngineError):
    """The engine failed this time."""


class BadOutput(EngineError):
    """The engine's answer cannot be used."""
