"""The business files of a site: read strictly, faults told with file, line and key."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite
from hub.demo.site_maker import write_site
from hub.site.catalogue import FAULTS_TOLD_MAX, load_catalogue, parse_suppliers
from tests.hub.demo_site import a_day, default_site, sale, site_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site of two SKUs."""
    write_site(tmp_path, site_of(a_day(sale("A", "10", 3), sale("A", "11", 4)).orders))
    return tmp_path


def change(site: Path, name: str, old: str, new: str) -> None:
    """Replace text in one file of a site, once."""
    text = (site / name).read_text("utf-8")
    assert old in text, f"{old!r} is not in {name}"
    (site / name).write_text(text.replace(old, new, 1), "utf-8")


def fault(site: Path) -> str:
    """The error that loading the site ends in."""
    with pytest.raises(BadSite) as caught:
        load_catalogue(site)
    return str(caught.value)


def cell(site: Path, name: str, column: str, value: str) -> None:
    """Write a value into the first row of a table."""
    header, row, *rest = (site / name).read_text("utf-8").split("\n")
    cells = row.split(",")
    cells[header.split(",").index(column)] = value
    (site / name).write_text("\n".join((header, ",".join(cells), *rest)), "utf-8")


def test_the_demos_site_loads_whole(tmp_path: Path) -> None:
    write_site(tmp_path, default_site())
    catalogue = load_catalogue(tmp_path)
    assert (len(catalogue.items), len(catalogue.bins), len(catalogue.suppliers)) == (840, 846, 6)
    assert len(catalogue.with_role("picker")) >= 3
    assert len(catalogue.with_role("packer")) >= 2
    assert len(catalogue.with_role("receiver")) >= 1
    assert catalogue.totes.totes[0] == "TOTE-0001"
    assert catalogue.totes.carts[0] == "CART-1"
    assert {"United Kingdom", "Finland"} <= {c for s in catalogue.services for c in s.countries}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("unit_mg", "heavy", "line 2: unit_mg: expected a whole number, got 'heavy'"),
        ("unit_mg", "1.5", "line 2: unit_mg: expected a whole number, got '1.5'"),
        ("unit_mg", "0", "line 2: unit_mg: expected a whole number of at least 1, got '0'"),
        ("reorder_units", "-6", "line 2: reorder_units: expected a whole number of at least 1, got '-6'"),
        ("supplier", "Nobody", "SKU 10: supplier: expected one of suppliers.toml (Corner Wholesale"),
        ("supplier", "", "line 2: supplier: expected text of 1 to 80 characters, got ''"),
        ("gtin", "123", "line 2: gtin: expected 14 digits, a shorter GTIN with zeros before, got '123'"),
        ("gtin", "02000000000001", "line 2: gtin: GTIN '02000000000001': expected check digit"),
        ("sku", "no blanks", "line 2: sku: expected at most 40 letters, digits and . _ / -"),
        ("sku", "11", "line 3: sku: expected each SKU once, got '11' again"),
        ("description", "a,b", "line 2: expected 13 columns, got 14"),
        ("description", '"a', "expected CSV, got: unexpected end of data"),
    ],
)
def test_a_bad_cell_of_items_is_told_with_line_and_column(site: Path, column: str, value: str, told: str) -> None:
    cell(site, "items.csv", column, value)
    text = fault(site)
    assert text.startswith(f"{site / 'items.csv'}")
    assert told in text


def test_a_gtin_of_two_skus_is_an_error(site: Path) -> None:
    gtin = (site / "items.csv").read_text("utf-8").split("\n")[2].split(",")[2]
    cell(site, "items.csv", "gtin", gtin)
    assert f"line 3: gtin: expected each GTIN once, got {gtin} of line 2 again" in fault(site)


def test_a_bin_that_its_station_does_not_have_and_an_sku_of_no_item_are_both_told(site: Path) -> None:
    cell(site, "bins.csv", "bin", "bay-01/99")
    cell(site, "bins.csv", "sku", "99")
    where = f"{site / 'bins.csv'}: bin bay-01/99"
    assert fault(site).split("\n") == [
        f"{where}: expected a bin of a file in stations/, there is none of that name.",
        f"{where}: sku: expected an SKU of items.csv, got '99'.",
    ]


