"""How a process is told to end: by its supervisor, by Ctrl-C, by a terminal that is closed."""

import os
import signal
from collections.abc import Callable, Sequence
from types import FrameType


def on_end(end: Callable[[], None]) -> None:
    """Have ``end`` called on SIGTERM, SIGINT and SIGHUP; on the main thread, between two of its instructions.

    SIGHUP is left alone where whoever started the process has it ignored, as ``nohup`` does. What is written to a
    terminal that was closed goes nowhere: it must not keep the process from ending in order.
    """
    terminals = [stream for stream in (1, 2) if os.isatty(stream)]

    def told(sign: int, _frame: FrameType | None) -> None:
        if sign == signal.SIGHUP:
            _let_go(terminals)
        end()

    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if sign != signal.SIGHUP or signal.getsignal(sign) is not signal.SIG_IGN:
            signal.signal(sign, told)


def _let_go(terminals: Sequence[int]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in terminals:
        os.dup2(nowhere, stream)
    os.close(nowhere)
