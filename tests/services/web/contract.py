"""`make api`: schemathesis against the API, over what test_openapi.py has in its store.

Not judged: that whatever the document allows is accepted. Which cursor was given, and which address a piece of news could
have, no schema says; test_openapi.py knows which answers are right then.
"""

import asyncio
import sys

from pydantic import SecretStr

from console.native.ports import free
from services.web.app import site
from services.web.settings import WebSettings
from shared.telemetry.health import server
from tests.services.web.test_openapi import STORE, TOKEN

EXAMPLES = 50
SEED = 7


async def asked(program: str) -> int:
    """The exit status of the schemathesis at `program`."""
    listen = f"127.0.0.1:{free()[0]}"
    own = WebSettings(requests_per_minute=0, cache_seconds=0, token=SecretStr(TOKEN), pictures=False)
    serving = server(site(own, STORE), listen, 1)  # type: ignore[arg-type]
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.05)
    done = await asyncio.create_subprocess_exec(
        program, "run", f"http://{listen}/api/v1/openapi.json", "-H", f"Authorization: Bearer {TOKEN}",
        "--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing", "--seed", str(SEED),
        "--exclude-checks", "positive_data_acceptance", "--continue-on-failure",
    )  # fmt: skip
    status = await done.wait()
    serving.should_exit = True
    await task
    return status


if __name__ == "__main__":
    sys.exit(asyncio.run(asked(sys.argv[1])))