def test_a_bin_of_no_station_is_told_with_the_file_that_is_missing(site: Path) -> None:
    cell(site, "bins.csv", "bin", "bay-09/01")
    assert fault(site) == (
        f"{site / 'stations' / 'bay-09.toml'}: expected a file, for bins.csv names its bin bay-09/01; there is none."
        " Put the file there, or take these rows out of bins.csv."
    )


def test_a_station_whose_file_is_missing_is_one_fault_with_the_number_of_its_bins(tmp_path: Path) -> None:
    write_site(tmp_path, default_site())
    (tmp_path / "stations" / "bay-02.toml").unlink()
    assert fault(tmp_path) == (
        f"{tmp_path / 'stations' / 'bay-02.toml'}: expected a file, for bins.csv names 40 of its bins, from bay-02/01"
        " to bay-02/40; there is none. Put the file there, or take these rows out of bins.csv."
    )


def test_a_bin_with_two_skus_is_an_error(site: Path) -> None:
    name = (site / "bins.csv").read_text("utf-8").split("\n")[2].split(",")[0]
    cell(site, "bins.csv", "bin", name)
    assert f"line 3: bin: expected each bin once, got '{name}' of line 2 again" in fault(site)


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    write_site(tmp_path, default_site())
    change(tmp_path, "suppliers.toml", 'name = "Corner Wholesale"', 'name = "Someone Else"')
    lines = fault(tmp_path).split("\n")
    assert len(lines) == FAULTS_TOLD_MAX + 1
    assert lines[-1].endswith("more.")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "people.toml",
            'role = "packer"',
            'role = "pirate"',
            "people[4] (Dev): role: expected one of manager, packer, picker, receiver, got 'pirate'.",
        ),
        ("people.toml", 'badge = "BADGE-ben"', 'badge = "BADGE-ana"', "badge: expected each once, got 'BADGE-ana'"),
        ("people.toml", 'colour = "green"', 'colour = "blue"', "colour: expected each once, got 'blue' again"),
        ("people.toml", 'colour = "green"\n', "", "BADGE-ben: colour: a picker needs one, got none"),
        (
            "people.toml",
            'role = "packer"',
            'role = "packer"\ncolour = "red"',
            "colour: expected one of blue, cyan, green, magenta, got 'red'.",
        ),
        (
            "people.toml",
            'name = "Ana"',
            'name = "Ana"\nage = 3',
            "(Ana): expected no other keys than badge, name, role, colour, got 'age'.",
        ),
        (
            "suppliers.toml",
            "hours = 2",
            "hours = 0",
            "lead_business_hours: expected a whole number of at least 1, got 0.",
        ),
        (
            "suppliers.toml",
            '"16:00"',
            '"25:00"',
            "cutoff: expected a time of day in quotation marks, as 16:00, got '25:00'.",
        ),
        ("totes.toml", "tote_count = ", "tote_count = -", "tote_count: expected a whole number of 1 to 9999, got -"),
        (
            "cartons.toml",
            "length_mm = 200",
            "length_mm = 0",
            "length_mm: expected a whole number of at least 1, got 0.",
        ),
        ("cartons.toml", '"S"', '"XS"', "cartons: name: expected each once, got 'XS' again"),
        ("cartons.toml", "[[cartons]]", "[[cartons", "expected TOML, it cannot be read on: "),
    ],
)
def test_a_bad_key_is_told_with_its_file(site: Path, name: str, old: str, new: str, told: str) -> None:
    change(site, name, old, new)
    text = fault(site)
    assert text.startswith(str(site / name))
    assert told in text


@pytest.mark.parametrize("name", ["items.csv", "bins.csv", "people.toml", "totes.toml", "site.toml"])
def test_a_missing_file_is_named(site: Path, name: str) -> None:
    (site / name).unlink()
    assert fault(site).startswith(str(site / name))


def test_a_table_that_is_no_text_is_told(site: Path) -> None:
    (site / "items.csv").write_bytes(b"sku,\xff\xfe")
    assert "expected UTF-8 text, got byte 0xff at 4" in fault(site)


def test_wrong_columns_are_told_with_the_right_ones(site: Path) -> None:
    change(site, "bins.csv", "bin,sku,units", "bin,sku,count")
    assert "line 1: expected the columns bin, sku, units (and, where wanted, client), got 'bin,sku,count'" in fault(
        site
    )


