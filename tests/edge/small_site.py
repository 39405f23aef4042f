"""A small site as files, for tests that start real stations: one bay with four bins, a starter bay and a bench."""

from pathlib import Path

SITE = """
name = "test"
client = "acme"
"""

BAY = """
name = "bay-01"
kind = "bay"
bay_button_pin = 20
strip = { leds_per_bin = 3 }
displays = {}
expanders = { addresses = [0x20] }
beacon = { red = 17, green = 27, blue = 22 }
buzzer = { pin = 18 }
scale = { protocol = "bay_line", port = "/dev/null", division_mg = 1000, capacity_mg = 60_000_000 }
bins = [
    { name = "bay-01/01", channel = 1 },
    { name = "bay-01/02", channel = 2 },
    { name = "bay-01/03", channel = 3 },
    { name = "bay-01/04", channel = 4 },
]
"""

STARTER = """
name = "bay-02"
kind = "bay"
beacon = { red = 2, green = 3, blue = 4 }
bins = [
    { name = "bay-02/01", rgb = { red = 5, green = 6, blue = 7 }, confirm_pin = 8 },
    { name = "bay-02/02", rgb = { red = 9, green = 10, blue = 11 }, confirm_pin = 12 },
]
"""

PACK = """
name = "pack-1"
kind = "pack"
camera = { frames_per_s = 15 }
scanner = { port = "/dev/null" }
printer = { host = "127.0.0.1" }
scale = { protocol = "mt_sics", port = "/dev/null", baud = 9600, division_mg = 1000, capacity_mg = 60_000_000 }
buttons = {}
beacon = { red = 17, green = 27, blue = 22 }
"""


def write_site(directory: Path) -> Path:
    """The site's files under ``directory``, which is returned."""
    stations = directory / "stations"
    stations.mkdir(parents=True)
    (directory / "site.toml").write_text(SITE, "utf-8")
    for name, text in (("bay-01", BAY), ("bay-02", STARTER), ("pack-1", PACK)):
        (stations / f"{name}.toml").write_text(text, "utf-8")
    return directory
