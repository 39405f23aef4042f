"""Empty or not, moved or not."""

import numpy as np

from firmware.barcode import Frame
from firmware.camera.scene import RELEARN_AFTER_US, Scene

RNG = np.random.default_rng(5)


def table(grey: float = 40.0) -> Frame:
    """A table with a grain, lit unevenly, as a noisy camera sees it."""
    slope = np.linspace(0.8, 1.2, 640)[None, :]
    return np.clip(grey * slope + RNG.normal(0, 5, (480, 640)), 0, 255).astype(np.uint8)


def with_thing(frame: Frame, x: int = 300) -> Frame:
    """A light thing of 80 x 80 pixels on it."""
    covered = frame.copy()
    covered[200:280, x : x + 80] = 200
    return covered


def test_an_empty_table_stays_empty_for_all_its_noise() -> None:
    scene = Scene()
    views = [scene.look(table(), i * 50_000) for i in range(30)]
    assert all(view.empty for view in views)
    assert not any(view.moved for view in views[1:])


def test_a_thing_is_seen_moves_and_goes() -> None:
    scene = Scene()
    scene.look(table(), 0)
    came = scene.look(with_thing(table()), 50_000)
    stayed = scene.look(with_thing(table()), 100_000)
    shifted = scene.look(with_thing(table(), 340), 150_000)
    gone = scene.look(table(), 200_000)
    assert [came.empty, stayed.empty, shifted.empty, gone.empty] == [False, False, False, True]
    assert [came.moved, stayed.moved, shifted.moved, gone.moved] == [True, False, True, True]


def test_light_switched_on_is_no_thing() -> None:
    scene = Scene()
    scene.look(table(50), 0)
    assert scene.look(table(75), 50_000).empty


def test_slow_daylight_is_followed_far() -> None:
    scene = Scene()
    assert all(scene.look(table(40 + i * 0.8), i * 1_000_000).empty for i in range(150))


def test_a_camera_that_was_turned_learns_its_new_table() -> None:
    scene = Scene()
    scene.look(table(), 0)
    turned = with_thing(table())
    assert not scene.look(turned, 1_000_000).empty
    assert not scene.look(turned, RELEARN_AFTER_US).empty
    assert scene.look(turned, RELEARN_AFTER_US + 2_000_000).empty
    assert scene.look(table(), RELEARN_AFTER_US + 3_000_000).empty


def test_what_carries_a_symbol_is_never_learned_as_a_table() -> None:
    scene = Scene()
    scene.look(table(), 0)
    thing = with_thing(table())
    for i in range(200):
        assert not scene.look(thing, 1_000_000 * i).empty
        scene.occupied(1_000_000 * i)