def test_suppliers_are_read_from_text_too() -> None:
    [supplier] = parse_suppliers('[[suppliers]]\nname = "A"\nlead_business_hours = 4\ncutoff = "16:00"\n')
    assert (supplier.name, supplier.lead_business_hours, supplier.cutoff) == ("A", 4, "16:00")


CARRIER = "carriers/northern-parcels.toml"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("up_to_mg = 2_000_000", "up_to_mg = 12_000_000", "Parcel Standard: zone 1: bands: expected weights that rise"),
        (
            "weight_max_mg = 20_000_000",
            "weight_max_mg = 30_000_000",
            "expected the last to reach weight_max_mg 30000000, got 20000000",
        ),
        ('cutoff = "18:00"', 'cutoff = "25:00"', "cutoff: expected a time of day in quotation marks, as 16:00, got"),
        ("fuel_permille = 80", "fuel_percent = 8", "got 'fuel_percent'"),
        ("fuel_permille = 80", "fuel_permille = 2000", "fuel_permille: expected a whole number of 0 to 1000, got 2000"),
        ("oversize_side_mm = 1200", "", "expected oversize_minor together with oversize_side_mm or oversize_girth_mm"),
        ('name = "Northern Parcels"', 'name = "N"\nkind = "http"', "url: expected a web address, for kind is http"),
        ('name = "Northern Parcels"', 'name = "N"\nurl = "http://a"', "url: expected none, for kind is built-in"),
        (
            'name = "Parcel Heavy"',
            'name = "Letterbox"',
            "expected each service once, got 'Letterbox', which island-post",
        ),
    ],
)
def test_a_carriers_bad_key_is_told_with_its_file(site: Path, old: str, new: str, told: str) -> None:
    change(site, CARRIER, old, new)
    text = fault(site)
    assert text.startswith(str(site / CARRIER))
    assert told in text


def test_the_one_file_of_carriers_of_before_is_told_where_its_services_go(site: Path) -> None:
    (site / "carriers.toml").write_text("services = []", "utf-8")
    assert f"expected one file a carrier in {site / 'carriers'}" in fault(site)


def test_a_site_without_a_shipping_file_has_no_sender_and_no_numbers(site: Path) -> None:
    (site / "shipping.toml").unlink()
    shipping = load_catalogue(site).shipping
    assert (shipping.sender, shipping.gs1, shipping.mail) == (None, None, None)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('prefix = "0614141"', 'prefix = "06141"', "prefix: expected the GS1 company prefix, 7 to 10 digits in quotes"),
        ("[gs1]", '[mail]\nhost = "h"\nsender = "nobody"\n[gs1]', "sender: expected an e-mail address, got 'nobody'"),
        (
            "[gs1]",
            '[mail]\nhost = "h"\nsender = "a@b"\nusername = "u"\n[gs1]',
            "mail: expected username and password_file together",
        ),
    ],
)
def test_a_bad_key_of_the_shipping_file_is_told(site: Path, old: str, new: str, told: str) -> None:
    change(site, "shipping.toml", old, new)
    assert told in fault(site)


def test_items_may_say_what_carriers_and_customs_ask(site: Path) -> None:
    head, *rows = (site / "items.csv").read_text("utf-8").strip().split("\n")
    marked = [f"{row},940550,CN,1,0,1" if n == 0 else f"{row},,,0,1,0" for n, row in enumerate(rows)]
    head += ",hs_code,origin,dangerous,this_side_up,fragile"
    (site / "items.csv").write_text("\n".join((head, *marked)) + "\n", "utf-8")
    first, second, *_ = load_catalogue(site).items.values()
    assert (first.hs_code, first.origin, first.dangerous, first.this_side_up, first.fragile) == (
        "940550",
        "CN",
        1,
        0,
        1,
    )
    assert (second.hs_code, second.origin, second.dangerous, second.this_side_up, second.fragile) == ("", "", 0, 1, 0)
    (site / "items.csv").write_text("\n".join((head, marked[0].replace(",CN,1", ",China,1"))) + "\n", "utf-8")
    assert "origin: expected a country's two capital letters, or nothing, got 'China'" in fault(site)
