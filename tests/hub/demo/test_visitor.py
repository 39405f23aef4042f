"""The visitor at induction: behind whom they wait, and that what is ordered for them is theirs."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.site import load_site
from hub.demo.floor import Floor
from hub.demo.visitor import GONE_AFTER_S, LOADED, Visitor
from hub.site.catalogue import load_catalogue
from tests.hub.built_hub import small_site
from tests.waiting import wait_until


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A floor whose stations are not there yet."""
    directory = small_site(tmp_path / "site")
    stop = threading.Event()
    floor = Floor(load_site(directory), load_catalogue(directory), tmp_path, stop, random.Random(1), 1.0)
    yield floor
    stop.set()
    floor.close()


def visitor(floor: Floor) -> Visitor:
    return Visitor(
        floor, name="Visitor", badge="B", colour="cyan", cart="CART-4", rng=random.Random(1), order=lambda: False
    )


def test_who_signs_on_is_told_behind_whom_they_wait(floor: Floor) -> None:
    you = visitor(floor)
    with floor.inducting:
        floor.inducts = "Chloe"
        you.sign_on()
        told = "You wait at induction behind Chloe."
        wait_until(lambda: you.state()["happened"] == told, 20, "it is said")
        assert you.state()["doing"] == "signing"
    floor.stop.set()
    wait_until(lambda: not you.signing_on, 20, "the visitor gives up")


def test_it_is_said_beforehand_how_long_an_absent_visitor_is_waited_for() -> None:
    assert GONE_AFTER_S == 120.0
    assert LOADED.endswith("away for more than 2 minutes, a colleague finishes your cart.")
