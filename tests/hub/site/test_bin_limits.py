"""``bin_limits.csv``: what it may say of reserve and of the bins that are filled up from there."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite
from hub.site.bin_limits import BinLimit, bin_limit_faults, read_bin_limits

HEAD = "bin,reserve,min_units,max_units\n"


def read(directory: Path, row: str) -> dict[str, BinLimit]:
    path = directory / "bin_limits.csv"
    path.write_text(HEAD + row)
    return read_bin_limits(path)


def test_a_pick_bin_has_a_least_and_a_most_and_a_reserve_bin_neither(tmp_path: Path) -> None:
    assert read(tmp_path, "a/1,0,5,20\n")["a/1"] == BinLimit(bin="a/1", min_units=5, max_units=20)
    assert read(tmp_path, "a/2,1,,\n")["a/2"].reserve == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a/1,0,5,\n", "line 2: min_units, max_units: expected both of them or none."),
        ("a/1,0,21,20\n", "line 2: min_units: expected at most max_units 20, got 21."),
        ("a/1,1,5,20\n", "line 2: min_units: expected none for a reserve bin, which fills up others."),
        ("a/1,2,,\n", "line 2: reserve: expected"),
        ("a/1,0,0,20\n", "line 2: min_units: expected"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(BadSite) as refused:
        read(tmp_path, row)
    assert told in str(refused.value)


def test_an_sku_of_which_all_bins_are_reserve_is_a_fault() -> None:
    limits = {"a/1": BinLimit(bin="a/1", reserve=1)}
    both = list(bin_limit_faults(Path("f"), limits, {"a/1", "a/2"}, [("RED", "a/1"), ("BLUE", "a/2")]))
    assert both == ["f: SKU RED: expected a bin that orders are picked from, all of its bins are reserve."]
    assert not list(bin_limit_faults(Path("f"), limits, {"a/1", "a/2"}, [("RED", "a/1"), ("RED", "a/2")]))
