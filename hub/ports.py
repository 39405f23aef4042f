"""Ports of loopback."""

import socket


class PortInUse(OSError):
    """Another program listens there."""


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with take_port(0) as probe:
        return int(probe.getsockname()[1])


def take_port(port: int) -> socket.socket:
    """A socket bound to a port of loopback, 0: a free one; it does not listen yet.

    Raises:
        PortInUse: another program listens there, or this user may not.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortInUse(f"Web port {port}: expected it free, got: {error}. Choose another with --port.") from error
    return listener
