"""Waves as a site's file states them: what becomes of them, and what is said of those that cannot be."""

from datetime import time
from pathlib import Path

import pytest

from edge.contract.site import load_site
from hub.demo.site_maker import write_site
from hub.site.check import check_site
from hub.site.waves import waves_of
from tests.hub.demo_site import default_site

WAVE = (
    '[[waves]]\nname = "post"\nservices = ["Letterbox"]\nrelease = "13:00"\norders_until = "14:00"\nleaves = "16:00"\n'
)


def site_with(directory: Path, waves: str) -> Path:
    files = dict(default_site())
    files["site.toml"] += "\n" + waves
    write_site(directory, files)
    return directory


def test_a_wave_is_on_working_days_unless_its_days_are_named(tmp_path: Path) -> None:
    other = WAVE.replace('"post"', '"weekend"') + 'days = ["sat"]\n'
    post, weekend = waves_of(load_site(site_with(tmp_path, WAVE + other)))
    assert (post.name, post.services, post.leaves) == ("post", ("Letterbox",), time(16))
    assert (post.weekdays, weekend.weekdays) == ({0, 1, 2, 3, 4}, {5})


def test_a_site_without_waves_releases_as_orders_come(tmp_path: Path) -> None:
    assert waves_of(load_site(site_with(tmp_path, ""))) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Letterbox", "Pigeon", "services: expected services of carriers.toml (Letterbox, "),
        ("14:00", "17:00", "expected release, orders_until and leaves in this order on one day"),
        ("16:00", "25:00", "waves[0] (post): leaves: expected a time of day"),
        ('leaves = "16:00"\n', 'leaves = "16:00"\ndays = []\n', "days: expected at least one, got none"),
    ],
)
def test_what_cannot_be_is_said_by_the_check(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    errors = [f.text for f in check_site(site_with(tmp_path, WAVE.replace(right, wrong))) if f.level == "error"]
    assert any(told in error for error in errors), errors


def test_two_waves_have_two_names(tmp_path: Path) -> None:
    [error] = [f.text for f in check_site(site_with(tmp_path, WAVE + WAVE)) if f.level == "error"]
    assert "expected each wave's name once" in error
