"""The engines that the settings switch on, free ones first."""

from collections.abc import Iterator, Sequence

from pydantic import SecretStr

from services.translator.bad_setting import BadSetting, naming
from services.translator.budget import Budget
from services.translator.engine import Engine
from services.translator.engines.amazon import Amazon
from services.translator.engines.apertium import Apertium
from services.translator.engines.apertium_command import ApertiumCommand
from services.translator.engines.azure import Azure
from services.translator.engines.ctranslate2 import CTranslate2Engine
from services.translator.engines.deepl import DeepL
from services.translator.engines.google import Google
from services.translator.engines.google_token import ServiceAccount, TokenFile
from services.translator.engines.http import Dialect, HttpEngine
from services.translator.engines.libretranslate import LibreTranslate
from services.translator.engines.openai import OpenAI
from services.translator.engines.replay import ReplayEngine
from services.translator.engines.sigv4 import Credentials
from services.translator.kept import Kept
from services.translator.routes import budgets
from services.translator.settings import TranslatorSettings
from shared.settings import variable

# What switches an engine on only together.
TOGETHER = (
    ("openai_url", "openai_model"),
    ("amazon_region", "amazon_key_id", "amazon_secret"),
    ("google_project", "google_token_file"),
)


def remote(own: TranslatorSettings) -> list[Engine]:
    """Every engine but Firefox, each within its budget. Raises BadSetting where a file cannot be used, a library is not
    installed, or an engine is only half described."""
    for fields in TOGETHER:
        if not (own.google_credentials_file and "google_project" in fields):
            _whole(own, fields)
    engines: list[Engine] = []
    if own.replay_file:
        with naming("replay_file"):
            engines.append(ReplayEngine(own.replay_file))
    if own.ctranslate2_models:
        with naming("ctranslate2_models"):
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
        with naming("budget_file"):
            budget = None if most is None else Budget(own.budget_file, dialect.name, most)
        with naming("engine_proxy"):
            engine = HttpEngine(dialect, seconds=own.engine_seconds, proxy=own.engine_proxy)
        engines.append(Kept(engine, budget))
    # Last: a gist is better than nothing, and than nothing else.
    if own.apertium_command:
        with naming("apertium_command"):
            if own.apertium_url:
                raise ValueError("one of it and the address is enough")
            engines.append(Kept(ApertiumCommand(own.apertium_command, seconds=own.engine_seconds)))
    return engines


def _dialects(own: TranslatorSettings) -> Iterator[Dialect]:
    if own.libretranslate_url:
        yield LibreTranslate(own.libretranslate_url, _plain(own.libretranslate_key), markup=own.libretranslate_markup)
    if own.openai_url and own.openai_model:
        yield OpenAI(own.openai_url, own.openai_model, _plain(own.openai_key))
    if own.azure_key:
        yield Azure(own.azure_key.get_secret_value(), own.azure_region)
    if own.amazon_region and own.amazon_key_id and own.amazon_secret:
        keys = Credentials(own.amazon_key_id, own.amazon_secret.get_secret_value(), _plain(own.amazon_session))
        yield Amazon(keys, own.amazon_region)
    if own.deepl_key:
        yield DeepL(own.deepl_key.get_secret_value())
    if own.google_credentials_file:
        with naming("google_credentials_file"):
            account = ServiceAccount(own.google_credentials_file, seconds=own.engine_seconds, proxy=own.engine_proxy)
            if not (project := own.google_project or account.project):
                raise ValueError(f"{own.google_credentials_file} names no project, and no setting does")
        yield Google(project, account)
    elif own.google_project and own.google_token_file:
        yield Google(own.google_project, TokenFile(own.google_token_file))
    if own.apertium_url:
        yield Apertium(own.apertium_url)


def _whole(own: TranslatorSettings, fields: Sequence[str]) -> None:
    """Raises BadSetting where some of `fields` are set and some are not: the engine was meant to be there."""
    missing = [field for field in fields if not getattr(own, field)]
    if missing and len(missing) < len(fields):
        given = next(field for field in fields if field not in missing)
        raise BadSetting(
            f"{variable(TranslatorSettings, missing[0])}: missing, beside {variable(TranslatorSettings, given)}"
        )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
