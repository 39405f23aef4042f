"""A camera in a process of its own: its frames come over, and a driver that hangs is ended with its process."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest

from firmware.barcode import Symbol, read_symbols
from firmware.camera.capture import CaptureProcess
from firmware.camera.watcher import SymbolWatcher
from firmware.errors import DeviceMissing
from tests.firmware.films import film_of_a_label, frame_of_a_label
from tests.waiting import wait_until

OPEN_S = 20.0


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class NetworkCamera:
    """A camera that sends motion JPEG over HTTP, as long as it is not told to hang."""

    def __init__(self) -> None:
        self.hangs = threading.Event()
        self.clients = 0
        self._ended = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        self._jpeg = cv2.imencode(".jpg", frame_of_a_label())[1].tobytes()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.clients += 1
            threading.Thread(target=self._film, args=(line,), daemon=True).start()

    def _film(self, line: socket.socket) -> None:
        head = b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(self._jpeg)
        with line:
            try:
                line.recv(4096)
                line.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n")
                while not self._ended.wait(0.04):
                    if not self.hangs.is_set():
                        line.sendall(head + self._jpeg + b"\r\n")
            except OSError:
                return

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def camera() -> Iterator[NetworkCamera]:
    network = NetworkCamera()
    yield network
    network.close()


def test_frames_come_over_as_they_are_and_are_read(tmp_path: Path) -> None:
    source = CaptureProcess(film_of_a_label(tmp_path), 640, 480, 20, OPEN_S)
    try:
        picture = source.read(5)
        assert picture is not None
        assert picture.frame.shape == (480, 640), "without the colours, which nobody reads"
        assert [symbol.text for symbol in read_symbols(picture.frame)] == ["TOTE-0001"]
        with pytest.raises(DeviceMissing, match="is the camera still plugged in"):
            while source.read(5) is not None:
                pass
    finally:
        source.close()


def test_what_a_library_prints_stands_in_no_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chatty = tmp_path / "sitecustomize.py"
    chatty.write_text("import os; os.write(1, b'a library says hello, at length, on standard output\\n')\n", "ascii")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    source = CaptureProcess(film_of_a_label(tmp_path), 640, 480, 20, OPEN_S)
    try:
        assert source.read(5) is not None
    finally:
        source.close()


def test_no_camera_is_told_as_without_a_process() -> None:
    with pytest.raises(DeviceMissing, match="/dev/video-none: expected a camera, got none"):
        CaptureProcess("/dev/video-none", 640, 480, 20, OPEN_S)


def test_a_camera_whose_opening_hangs_is_given_up(tmp_path: Path) -> None:
    pipe = tmp_path / "camera.mjpeg"
    os.mkfifo(pipe)
    with pytest.raises(DeviceMissing, match="expected the camera to open within 3 s, it hangs"):
        CaptureProcess(str(pipe), 640, 480, 20, 3.0)


def test_a_frame_that_comes_late_is_waited_for_no_longer_and_still_taken(camera: NetworkCamera) -> None:
    source = CaptureProcess(camera.url, 640, 480, 20, OPEN_S)
    try:
        assert source.read(5) is not None
        camera.hangs.set()
        wait_until(lambda: source.read(0.1) is None, 5, "nothing comes any more")
        camera.hangs.clear()
        wait_until(lambda: source.read(0.5) is not None, 10, "frames again, of the same process")
        assert camera.clients == 1
    finally:
        source.close()


def test_a_driver_that_hangs_is_ended_with_its_process(camera: NetworkCamera) -> None:
    source = CaptureProcess(camera.url, 640, 480, 20, OPEN_S)
    child = source.pid
    assert source.read(5) is not None
    camera.hangs.set()
    wait_until(lambda: source.read(0.1) is None, 5, "it hangs")
    source.close()
    source.close()
    assert not is_alive(child)


def test_a_process_that_was_killed_is_told(tmp_path: Path, camera: NetworkCamera) -> None:
    source = CaptureProcess(camera.url, 640, 480, 20, OPEN_S)
    try:
        os.kill(source.pid, 9)
        with pytest.raises(DeviceMissing, match="the process that reads the camera ended"):
            for _ in range(20):
                source.read(0.5)
    finally:
        source.close()


def test_a_process_whose_parent_was_killed_ends_by_itself(camera: NetworkCamera) -> None:
    program = (
        "import sys, time; from firmware.camera.capture import CaptureProcess;"
        f"s = CaptureProcess({camera.url!r}, 640, 480, 20, {OPEN_S}); print(s.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    camera.hangs.set()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not is_alive(child), 5, "the child ends")


def test_a_watcher_reads_again_after_a_camera_that_hung(camera: NetworkCamera) -> None:
    symbols: list[Symbol] = []
    health: list[tuple[bool, str]] = []
    watcher = SymbolWatcher(
        lambda: CaptureProcess(camera.url, 640, 480, 20, OPEN_S),
        on_symbol=lambda symbol, _picture: symbols.append(symbol),
        on_unreadable=lambda *_: None,
        on_health=lambda ok, why: health.append((ok, why)),
        now_us=lambda: time.monotonic_ns() // 1000,
    )
    said: Callable[[], list[bool]] = lambda: [ok for ok, _ in health]  # noqa: E731
    watcher.start()
    try:
        wait_until(lambda: [s.text for s in symbols] == ["TOTE-0001"], 30, "the label")
        camera.hangs.set()
        wait_until(lambda: said()[-1] is False, 15, "it is told as failed")
        assert health[-1][1].startswith("Expected new frames from the camera, got none for 3 s")
        camera.hangs.clear()
        wait_until(lambda: said()[-1] is True, 30, "it is well again")
        assert camera.clients >= 2
    finally:
        watcher.close()
