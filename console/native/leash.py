"""Becomes another program, as an unprivileged user if asked, that ends when the process which started it ends.

Run as a file, so that nothing but the standard library is imported: it stands before every engine and service.

    python -I leash.py [--user UID:GID] -- COMMAND ARGUMENT…
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    options, command = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    parent = os.getppid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if options:
        uid, gid = (int(number) for number in options[1].split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.environ.update(HOME="/nonexistent", USER="nobody", LOGNAME="nobody")
    if libc is not None:
        # After setuid, which clears it. It survives exec. SIGTERM: the orphan still stops in order.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(0)
    os.execvp(command[0], command)  # noqa: S606  (no shell is wanted)


main()
