"""``shelflight-edge device aim`` in a process of its own: its page, its words, and what it refuses."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.commissioning.aiming import Aimer
from edge.contract.hands import Show, Shown, Unplug
from firmware.camera.source import Picture
from firmware.errors import DeviceMissing
from tests.edge.hands_client import Hands
from tests.edge.small_site import write_site
from tests.waiting import wait_until

LABEL = Shown(text="4006381333931", symbology="EAN-13")
GREEN = (60, 200, 80)


class Aiming:
    """The command, simulated, and hands at it."""

    def __init__(self, directory: Path, *words: str) -> None:
        self.site = write_site(directory / "site")
        self._log, self.data = directory / "aim.log", directory / "data"
        command = [sys.executable, "-c", "from edge.cli import main; main()", "device", "aim", "--station", "pack-1"]
        command += ["--site", str(self.site), "--data", str(self.data), "--hands", str(directory / "run")]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--simulate", "--port", "0", *words], stdout=log, stderr=subprocess.STDOUT
            )
        self.hands = Hands(directory / "run" / "pack-1.sock", 30)
        wait_until(lambda: "the picture: " in self.said, 20, "the page's address")
        self.url = re.findall(r"http://\S+/", self.said)[0]

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8")

    def ask(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return bytes(answer.read())

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("sight.json"))
        return found

    def end(self) -> int:
        self.hands.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture
def aiming(tmp_path: Path) -> Iterator[Aiming]:
    made = Aiming(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_the_page_shows_the_symbol_outlined_its_size_and_how_much_is_read(aiming: Aiming) -> None:
    aiming.hands.do(Show(symbols=(LABEL,)))
    wait_until(lambda: aiming.seen()["reads"], 15, "the label to be read")
    wait_until(lambda: (aiming.seen()["read_share"] or 0) > 0.8, 15, "the read rate")
    seen = aiming.seen()
    assert seen["reads"][0]["text"] == LABEL.text
    assert 1.75 < seen["reads"][0]["module_px"] < 4
    frame = cv2.imdecode(np.frombuffer(aiming.ask("frame.jpg"), np.uint8), cv2.IMREAD_COLOR)
    assert frame is not None
    near_green = np.abs(frame[:, :, ::-1].astype(int) - GREEN).max(axis=2) < 60
    assert near_green.sum() > 500, "the outline"
    assert b"Aim the camera of pack-1" in aiming.ask("")
    wait_until(lambda: "EAN-13 4006381333931" in aiming.said, 10, "the words of the terminal")
    assert "WARNING" not in aiming.said
    assert aiming.end() == 0


def test_a_camera_that_is_unplugged_is_said_and_comes_back(aiming: Aiming) -> None:
    wait_until(lambda: aiming.seen()["frame"], 15, "a frame")
    aiming.hands.do(Unplug(part="camera", plugged=False))
    wait_until(lambda: "unplugged" in aiming.seen()["hints"][0], 15, "the failure")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        aiming.ask("frame.jpg")
    aiming.hands.do(Unplug(part="camera", plugged=True))
    wait_until(lambda: "Nothing is before the camera" in aiming.seen()["hints"][0], 15, "the recovery")
    assert aiming.end() == 1, "nothing was read"


def test_a_page_for_the_network_is_warned_of(tmp_path: Path) -> None:
    aiming = Aiming(tmp_path, "--listen", "0.0.0.0")
    try:
        wait_until(lambda: "WARNING: whoever reaches port" in aiming.said, 10, "the warning")
    finally:
        aiming.end()


def run(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    site = directory / "site" if (directory / "site").exists() else write_site(directory / "site")
    command = [sys.executable, "-c", "from edge.cli import main; main()", "device", "aim", "--site", str(site)]
    command += ["--data", str(directory / "data"), "--hands", str(directory / "run"), "--simulate", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--station", "bay-01"], "bay-01 has no [camera] section"),
        (["--station", "pack-1", "--listen", "192.0.2.1"], "--listen 192.0.2.1 --port 8642: expected to listen there"),
    ],
)
def test_what_cannot_be_aimed_is_refused_with_why(tmp_path: Path, words: list[str], said: str) -> None:
    ended = run(tmp_path, *words)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_station_whose_agent_has_the_camera_is_not_aimed(aiming: Aiming, tmp_path: Path) -> None:
    ended = run(tmp_path, "--station", "pack-1", "--port", "0")
    assert ended.returncode == 4
    assert "an agent of pack-1" in ended.stderr


class Broken:
    """A camera that cannot be opened at first, and then gives a frame that nobody can read."""

    def __init__(self) -> None:
        self.opened = 0

    def open(self) -> "Broken":
        self.opened += 1
        if self.opened == 1:
            raise DeviceMissing("no camera")
        return self

    def read(self, timeout_s: float) -> Picture | None:
        return Picture(np.zeros((0, 0, 3), np.uint8), self.opened)

    def close(self) -> None:
        """Nothing is held."""


def test_whatever_the_camera_does_it_is_said_and_tried_again() -> None:
    camera = Broken()
    aimer = Aimer(camera.open, lambda: 0)
    aimer.start()
    wait_until(lambda: aimer.seen().trouble == "no camera", 5, "the first failure")
    wait_until(lambda: "Expected a frame that can be read" in aimer.seen().trouble, 10, "the second")
    assert aimer.jpeg() is None
    aimer.close()
    aimer.close()


@pytest.mark.browser
@pytest.mark.skipif(
    not (os.environ.get("SHELFLIGHT_CHROMIUM") or shutil.which("chromium")),
    reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM",
)
def test_the_page_follows_the_camera_in_a_real_browser(aiming: Aiming) -> None:
    from playwright.sync_api import expect, sync_playwright

    chromium = os.environ.get("SHELFLIGHT_CHROMIUM") or shutil.which("chromium")
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(aiming.url)
        expect(page.locator("#hints")).to_contain_text("Nothing is before the camera", timeout=15_000)
        aiming.hands.do(Show(symbols=(LABEL,)))
        expect(page.locator("#reads")).to_contain_text(LABEL.text, timeout=15_000)
        frame = page.locator("#frame")
        wait_until(lambda: frame.evaluate("image => image.naturalWidth") == 640, 10, "a frame")
        browser.close()
    assert said == []
