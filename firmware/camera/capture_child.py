"""The process that reads a camera for :mod:`firmware.camera.capture`: DEVICE WIDTH HEIGHT FRAMES_PER_S."""

import fcntl
import os
import queue
import signal
import sys
import threading

from firmware.camera.capture import ANSWER, F_SETPIPE_SZ, FAILED, FRAME, NOTHING, OPENED, PIPE_BYTES, SAME
from firmware.camera.source import OpenCvSource, Picture
from firmware.errors import DeviceMissing

READ_TIMEOUT_S = 0.5
REQUESTS_MAX = 8


def answer(kind: bytes, data: bytes | memoryview = b"", at_us: int = 0, shape: tuple[int, ...] = (0, 0, 0)) -> None:
    """Say one thing to whoever asked."""
    said = ANSWER.pack(kind, at_us, *shape, len(data)) + data
    left = memoryview(said)
    while left:
        left = left[os.write(1, left) :]


def requests(asked: "queue.Queue[bytes]") -> None:
    """Hear what is asked; nobody there any more ends the process, whatever its driver is doing."""
    while byte := os.read(0, 1):
        asked.put(byte)
    os._exit(0)


def main() -> None:
    """Open the camera, then answer each request with a frame."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the agent, which ends us
    fcntl.fcntl(1, F_SETPIPE_SZ, PIPE_BYTES)
    device, width, height, rate = sys.argv[1], *map(int, sys.argv[2:5])
    asked: queue.Queue[bytes] = queue.Queue(REQUESTS_MAX)
    threading.Thread(target=requests, args=(asked,), daemon=True).start()
    try:
        source = OpenCvSource(device, width, height, rate)
        answer(OPENED)
        last: Picture | None = None
        while asked.get():
            picture = source.read(READ_TIMEOUT_S)
            if picture is None:
                answer(NOTHING)
            elif picture is last:
                answer(SAME)
            else:
                frame = picture.frame if picture.frame.ndim == 3 else picture.frame[:, :, None]
                answer(FRAME, memoryview(frame.tobytes()), picture.at_us, frame.shape)
                last = picture
    except DeviceMissing as error:
        answer(FAILED, str(error).encode())


if __name__ == "__main__":
    main()
