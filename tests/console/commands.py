"""Running commands as a user types them."""

from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from console.main import app

# Nothing listens there.
AWAY = {"BABELWIRE_KAFKA_BOOTSTRAP": "127.0.0.1:1", "BABELWIRE_OPENSEARCH_URL": "http://127.0.0.1:1"}


def babelwire(*arguments: str | Path, env: Mapping[str, str] = AWAY, given: str | bytes | None = None) -> Result:
    """What `babelwire arguments` prints and its exit status; the engines are away unless `env` names them.

    What the command does not expect is raised, as the traceback that it would be.
    """
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=given, env=dict(env))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
