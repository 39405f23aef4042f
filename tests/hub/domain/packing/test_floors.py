"""The free floors of a carton: exactly what is free, each as large as it can be."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.packing.floors import Floor, Floors

LENGTH, WIDTH = 6, 5


def cells(floors: list[Floor]) -> dict[tuple[int, int], set[int]]:
    """The heights at which floors are free, by unit square."""
    found: dict[tuple[int, int], set[int]] = {}
    for x, y, z, x2, y2 in floors:
        for i in range(x, x2):
            for j in range(y, y2):
                found.setdefault((i, j), set()).add(z)
    return found


@given(st.data())
def test_floors_are_what_is_free_and_none_could_be_larger(data: st.DataObject) -> None:
    floors = Floors(LENGTH, WIDTH)
    tops: dict[tuple[int, int], int | None] = {(i, j): 0 for i in range(LENGTH) for j in range(WIDTH)}
    for _ in range(data.draw(st.integers(0, 6))):
        if not floors.free:
            break
        x, y, z, x2, y2 = data.draw(st.sampled_from(sorted(floors.free)))
        dx, dy = data.draw(st.integers(1, x2 - x)), data.draw(st.integers(1, y2 - y))
        top, bears = z + data.draw(st.integers(1, 2)), data.draw(st.booleans())
        floors.take((x, y, z, x + dx, y + dy, top), bears=bears)
        tops |= {(i, j): top if bears else None for i in range(x, x + dx) for j in range(y, y + dy)}
    assert cells(floors.free) == {cell: {top} for cell, top in tops.items() if top is not None}
    for x, y, z, x2, y2 in floors.free:
        for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            wider = [(x + min(i, 0), y + min(j, 0)), (x2 + max(i, 0), y2 + max(j, 0))]
            squares = [(a, b) for a in range(wider[0][0], wider[1][0]) for b in range(wider[0][1], wider[1][1])]
            assert not all(tops.get(square) == z for square in squares)
    assert len(set(floors.free)) == len(floors.free)


def test_a_closed_floor_is_open_again_once_it_is_joined_with_another() -> None:
    floors = Floors(10, 10)
    floors.take((0, 0, 0, 4, 10, 5), bears=True)
    floors.close((0, 0, 5, 4, 10))
    assert floors.open() == [(4, 0, 0, 10, 10)]
    floors.take((4, 0, 0, 10, 10, 5), bears=True)
    assert floors.open() == [(0, 0, 5, 10, 10)]
