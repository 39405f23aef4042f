"""The process that reads a camera for :mod:`firmware.camera.capture`: DEVICE WIDTH HEIGHT FRAMES_PER_S ANSWERS.

ANSWERS is the descriptor to write to; standard output is the libraries', which print what they like.
"""

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


def answer(
    out: int, kind: bytes, data: bytes | memoryview = b"", at_us: int = 0, shape: tuple[int, ...] = (0, 0, 0)
) -> None:
    """Say one thing to whoever asked."""
    said = ANSWER.pack(kind, at_us, *shape, len(data)) + data
    left = memoryview(said)
    while left:
        left = left[os.write(out, left) :]


def requests(asked: "queue.Queue[bytes]") -> None:
    """Hear what is asked; nobody there any more ends the process, whatever its driver is doing."""
    while byte := os.read(0, 1):
        asked.put(byte)
    os._exit(0)


def main() -> None:
    """Open the camera, then answer each request with a frame."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the agent, which ends us
    device, width, height, rate, out = sys.argv[1], *map(int, sys.argv[2:6])
    fcntl.fcntl(out, F_SETPIPE_SZ, PIPE_BYTES)
    asked: queue.Queue[bytes] = queue.Queue(REQUESTS_MAX)
    threading.Thread(target=requests, args=(asked,), daemon=True).start()
    try:
        source = OpenCvSource(device, width, height, rate)
        answer(out, OPENED)
        last: Picture | None = None
        while asked.get():
            picture = source.read(READ_TIMEOUT_S)
            if picture is None:
                answer(out, NOTHING)
            elif picture is last:
                answer(out, SAME)
            else:
                frame = picture.frame if picture.frame.ndim == 3 else picture.frame[:, :, None]
                answer(out, FRAME, memoryview(frame.tobytes()), picture.at_us, frame.shape)
                last = picture
    except DeviceMissing as error:
        answer(out, FAILED, str(error).encode())


if __name__ == "__main__":
    main()
