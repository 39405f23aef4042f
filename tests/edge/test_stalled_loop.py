"""A loop that its disk holds up: what people did meanwhile counts as they did it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.contract.events import UnitsPicked
from edge.logic.times import HOLD_US
from tests.edge.test_agent import A_BIN, Station, now_us, one_pick
from tests.waiting import wait_until

STALL_US = HOLD_US + 300_000
"""Longer than a button is held to take the scale's number."""


def test_a_short_press_during_a_stall_is_not_a_held_one(tmp_path: Path) -> None:
    bay = Station(tmp_path, "bay-01")
    try:
        bay.want(one_pick())
        wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
        with closing(sqlite3.connect(tmp_path / "box.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # nothing can be committed meanwhile
            pressed_us = bay.fingers.press(f"short {A_BIN}", held_ms=200)
            bay.agent.inputs().part("camera", False, "pulled out")
            bay.agent.inputs().reading(1, "motion", None, now_us())
            wait_until(lambda: now_us() >= pressed_us + STALL_US, 5, "the stall is longer than a hold")
            other.execute("ROLLBACK")
        wait_until(lambda: bay.devices.wall.seen()[A_BIN].text == "B  2", 5, "one less, not the none that a scale saw")
        bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
        wait_until(lambda: bay.has(UnitsPicked), 3, "the pick")
    finally:
        bay.close()
