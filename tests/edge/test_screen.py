"""A bench's console: what it shows, that nobody's text steers it, and that it comes back."""

import os
import termios
import tty
from dataclasses import replace
from pathlib import Path

from edge.contract.state import BoardLine, Prompt
from edge.logic.screen import Screen
from edge.screen import RETRY_US, ConsoleScreen, KeptScreen, paint
from tests.waiting import wait_until

COUNT = Screen(
    prompt=Prompt(step="1", ask="count", title="Count the cakestands", lines=("2 asked",), units=2),
    count_shown=2,
    board=(BoardLine(who="Ana", colour="green", doing="pick", text="CART-1", tasks_left=7),),
)


def test_a_count_shows_title_lines_number_and_board() -> None:
    text = paint(COUNT)
    for part in ("Count the cakestands", "2 asked", "   2", "Ana", "CART-1"):
        assert part in text


def test_the_stations_own_trouble_stands_above_all() -> None:
    text = paint(replace(COUNT, trouble="No hub: wait", tone="warn"))
    assert "\x1b[33;1mNo hub: wait" in text
    assert text.index("No hub") < text.index("Count the cakestands")


def test_text_that_others_wrote_cannot_steer_the_terminal() -> None:
    evil = Screen(prompt=Prompt(step="1", ask="press", title="\x1b]0;owned\x07\x1b[2Jhello"), count_shown=0, board=())
    honest = Screen(prompt=Prompt(step="1", ask="press", title="]0;owned[2Jhello"), count_shown=0, board=())
    assert paint(evil) == paint(honest)


def test_a_screen_that_is_not_there_is_told_once_and_shown_as_soon_as_it_is(tmp_path: Path) -> None:
    device, health, clock = tmp_path / "tty1", [], [0]
    kept = KeptScreen(lambda: ConsoleScreen(device), lambda ok, why: health.append((ok, why)), lambda: clock[0])
    kept.show(COUNT)
    kept.poll()
    assert [ok for ok, _ in health] == [False]
    assert "expected the console of the bench's monitor" in health[0][1]
    device.touch()
    kept.poll()
    assert device.read_text("utf-8") == "", "not before it is time to try again"
    clock[0] += RETRY_US
    kept.poll()
    assert [ok for ok, _ in health] == [False, True]
    assert "Count the cakestands" in device.read_text("utf-8")
    before = device.stat().st_size
    kept.show(COUNT)
    assert device.stat().st_size == before, "what is shown is not painted again"
    kept.close()
    kept.close()


def test_another_reason_is_told_and_the_same_one_is_not_told_again(tmp_path: Path) -> None:
    device, health, clock = tmp_path / "tty1", [], [0]
    kept = KeptScreen(lambda: ConsoleScreen(device), lambda ok, why: health.append((ok, why)), lambda: clock[0])
    kept.show(COUNT)
    device.mkdir()
    for _ in range(3):
        clock[0] += RETRY_US
        kept.poll()
    assert [ok for ok, _ in health] == [False, False]
    assert "No such file" in health[0][1]
    assert "Is a directory" in health[1][1]


def test_a_console_that_takes_nothing_more_does_not_stop_the_bench_and_is_tried_again() -> None:
    leader, follower = os.openpty()
    tty.setraw(follower)
    health: list[tuple[bool, str]] = []
    clock = [0]
    device = Path(os.ttyname(follower))
    os.set_blocking(leader, False)
    kept = KeptScreen(lambda: ConsoleScreen(device), lambda ok, why: health.append((ok, why)), lambda: clock[0])
    termios.tcflow(follower, termios.TCOOFF)  # what Ctrl-S does
    kept.show(COUNT)
    assert [ok for ok, _ in health] == [False]
    assert str(device) in health[0][1]
    termios.tcflow(follower, termios.TCOON)
    said = b""

    def shown() -> bool:
        nonlocal said
        try:
            said += os.read(leader, 65536)
        except BlockingIOError:
            clock[0] += RETRY_US
            kept.poll()
        return b"Count the cakestands" in said

    wait_until(shown, 3, "the screen to be painted")
    assert health[-1] == (True, "")
    kept.close()
    os.close(leader)
    os.close(follower)
