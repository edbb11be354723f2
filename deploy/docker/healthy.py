"""Ends with status 0 when the service in this container says that it is ready, else with its reasons and status 1.

`python -IS healthy.py [PATH [PORT]]`; it runs every few seconds, so it imports little and needs nothing installed.
"""

import http.client
import sys

PORT = "8080"  # of every service in its container, as the Dockerfile has it
SECONDS = 4.0  # below the health check's own time


def main(path: str = "/health/ready", port: str = PORT) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status == 200:
            return 0
        print(answer.status, answer.read(2000).decode(errors="replace"))  # noqa: T201
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
