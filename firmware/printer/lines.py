"""How a label printer is reached: over the network, or over USB as the kernel's printer class offers it."""

import os
import select
import socket
import time

REPLY_BYTES_MAX = 512
"""The three strings of a host status are 82 bytes long."""
PORT = 9100
"""The port of raw printing."""
OLD_PARTS_MAX = 64
"""So much that a printer said to somebody before us is thrown away."""
EMPTY_READ_S = 0.01
WRITE_TIMEOUT_S = 10.0
"""A printer that takes no byte of a label for so long has failed."""


class TcpLine:
    """A connection to a printer on the network.

    Raises: OSError, it cannot be made; UnicodeError, a host that cannot even be asked for, such as "printer..local".
    """

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._line = socket.create_connection((host, port), timeout_s)

    def send(self, data: bytes) -> None:
        """Send all of it. Raises: OSError."""
        self._line.sendall(data)

    def receive(self) -> bytes:
        """The next bytes; none if the line was closed. Raises: TimeoutError, OSError."""
        return self._line.recv(REPLY_BYTES_MAX)

    def close(self) -> None:
        """Let go. May be called twice."""
        self._line.close()


class UsbLine:
    """A printer's device, such as /dev/usb/lp0, opened both ways.

    What the printer said to somebody before us is thrown away.

    Raises: OSError, it is not there, another has it, or it never stops talking.

    Source: Linux, drivers/usb/class/usblp.c (a device that is open is busy for others; read and write block unless
    asked not to; a read may give nothing).
    """

    def __init__(self, path: str, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        silent = False
        try:
            for _ in range(OLD_PARTS_MAX):
                if not (self.waits() and self._read()):
                    silent = True
                    break
            if not silent:
                raise OSError("it talks without having been asked")
        finally:
            if not silent:
                self.close()

    def send(self, data: bytes) -> None:
        """Send all of it. Raises: OSError."""
        deadline = time.monotonic() + WRITE_TIMEOUT_S
        while data:
            ready = select.select([], [self._device], [], max(0.0, deadline - time.monotonic()))[1]
            if not ready:
                raise TimeoutError(f"it took nothing for {WRITE_TIMEOUT_S:.0f} s")
            try:
                sent = os.write(self._device, data)
            except BlockingIOError:
                continue
            data = data[sent:]
            deadline = time.monotonic() + WRITE_TIMEOUT_S

    def receive(self) -> bytes:
        """The next bytes. Raises: TimeoutError, OSError, the device has gone."""
        deadline = time.monotonic() + self._timeout_s
        while (left_s := deadline - time.monotonic()) > 0:
            if select.select([self._device], [], [], left_s)[0]:
                if data := self._read():
                    return data
                time.sleep(EMPTY_READ_S)  # ready, and nothing there: not to be asked again at once
        raise TimeoutError(f"it said nothing for {self._timeout_s:.0f} s")

    def waits(self) -> bool:
        """Whether something that the printer said waits to be read."""
        return bool(select.select([self._device], [], [], 0)[0])

    def close(self) -> None:
        """Let go."""
        os.close(self._device)

    def _read(self) -> bytes:
        try:
            return os.read(self._device, REPLY_BYTES_MAX)
        except BlockingIOError:
            return b""
