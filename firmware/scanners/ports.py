"""What a scanner is plugged into: a serial port, or an input device that is grabbed."""

import fcntl
import os
import select
from collections.abc import Callable
from typing import Protocol

import serial

READ_TIMEOUT_S = 0.5
READ_BYTES_MAX = 4096
EVIOCGRAB = 0x40044590
"""Nobody else, no console either, gets the device's events. Source: Linux, include/uapi/linux/input.h."""


class Port(Protocol):
    """Where bytes of a scanner come out."""

    def read(self) -> bytes:
        """What has come; empty if nothing does within :data:`READ_TIMEOUT_S`. Raises: OSError, it is gone."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class SerialPort:
    """A serial line, opened for ourselves alone. Raises: OSError, ValueError, termios.error."""

    def __init__(self, path: str, baud: int) -> None:
        self._line = serial.Serial(path, baud, timeout=READ_TIMEOUT_S, exclusive=True)

    def read(self) -> bytes:
        """What has come. Raises: OSError, the line is gone."""
        data = bytes(self._line.read(1))
        return data + bytes(self._line.read(self._line.in_waiting)) if data else data

    def close(self) -> None:
        """Let go of it."""
        self._line.close()


def grab(descriptor: int) -> None:
    """Take an input device for ourselves alone. Raises: OSError, another has it, or it is no input device."""
    fcntl.ioctl(descriptor, EVIOCGRAB, 1)


class InputPort:
    """An input device of the kernel, such as /dev/input/by-id/...-event-kbd.

    Args:
        path: The device.
        take: Takes it for ourselves alone.

    Raises: OSError.
    """

    def __init__(self, path: str, take: Callable[[int], None] = grab) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        taken = False
        try:
            take(self._descriptor)
            taken = True
        finally:
            if not taken:
                self.close()

    def read(self) -> bytes:
        """What has come. Raises: OSError, the device is gone."""
        ready, _, _ = select.select([self._descriptor], [], [], READ_TIMEOUT_S)
        if not ready:
            return b""
        try:
            data = os.read(self._descriptor, READ_BYTES_MAX)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError("the device has ended")
        return data

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)
