"""``python -m hub.demo.guard``: ends the demo's processes when the demo was killed and could not do it itself.

It leads the process group that they are in, and reads a pipe whose other end only the demo has: when the demo is
gone, however it went, the pipe ends. The kernel's own means (PR_SET_PDEATHSIG) would not do: a broker that root starts
goes on as its own user, which clears it; and it goes by the thread that started a process, not by the program.
"""

import os
import signal
import sys
import time

GRACE_S = 6.0
"""How long processes have to end in order before they are killed."""


def main() -> None:
    """Wait for the pipe's end, then end the group, itself too."""
    assert os.getpgrp() == os.getpid(), "the guard leads a group of its own: it ends all who are in it"
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_S)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
