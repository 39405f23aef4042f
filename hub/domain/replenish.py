"""Which bins are filled up from reserve, with how many units, and what is urgent.

Orders are picked from pick bins; reserve fills these up. For a pick bin, in units:

    free      = on hand there - reserved there (what open batches will take)
    position  = free + on the way there - promised to orders that no batch has yet

What is promised is counted against the pick bins that are not held, one after the other, the one with most in it first.
What they cannot give all together is *short*: orders wait for it, and filling up is urgent. It brings at least so many,
whatever the bin's most is: an order that leaves complete may want more than that. A position below the bin's least is
filled up to its most, free and on the way counted; that is routine. Urgent goes before routine, and of urgent ones that
of the order whose turn is first.

Source: (s, S) policy on the inventory position, E. A. Silver, D. F. Pyke and D. J. Thomas, "Inventory and Production
Management in Supply Chains", 4th edition, 2017, section 6.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

NO_TURN = (1,)
"""After every order."""


@dataclass(frozen=True, kw_only=True)
class PickBin:
    """A bin that orders are picked from."""

    id: int
    name: str
    free: int
    """On hand and not reserved."""
    on_way: int = 0
    """Units that are being brought there."""
    min_units: int | None = None
    max_units: int | None = None
    room: int | None = None
    """So many more it can hold, by its size and load; None: nobody said."""
    held: bool = False
    """It is to be counted: nobody picks there."""
    busy: bool = False
    """It is being filled up already, or was found full."""
    is_lane: bool = False
    """What came for orders is picked there, and nothing is brought there from reserve."""


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """Units of one lot in a reserve bin that nobody fetches yet."""

    id: int
    name: str
    lot_id: int
    units: int


@dataclass(frozen=True, kw_only=True)
class Stands:
    """How an SKU of which something lies in reserve stands."""

    sku_id: int
    bins: tuple[PickBin, ...]
    reserve: tuple[Reserve, ...]
    """The one that is to be emptied first first."""
    promised: int = 0
    """To orders that may be picked, and in no batch yet."""
    first: tuple[int, ...] = NO_TURN
    """The turn of the first of these orders: the smallest is served first."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Units that are brought from a reserve bin to a pick bin."""

    sku_id: int
    source: Reserve
    bin: PickBin
    units: int
    urgent: bool
    because: str
    turn: tuple[int, ...]
    """The smallest goes first."""


def short(stands: Stands) -> int:
    """Units that orders were promised and that no pick bin has or gets.

    >>> bin_ = PickBin(id=1, name="bay-01/01", free=3, on_way=2)
    >>> short(Stands(sku_id=1, bins=(bin_,), reserve=(), promised=9))
    4
    """
    return max(0, stands.promised - sum(_gives(bin_) for bin_ in stands.bins))


def plan(stands: Stands, units_max: int) -> list[Move]:
    """What is to be brought of one SKU now: at most one move a bin; a move takes from one reserve bin, so that what is
    left then follows it.

    Args:
        stands: The SKU.
        units_max: What one task may ask for.
    """
    left = list(stands.reserve)
    moves: list[Move] = []
    positions = _positions(stands)
    missing = short(stands)
    if missing:
        for bin_ in sorted(stands.bins, key=lambda bin_: (-_to_most(bin_), bin_.id)):
            why = f"{_units(missing)} short for orders"
            move = None if bin_.held else _move(stands, bin_, max(missing, _to_most(bin_)), left, units_max, why)
            if move is not None:
                moves.append(replace(move, urgent=True, turn=(0, *stands.first)))
                break
    for bin_ in stands.bins:
        if (
            bin_.held
            or bin_.min_units is None
            or positions[bin_.id] >= bin_.min_units
            or any(m.bin.id == bin_.id for m in moves)
        ):
            continue
        why = f"{positions[bin_.id]} to come or there, less than {bin_.min_units}: up to {bin_.max_units}"
        move = _move(stands, bin_, _to_most(bin_), left, units_max, why)
        if move is not None:
            moves.append(replace(move, turn=(1, positions[bin_.id] - bin_.min_units)))
    return moves


def in_turn(moves: Iterable[Move]) -> list[Move]:
    """Moves in the order in which they are to be done: urgent before routine, then by order, then the emptiest bin."""
    return sorted(moves, key=lambda move: (move.turn, move.bin.id))


def _gives(bin_: PickBin) -> int:
    return 0 if bin_.held else bin_.free + bin_.on_way


def _to_most(bin_: PickBin) -> int:
    return 0 if bin_.max_units is None else max(0, bin_.max_units - bin_.free - bin_.on_way)


def _positions(stands: Stands) -> dict[int, int]:
    left = stands.promised
    found = {}
    for bin_ in sorted(stands.bins, key=lambda bin_: (bin_.held, -bin_.free, bin_.id)):
        takes = min(left, _gives(bin_))
        left -= takes
        found[bin_.id] = bin_.free + bin_.on_way - takes
    return found


def _move(stands: Stands, bin_: PickBin, wanted: int, left: list[Reserve], units_max: int, because: str) -> Move | None:
    """A move into a bin, taken off what is ``left`` in reserve; None: it is busy, full, or nothing is left."""
    most = min(wanted, units_max) if bin_.room is None else min(wanted, units_max, bin_.room)
    number = next((n for n, source in enumerate(left) if source.units), None)
    if bin_.busy or bin_.is_lane or most <= 0 or number is None:
        return None
    source = left[number]
    units = min(most, source.units)
    left[number] = replace(source, units=source.units - units)
    return Move(
        sku_id=stands.sku_id,
        source=source,
        bin=bin_,
        units=units,
        urgent=False,
        because=because,
        turn=NO_TURN,
    )


def _units(units: int) -> str:
    return f"{units} unit" if units == 1 else f"{units} units"
