"""`python -m newsroom`: a small fictional press on the ports of this machine."""

import argparse
import asyncio
import sys
from pathlib import Path

from newsroom.control import control
from newsroom.newsroom import Newsroom
from newsroom.outlets import LOOPBACK, Addresses, read_outlets
from newsroom.press import read_press
from newsroom.server import serve
from newsroom.timeline import Timeline


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM. Returns the exit status; 1, and one line, when it cannot begin."""
    given = _parser().parse_args(arguments)
    outlets = read_outlets()
    if given.control_port in range(given.port_base, given.port_base + len(outlets)):
        print("newsroom: the control port is among the outlets'", file=sys.stderr)  # noqa: T201
        return 2
    try:
        timeline = Timeline(given.state)
        newsroom = Newsroom(outlets, read_press(outlets), timeline, Addresses.of(outlets, given.port_base, given.names))
        apps = {port: site.app for port, site in newsroom.sites.items()} | {given.control_port: control(newsroom)}
        asyncio.run(serve(apps, given.host, timeline, given.interval))
    except KeyboardInterrupt:
        pass
    except (OSError, ValueError) as error:
        print(f"newsroom: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="newsroom", description=__doc__)
    parser.add_argument("--port-base", type=int, required=True, help="port of the first outlet; the others follow")
    parser.add_argument("--control-port", type=int, required=True)
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default %(default)s)")
    parser.add_argument("--interval", type=float, help="seconds between two rounds; without it only POST /next goes on")
    parser.add_argument("--state", type=Path, help="file that keeps when each round began")
    parser.add_argument(
        "--names", action="store_true", help="outlets are known as ID.newsroom:PORT instead of 127.0.0.1:PORT"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
