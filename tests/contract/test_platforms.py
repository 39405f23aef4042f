"""Which bins a bay's scale may weigh together, and what a file says that cannot be."""

from pathlib import Path

import pytest

from edge.contract.platforms import platforms
from edge.contract.site import BadSite, Station, check_station, load_toml

HEAD = """
name = "bay-01"
kind = "bay"
strip = {}
displays = {}
expanders = { addresses = [0x20] }
bay_button_pin = 17
"""


def check(path: Path, *, protocol: str, arrangement: str | None, bins: list[tuple[int, int]]) -> Station:
    """Check a bay of bins with these channels and shelf levels."""
    lines = ", ".join(
        f'{{ name = "bay-01/{n:02}", channel = {channel}, level = {level} }}'
        for n, (channel, level) in enumerate(bins, 1)
    )
    said = "" if arrangement is None else f'arrangement = "{arrangement}"\n'
    scale = f'[scale]\nprotocol = "{protocol}"\nport = "x"\ndivision_mg = 1000\ncapacity_mg = 30_000_000\n{said}'
    path.write_text(f"{HEAD}bins = [{lines}]\n{scale}", "utf-8")
    station = load_toml(path, Station)
    check_station(path, station)
    return station


def refused(path: Path, *, protocol: str, arrangement: str | None, bins: list[tuple[int, int]]) -> str:
    with pytest.raises(BadSite) as told:
        check(path, protocol=protocol, arrangement=arrangement, bins=bins)
    return str(told.value).removeprefix(f"{path}: ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bay-01.toml"


def test_a_level_of_bins_may_share_a_channel_if_the_file_says_so(path: Path) -> None:
    station = check(path, protocol="bay_line", arrangement="level", bins=[(3, 1), (3, 1), (4, 0)])
    assert platforms((bin_.channel, bin_.name) for bin_ in station.bins) == {
        3: "bay-01/01 to bay-01/02",
        4: "bay-01/03",
    }


@pytest.mark.parametrize("arrangement", [None, "bin"])
def test_two_bins_on_a_channel_that_is_not_said_to_be_a_level_are_refused(path: Path, arrangement: str | None) -> None:
    assert refused(path, protocol="bay_line", arrangement=arrangement, bins=[(3, 1), (3, 1)]) == (
        "bins: expected a scale channel for each bin alone, got 3 for bay-01/01 and bay-01/02."
        ' If one platform carries both, say arrangement = "level" in [scale].'
    )


def test_one_platform_under_bins_of_two_shelf_levels_is_refused(path: Path) -> None:
    assert refused(path, protocol="bay_line", arrangement="level", bins=[(3, 1), (3, 2)]) == (
        "bins: expected the bins of channel 3 on one level, for one platform carries them, got level 1 for bay-01/01"
        " and 2 for bay-01/02."
    )


def test_a_scale_of_one_pan_has_channel_0_alone(path: Path) -> None:
    check(path, protocol="mt_sics", arrangement=None, bins=[(0, 0)])
    check(path, protocol="mt_sics", arrangement="level", bins=[(0, 0), (0, 0)])
    assert refused(path, protocol="mt_sics", arrangement=None, bins=[(1, 0)]) == (
        "bins: channel: expected 0, for a mt_sics scale has one pan, got 1 for bay-01/01."
    )


def test_an_arrangement_that_there_is_not_is_refused_with_those_that_there_are(path: Path) -> None:
    words = refused(path, protocol="bay_line", arrangement="shelf", bins=[(0, 0)])
    assert "scale.arrangement" in words
    assert "level" in words
