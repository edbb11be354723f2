"""The engines that the settings switch on, free ones first."""

from collections.abc import Iterator

from pydantic import SecretStr

from services.translator.budget import Budget
from services.translator.engine import Engine
from services.translator.engines.amazon import Amazon
from services.translator.engines.apertium import Apertium
from services.translator.engines.azure import Azure
from services.translator.engines.ctranslate2 import CTranslate2Engine
from services.translator.engines.deepl import DeepL
from services.translator.engines.google import Google
from services.translator.engines.http import Dialect, HttpEngine
from services.translator.engines.libretranslate import LibreTranslate
from services.translator.engines.openai import OpenAI
from services.translator.engines.replay import ReplayEngine
from services.translator.engines.sigv4 import Credentials
from services.translator.kept import Kept
from services.translator.routes import budgets
from services.translator.settings import TranslatorSettings


def remote(own: TranslatorSettings) -> list[Engine]:
    """Every engine but Firefox, each within its budget. Raises OSError or ValueError on a replay file that cannot be read or
    a library that is not installed, sqlite3.Error on a budget file that cannot be used."""
    engines: list[Engine] = [ReplayEngine(own.replay_file)] if own.replay_file else []
    if own.ctranslate2_models:
        engines.append(
            CTranslate2Engine(
                own.ctranslate2_models,
                workers=own.workers,
                timeout=own.task_timeout_seconds,
                mib=own.worker_memory_mb,
                most_models=own.models_per_worker,
            )
        )
    limits = budgets(own.budgets)
    for dialect in _dialects(own):
        most = limits.get(dialect.name)
        budget = None if most is None else Budget(own.budget_file, dialect.name, most)
        engines.append(Kept(HttpEngine(dialect, seconds=own.engine_seconds, proxy=own.engine_proxy), budget))
    return engines


def _dialects(own: TranslatorSettings) -> Iterator[Dialect]:
    if own.libretranslate_url:
        yield LibreTranslate(own.libretranslate_url, _plain(own.libretranslate_key), markup=own.libretranslate_markup)
    if own.openai_url and own.openai_model:
        yield OpenAI(own.openai_url, own.openai_model, _plain(own.openai_key))
    if own.azure_key:
        yield Azure(own.azure_key.get_secret_value(), own.azure_region)
    if own.amazon_region and own.amazon_key_id and own.amazon_secret:
        yield Amazon(Credentials(own.amazon_key_id, own.amazon_secret.get_secret_value()), own.amazon_region)
    if own.deepl_key:
        yield DeepL(own.deepl_key.get_secret_value())
    if own.google_project and own.google_token_file:
        yield Google(own.google_project, own.google_token_file)
    if own.apertium_url:
        yield Apertium(own.apertium_url)  # last: a gist is better than nothing, and than nothing else


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
