"""What the repository says of containers, read."""

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

import console
import services
from shared.settings import ServiceSettings, Settings, variable

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\bBABELWIRE_[A-Z_]+\b")


def compose() -> dict[str, Any]:
    """docker-compose.yml, its merge keys resolved."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def service_names() -> list[str]:
    """The folders under services/."""
    return sorted(module.name for module in pkgutil.iter_modules(services.__path__) if module.ispkg)


def settings_classes() -> list[type[BaseSettings]]:
    """Every settings class of the product, those without variables of their own left out."""
    for package in (console, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".settings"):
                importlib.import_module(module.name)
    found: list[type[BaseSettings]] = []
    waiting: list[type[BaseSettings]] = [Settings, *BaseSettings.__subclasses__()]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        ours = kind.__module__.partition(".")[0] in {"shared", "services", "console"}
        if kind is not ServiceSettings and ours and kind not in found:
            found.append(kind)
    return sorted(found, key=lambda kind: kind.__qualname__)


def settings() -> dict[str, str | None]:
    """Every variable that a settings class of the product reads, with its description."""
    return {
        variable(kind, name): field.description for kind in settings_classes() for name, field in kind.model_fields.items()
    }
