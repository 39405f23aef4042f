"""The floor as a drawing."""

from edge.contract.site import Bin, Site, SiteFile, Station
from hub.dashboard.drawing import Drawing, draw_floor
from hub.demo.floor_plan import plan_floor


def drawing_of(*stations: Station) -> Drawing:
    return draw_floor(Site(file=SiteFile(name="s", client="c"), stations={s.name: s for s in stations}))


def test_the_demos_floor_is_drawn_with_every_bin_and_no_panel_over_another() -> None:
    drawing = drawing_of(*plan_floor(840, printer_host="127.0.0.1", printer_port=9100))
    bays = [panel for panel in drawing["panels"] if panel["kind"] == "bay"]
    assert sum(len(panel["bins"]) for panel in bays) == 846
    assert (drawing["along"], drawing["across"], drawing["columns"]) == (1_500, 1_600, 8)
    for one in bays:
        for other in bays:
            apart = abs(one["x"] - other["x"]) >= drawing["along"] or abs(one["y"] - other["y"]) >= drawing["across"]
            assert one is other or apart, (one["name"], other["name"])


def test_the_narrow_starter_bay_begins_where_a_full_bay_would() -> None:
    panels = {p["name"]: p for p in drawing_of(*plan_floor(840, printer_host="h", printer_port=1))["panels"]}
    assert panels["bay-22"]["columns"] == 3
    assert panels["bay-22"]["x"] == panels["bay-21"]["x"]


def test_a_site_that_does_not_say_where_its_bays_stand_is_drawn_as_a_grid() -> None:
    bays = [Station(name=f"bay-{n}", kind="bay", bins=(Bin(name=f"bay-{n}/1"),)) for n in range(8)]
    drawing = drawing_of(*bays, Station(name="pack-1", kind="pack"))
    assert len({(panel["x"], panel["y"]) for panel in drawing["panels"]}) == 9
