"""What holds for every test."""

import signal


def pytest_configure() -> None:
    """Let what the tests start be told to end by signals that whoever runs them has ignored, as ``nohup`` does: a
    child inherits what is ignored, and is given the default of what is handled."""
    for sign in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(sign) is signal.SIG_IGN:
            signal.signal(sign, lambda _sign, _frame: None)
