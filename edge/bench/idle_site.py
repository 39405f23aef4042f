"""The stations that ``bench idle`` measures when it is given none: a bay of 40 bins, and a bench with a camera."""

from pathlib import Path

BINS = 40
BIN_LOAD_MG = 4_000_000
"""What each bin carries at the start."""
UNIT_MG = 100_000

_SITE = 'name = "idle"\nclient = "acme"\n'
_BAY = """\
name = "bay-01"
kind = "bay"
bay_button_pin = 23
strip = {}
displays = {}
expanders = { addresses = [0x20, 0x21, 0x22, 0x23, 0x24, 0x25] }
beacon = { red = 17, green = 27, blue = 22 }
scale = { protocol = "bay_line", port = "/dev/serial/by-id/bay", division_mg = 1000, capacity_mg = 20_000_000 }
"""
_BENCH = """\
name = "pack-1"
kind = "pack"
camera = { width_px = 640, height_px = 480, frames_per_s = 20 }
scanner = { port = "/dev/input/by-id/scanner" }
printer = { host = "127.0.0.1" }
scale = { protocol = "mt_sics", port = "/dev/serial/by-id/bench", division_mg = 1000, capacity_mg = 60_000_000 }
buttons = {}
beacon = { red = 17, green = 27, blue = 22 }
"""


def bin_name(n: int) -> str:
    """The name of bin ``n``, from 0.

    >>> bin_name(6)
    'bay-01/07'
    """
    return f"bay-01/{n + 1:02d}"


def write_site(directory: Path) -> Path:
    """The files of both stations under ``directory``, which is returned."""
    stations = directory / "stations"
    stations.mkdir(parents=True)
    bins = "".join(f'    {{ name = "{bin_name(n)}", channel = {n} }},\n' for n in range(BINS))
    (directory / "site.toml").write_text(_SITE, "utf-8")
    (stations / "bay-01.toml").write_text(f"{_BAY}bins = [\n{bins}]\n", "utf-8")
    (stations / "pack-1.toml").write_text(_BENCH, "utf-8")
    return directory
