"""The site check: a site whose hub or stations could not work is refused, with file, key, expected and came."""

import subprocess
import sys
from pathlib import Path

import pytest

from edge.contract.site import BadSite, Bin, Site, SiteFile, Station, Strip
from hub.domain.gtin import check_digit
from hub.site.catalogue import load_catalogue
from hub.site.check import check_site
from hub.site.wiring import wiring_faults
from tests.hub.site.test_catalogue import cell, change
from tests.hub.site.test_site_check import only, site

__all__ = ["site"]


def error(directory: Path, file: str) -> str:
    """The text of the only finding, an error in a file."""
    finding = only(directory)
    assert finding.level == "error"
    assert finding.text.startswith(f"{directory / file}: ")
    return finding.text.removeprefix(f"{directory / file}: ")


def without(directory: Path, file: str, section: str) -> None:
    """Take a section out of a file."""
    kept, inside = [], False
    for line in (directory / file).read_text("utf-8").split("\n"):
        if line.startswith("["):
            inside = line.strip() == f"[{section}]"
        if not inside:
            kept.append(line)
    (directory / file).write_text("\n".join(kept), "utf-8")


@pytest.mark.parametrize("zone", ["Europe/Lundon", "", "../etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_an_error(site: Path, zone: str) -> None:
    change(site, "site.toml", 'timezone = "Europe/London"', f'timezone = "{zone}"')
    assert error(site, "site.toml") == (
        f"timezone: expected a name of the time zone database such as Europe/London, got '{zone}'."
    )


@pytest.mark.parametrize(("station", "section"), [("pack-1", "scale"), ("pack-2", "printer"), ("dock-1", "printer")])
def test_a_bench_without_a_device_that_its_work_needs_is_an_error(site: Path, station: str, section: str) -> None:
    without(site, f"stations/{station}.toml", section)
    assert error(site, f"stations/{station}.toml") == (
        f"{section}: expected a [{section}] section, which a {station[:-2]} station needs, got none."
    )


@pytest.mark.parametrize("station", ["pack-1", "dock-1", "induct-1"])
def test_a_bench_without_a_camera_is_an_error(site: Path, station: str) -> None:
    without(site, f"stations/{station}.toml", "camera")
    [finding] = check_site(site)
    assert finding.level == "error"
    assert f"stations/{station}.toml" in finding.text
    assert "[camera]" in finding.text


def test_a_bench_scale_that_speaks_the_line_of_many_channels_is_an_error(site: Path) -> None:
    change(site, "stations/pack-1.toml", "mt_sics", "bay_line")
    expected = "scale.protocol: expected a protocol of one scale, which a bench speaks, got bay_line."
    assert error(site, "stations/pack-1.toml") == expected


@pytest.mark.parametrize("spoken", ["mt_sics", "toledo_8217"])
def test_a_scale_of_one_pan_for_the_many_channels_of_a_bay_is_an_error(site: Path, spoken: str) -> None:
    change(site, "stations/bay-01.toml", "bay_line", spoken)
    expected = f"bins: channel: expected 0, for a {spoken} scale has one pan, got 1 for bay-01/02."
    assert error(site, "stations/bay-01.toml") == expected


def test_a_bench_scale_may_speak_any_protocol_of_one_scale(site: Path) -> None:
    change(site, "stations/pack-1.toml", "mt_sics", "nci")
    assert check_site(site) == ()


def test_a_scale_named_by_a_number_is_a_warning(site: Path) -> None:
    change(site, "stations/pack-1.toml", "/dev/serial/by-id/usb-shelflight-pack-1", "/dev/ttyUSB0")
    finding = only(site)
    assert finding.level == "warning"
    assert finding.text == (
        f"{site / 'stations' / 'pack-1.toml'}: scale.port: expected a name that stays, /dev/serial/by-id/... or"
        " by-path/..., got /dev/ttyUSB0."
    )


def test_files_of_the_broker_that_are_not_there_are_errors(site: Path) -> None:
    change(site, "site.toml", "[broker]", '[broker]\nusername = "hub"\npassword_file = "/no/pw"\nca_file = "/no/ca"')
    password, authority = check_site(site)
    assert f"{site / 'site.toml'}: broker.password_file: expected a file with the password, got: " in password.text
    assert (
        f"{site / 'site.toml'}: broker.ca_file: expected the PEM file of an authority, got '/no/ca'" in authority.text
    )
    assert password.level == authority.level == "error"


def test_a_file_that_is_no_certificate_is_an_error(site: Path) -> None:
    (site / "ca.pem").write_text("nothing", "utf-8")
    change(site, "site.toml", "[broker]", f'[broker]\nca_file = "{site / "ca.pem"}"')
    assert error(site, "site.toml").startswith("broker.ca_file: expected the PEM file of an authority, got ")


def test_a_gtin_that_no_ean_13_carries_is_an_error(site: Path) -> None:
    case = "1" + "500000000001"
    cell(site, "items.csv", "gtin", case + check_digit(case))
    told = only(site).text
    assert "items.csv, line 2: gtin: expected a leading 0" in told
    assert f"got {case + check_digit(case)}" in told
    with pytest.raises(BadSite):
        load_catalogue(site)


def test_totes_and_cartons_too_heavy_for_every_service_are_errors(site: Path) -> None:
    change(site, "site.toml", "tote_weight_mg = 20000000", "tote_weight_mg = 33000000")
    assert error(site, "site.toml") == (
        "tote_weight_mg: expected at most the 32.00 kg that the strongest service of carriers/ takes, got 33.00 kg."
    )


def test_a_carton_that_may_hold_more_than_every_service_takes_is_an_error(site: Path) -> None:
    change(site, "cartons.toml", "load_max_mg = 28_000_000", "load_max_mg = 31_000_000")
    assert error(site, "cartons.toml") == (
        "cartons: XXL: load_max_mg: expected at most the 32.00 kg that the strongest service of carriers/ takes,"
        " got 32.15 kg with its tare_mg."
    )


def test_carriers_that_do_not_reach_every_country_are_warned_of(site: Path) -> None:
    file = site / "carriers" / "overseas.toml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("# Anywhere")], "utf-8")
    finding = only(site)
    assert finding.level == "warning"
    assert "no service takes every country" in finding.text


@pytest.mark.system
def test_the_hub_refuses_such_a_site_with_the_checks_own_words(site: Path, tmp_path: Path) -> None:
    change(site, "site.toml", 'timezone = "Europe/London"', 'timezone = "Mars/Olympus"')
    without(site, "stations/pack-1.toml", "scale")
    command = [sys.executable, "-m", "hub.run", "hub", "--site", str(site), "--data", str(tmp_path / "data")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [finding.text for finding in check_site(site)]


def strip_faults(**strip: int) -> list[str]:
    """What is wrong with a bay of 40 bins whose strip is like this."""
    bins = tuple(Bin(name=f"bay-01/{n:02}") for n in range(1, 41))
    bay = Station(name="bay-01", kind="bay", bins=bins, strip=Strip(**strip))
    site = Site(file=SiteFile(name="s", client="c"), stations={"bay-01": bay})
    return list(wiring_faults(Path("s"), site))


def test_a_strip_that_ends_before_the_last_bin_is_an_error() -> None:
    [said] = strip_faults(leds=100)
    assert "strip.leds: expected at least 120 for 40 bins of 3 LEDs, got 100: from bay-01/34 on bins stay dark." in said


@pytest.mark.parametrize(
    ("supply_ma", "mend"),
    [(3_000, "lower strip.brightness to 5"), (1_700, "feed the strip in parts, each by its own supply")],
)
def test_lights_that_want_more_than_their_supply_gives_are_an_error(supply_ma: int, mend: str) -> None:
    [said] = strip_faults(supply_ma=supply_ma)
    assert f"expected at least 3578 (all 120 LEDs white at brightness 8, and 40 displays), got {supply_ma}" in said
    assert said.endswith(f"or {mend}.")


def test_a_strip_that_is_long_and_fed_enough_is_none() -> None:
    assert strip_faults(supply_ma=5_000, leds=120) == []


def test_two_bins_on_one_channel_of_the_scale_are_named_both(site: Path) -> None:
    change(site, "stations/bay-01.toml", 'name = "bay-01/02", channel = 1', 'name = "bay-01/02", channel = 0')
    [finding] = [f for f in check_site(site) if "channel" in f.text]
    assert "expected a scale channel for each bin alone, got 0 for bay-01/01 and bay-01/02." in finding.text


def test_a_name_that_no_label_carries_is_an_error(site: Path) -> None:
    change(site, "stations/bay-01.toml", 'name = "bay-01/02"', 'name = "böx 2"')
    [finding] = [f for f in check_site(site) if "Code 128" in f.text]
    assert "got 'böx 2'" in finding.text
