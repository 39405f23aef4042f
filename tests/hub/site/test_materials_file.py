"""The site's files on packing materials: what does not fit together is said."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite, load_site
from hub.demo.site_maker import write_site
from hub.domain.materials import Materials
from hub.site.catalogue import load_catalogue
from hub.site.golive import policy_of
from tests.hub.material_floor import DUNNAGE_UNIT_ML, TAPE_UNIT_MM, material_files
from tests.hub.stocked_floor import _files


def written(directory: Path, **changed: tuple[str, str]) -> Path:
    """The files of a site with materials; ``changed``: (old, new) by file."""
    files = _files() | material_files()
    for stem, (old, new) in changed.items():
        name = next(name for name in files if name.startswith(f"{stem}."))
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    write_site(directory, files)
    return directory


def test_the_rules_know_what_the_files_name(tmp_path: Path) -> None:
    site = written(tmp_path)
    materials = policy_of(load_site(site), load_catalogue(site)).materials
    assert materials == Materials(
        cartons=(("XS", "BOX-XS"), ("S", "BOX-S"), ("M", "BOX-M")),
        label="LABEL",
        tape="TAPE",
        tape_unit_mm=TAPE_UNIT_MM,
        dunnage="KRAFT",
        dunnage_unit_mm3=DUNNAGE_UNIT_ML * 1_000,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cartons": ('"BOX-S"', '"BOX-9"')}, r"cartons.toml: carton S: material: expected an SKU of items.csv with"),
        ({"cartons": ('label = "LABEL"', 'label = "RED"')}, r"materials: label: expected .* material 1, got 'RED'"),
        ({"cartons": ("tape_unit_mm = 10000", "tape_unit_mm = 0")}, "tape_unit_mm"),
        (
            {"bins": (",RED,", ",TAPE,")},
            r"sku: expected goods, got the packing material 'TAPE', which lies at the pack",
        ),
    ],
)
def test_what_does_not_fit_together_is_said(tmp_path: Path, change: dict[str, tuple[str, str]], words: str) -> None:
    site = written(tmp_path, **change)
    with pytest.raises(BadSite, match=words):
        load_catalogue(site)
