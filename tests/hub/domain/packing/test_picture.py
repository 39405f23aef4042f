"""The picture of a packing: every step once, every unit drawn, nothing in it but plain SVG."""

import re
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import Packing, Placement
from hub.domain.packing.packer import Effort, pack_most, pack_whole
from hub.domain.packing.picture import frames, sheet
from hub.domain.packing.steps import steps

SVG = "{http://www.w3.org/2000/svg}"
GOODS = [
    Goods(units=3, unit_mg=1, sides_mm=(60, 50, 40)),
    Goods(units=2, unit_mg=1, sides_mm=(90, 30, 20)),
    Goods(units=14, unit_mg=1, sides_mm=(30, 20, 20)),
]
NAMES = ["Mug", 'Tray "<b>&amp;</b>" large', "Zoë's dice"]
PACKED = pack_most((200, 150, 100), 100, GOODS, Effort())
WALLS, FACES = 3, 3
DOCS = Path(__file__).parents[4] / "docs" / "packing.svg"
EXAMPLE = (
    ("Picture book", Goods(units=2, unit_mg=1_100_000, sides_mm=(250, 180, 60))),
    (
        "Mug, this side up",
        Goods(units=3, unit_mg=350_000, sides_mm=(110, 110, 95), upright=(False, False, True)),
    ),
    ("Umbrella", Goods(units=1, unit_mg=800_000, sides_mm=(380, 110, 90))),
    ("Candle", Goods(units=4, unit_mg=150_000, sides_mm=(80, 80, 70))),
    ("Glass bird, fragile", Goods(units=1, unit_mg=200_000, sides_mm=(160, 120, 60), bears_mg=0)),
)


def example() -> str:
    """The picture of the docs. To write it anew, write this to ``docs/packing.svg``."""
    packing = pack_whole((400, 300, 200), 9_000_000, [goods for _, goods in EXAMPLE], Effort())
    assert packing is not None
    return sheet(packing, [name for name, _ in EXAMPLE], "Carton 400 x 300 x 200 mm, 65 % full")


def test_the_steps_are_the_packing_in_its_order() -> None:
    found = steps(PACKED, NAMES)
    assert tuple(p for step in found for p in step.placements) == PACKED.placements
    assert [step.first for step in found[1:]] == [step.end for step in found[:-1]]
    for step in found:
        assert len({(p.kind, p.size_mm, p.at_mm[2]) for p in step.placements}) == 1
        assert f"{len(step.placements)} x {NAMES[step.placements[0].kind]}" in step.words


def test_a_step_says_where_and_how() -> None:
    one = Packing(
        sides_mm=(100, 100, 100),
        placements=(
            Placement(kind=0, at_mm=(0, 0, 0), size_mm=(60, 50, 40)),
            Placement(kind=1, at_mm=(0, 0, 40), size_mm=(60, 50, 10)),
        ),
        left=(0, 0),
    )
    assert [step.words for step in steps(one, ["Mug", "Lid"])] == [
        "A: 1 x Mug, on the floor; 60 mm along the length, 50 along the width, 40 high",
        "B: 1 x Lid, 40 mm up; 60 mm along the length, 50 along the width, 10 high",
    ]


def test_each_frame_draws_the_units_so_far_within_its_edges() -> None:
    for step, svg in frames(PACKED, NAMES):
        drawn = ElementTree.fromstring(svg)
        shapes = drawn.findall(f"{SVG}polygon")
        assert len(shapes) == WALLS + FACES * step.end
        _, _, width, height = map(float, drawn.get("viewBox", "").split())
        for shape in shapes:
            for point in shape.get("points", "").split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height


def test_a_name_stays_text_whatever_is_in_it() -> None:
    text = sheet(PACKED, NAMES, "A & B <script>")
    assert "<script>" not in text and "<b>" not in text
    drawn = ElementTree.fromstring(text)
    assert drawn.findtext(f"{SVG}title") == "A & B <script>"
    labels = {svg.get("aria-label") for svg in drawn.iter(f"{SVG}svg")}
    assert any('Tray "<b>&amp;</b>" large' in (label or "") for label in labels)


def test_the_picture_needs_no_style_no_script_and_nothing_from_elsewhere() -> None:
    drawn = ElementTree.fromstring(sheet(PACKED, NAMES, "x"))
    for element in drawn.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "g", "rect", "polygon", "text", "title"}
        assert not any(re.search(r"style|href|^on", name) for name in element.keys())  # noqa: SIM118


def test_what_is_nearer_is_drawn_later() -> None:
    """A box at the far corner, one before it and one on it: in whichever order they go in, the far one is first."""
    far = Placement(kind=0, at_mm=(0, 0, 0), size_mm=(50, 50, 50))
    near = Placement(kind=1, at_mm=(50, 50, 0), size_mm=(50, 50, 50))
    fills = []
    for placements in ((far, near), (near, far)):
        packing = Packing(sides_mm=(100, 100, 100), placements=placements, left=(0, 0))
        _, svg = frames(packing, ["far", "near"])[-1]
        shapes = ElementTree.fromstring(svg).findall(f"{SVG}polygon")[WALLS:]
        fills.append([shape.get("points") for shape in shapes])
    assert fills[0] == fills[1]


def test_boxes_that_hide_each_other_in_a_ring_are_drawn_all_the_same() -> None:
    ring = (
        Placement(kind=0, at_mm=(0, 10, 0), size_mm=(30, 10, 10)),
        Placement(kind=1, at_mm=(10, 0, 10), size_mm=(10, 30, 10)),
        Placement(kind=2, at_mm=(20, 20, 0), size_mm=(10, 10, 30)),
    )
    packing = Packing(sides_mm=(30, 30, 30), placements=ring, left=(0, 0, 0))
    assert len(ElementTree.fromstring(frames(packing, NAMES)[-1][1]).findall(f"{SVG}polygon")) == WALLS + 3 * FACES


def test_the_picture_in_the_docs_is_what_is_drawn() -> None:
    assert DOCS.read_text("utf-8") == example()


def test_an_empty_carton_has_a_sheet() -> None:
    empty = Packing(sides_mm=(30, 30, 30), placements=(), left=(0,))
    assert ElementTree.fromstring(sheet(empty, ["x"], "Empty")).findtext(f"{SVG}title") == "Empty"


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_name_gives_a_well_formed_picture(title: str, name: str) -> None:
    packing = pack_most((50, 50, 50), 9, [Goods(units=1, unit_mg=1, sides_mm=(20, 20, 20))], Effort(tries=1))
    ElementTree.fromstring(sheet(packing, [name], title))
