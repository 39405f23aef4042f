"""The stages of an order as a transition table: what may follow what, and what a shop may ask for at each stage.

An order's stage is nothing that is kept: it follows from where the units of its lines are, and from its hold
(:func:`stage_of`). What moves units is an event; :data:`UNIT_MOVES` says which event moves them from where to where,
:data:`TRANSITIONS` which stages may follow each other by it. The first is what the handlers do, the second what the
interface, the pages and ``docs/orders.md`` promise; a test holds them against each other by trying every order there
can be, and another plays random days through the real handlers.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Stage = Literal[
    "received",
    "held",
    "backordered",
    "partly_promised",
    "promised",
    "in_work",
    "packed",
    "partly_shipped",
    "shipped",
    "cancelled",
]
"""Where an order is. ``received`` is before its first line is looked at: no order stays there."""
STAGES: tuple[Stage, ...] = get_args(Stage)
WORDS: Mapping[Stage, str] = {
    "received": "has just come",
    "held": "waits for its payment, a look at it, or its address; nothing of it goes to a cart",
    "backordered": "waits for stock, with all that has not left",
    "partly_promised": "waits for a cart, and of some units for stock",
    "promised": "waits for a cart; stock stands for all of it",
    "in_work": "is on a cart, or has been picked",
    "packed": "has a parcel that has not left yet",
    "partly_shipped": "has left in part; the rest waits",
    "shipped": "has left",
    "cancelled": "is cancelled",
}
ENDED: frozenset[Stage] = frozenset({"shipped", "cancelled"})

Event = Literal[
    "receive", "add", "reduce", "cancel", "hold", "let_go", "stock", "give_up",
    "release", "unload", "pick", "short", "take_up", "undo", "pack", "ship",
]  # fmt: skip
EVENTS: tuple[Event, ...] = get_args(Event)
UNIT_MOVES: Mapping[Event, frozenset[tuple[str, str]]] = {
    "receive": frozenset({("new", "promised"), ("new", "backordered")}),
    "add": frozenset({("new", "promised"), ("new", "backordered")}),
    "reduce": frozenset({("promised", "cancelled"), ("backordered", "cancelled")}),
    "cancel": frozenset({("promised", "cancelled"), ("backordered", "cancelled")}),
    "hold": frozenset(),
    "let_go": frozenset(),
    "stock": frozenset({("backordered", "promised")}),
    "give_up": frozenset({("promised", "backordered")}),
    "release": frozenset({("promised", "reserved")}),
    "unload": frozenset({("reserved", "promised"), ("reserved", "backordered")}),
    "pick": frozenset({("reserved", "picked")}),
    "short": frozenset({("reserved", "backordered"), ("picked", "backordered")}),
    "take_up": frozenset({("promised", "picked"), ("backordered", "picked")}),
    "undo": frozenset({("picked", "reserved"), ("promised", "reserved"), ("backordered", "reserved")}),
    "pack": frozenset({("picked", "packed")}),
    "ship": frozenset({("packed", "shipped")}),
}
"""Where each event moves units of order lines from and to; ``new`` is what had not been ordered. ``cancel`` moves all
that wait, every other event any number, and ``hold`` and ``let_go`` move none."""


def stage_of(units: Mapping[str, int], hold: str) -> Stage:
    """Where an order is.

    Args:
        units: Units over all its lines by state: ``promised``, ``reserved``, ``picked``, ... (``open`` counts as
            ``promised``); a state that is missing has none.
        hold: Why it must not be worked on; empty: it may.

    >>> stage_of({"promised": 2, "backordered": 1}, "")
    'partly_promised'
    >>> stage_of({"shipped": 2, "promised": 1}, "address")
    'held'
    """
    promised = units.get("promised", 0) + units.get("open", 0)
    lacking = units.get("backordered", 0)
    if units.get("packed", 0):
        return "packed"
    if units.get("reserved", 0) + units.get("picked", 0):
        return "in_work"
    shipped = units.get("shipped", 0)
    if not promised + lacking:
        return "shipped" if shipped else "cancelled" if units.get("cancelled", 0) else "received"
    if hold:
        return "held"
    if shipped:
        return "partly_shipped"
    return "backordered" if not promised else "partly_promised" if lacking else "promised"


Ask = Literal["address", "terms", "add", "reduce", "cancel", "hold", "let_go"]
"""What a shop or a person may ask for. ``reduce``: fewer units of a line; ``add``: more units, or another line."""
ASKS: tuple[Ask, ...] = get_args(Ask)
_WAITING: frozenset[Stage] = frozenset({"held", "backordered", "partly_promised", "promised", "partly_shipped"})
ALLOWED: Mapping[Ask, frozenset[Stage]] = {
    "address": _WAITING | {"in_work"},
    "terms": _WAITING | {"in_work"},
    "add": _WAITING | {"in_work"},
    "reduce": _WAITING | {"in_work", "packed"},
    "cancel": _WAITING | {"in_work", "packed"},
    "hold": _WAITING | {"in_work", "packed"},
    "let_go": _WAITING | {"in_work", "packed"},
}
"""At which stages each may be asked for. ``reduce`` and ``cancel`` reach units that wait (promised or backordered),
never those that are in work: those are refused by their number."""


TRANSITIONS: Mapping[Event, Mapping[Stage, frozenset[Stage]]] = {
    "receive": {
        "received": frozenset({"held", "backordered", "partly_promised", "promised"}),
    },
    "add": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"backordered", "partly_promised"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"partly_promised", "promised"}),
        "in_work": frozenset({"in_work"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "reduce": {
        "held": frozenset({"held", "shipped", "cancelled"}),
        "backordered": frozenset({"backordered", "cancelled"}),
        "partly_promised": frozenset({"backordered", "partly_promised", "promised", "cancelled"}),
        "promised": frozenset({"promised", "cancelled"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped", "shipped"}),
    },
    "cancel": {
        "held": frozenset({"shipped", "cancelled"}),
        "backordered": frozenset({"cancelled"}),
        "partly_promised": frozenset({"cancelled"}),
        "promised": frozenset({"cancelled"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"shipped"}),
    },
    "hold": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"held"}),
        "partly_promised": frozenset({"held"}),
        "promised": frozenset({"held"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"held"}),
    },
    "let_go": {
        "held": frozenset({"backordered", "partly_promised", "promised", "partly_shipped"}),
        "backordered": frozenset({"backordered"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"promised"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "stock": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"partly_promised", "promised"}),
        "partly_promised": frozenset({"partly_promised", "promised"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "give_up": {
        "held": frozenset({"held"}),
        "partly_promised": frozenset({"backordered", "partly_promised"}),
        "promised": frozenset({"backordered", "partly_promised"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "release": {
        "partly_promised": frozenset({"in_work"}),
        "promised": frozenset({"in_work"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"in_work"}),
    },
    "unload": {
        "in_work": frozenset({"held", "backordered", "partly_promised", "promised", "in_work", "partly_shipped"}),
        "packed": frozenset({"packed"}),
    },
    "pick": {
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
    },
    "short": {
        "in_work": frozenset({"held", "backordered", "partly_promised", "in_work", "partly_shipped"}),
        "packed": frozenset({"packed"}),
    },
    "take_up": {
        "held": frozenset({"in_work"}),
        "backordered": frozenset({"in_work"}),
        "partly_promised": frozenset({"in_work"}),
        "promised": frozenset({"in_work"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"in_work"}),
    },
    "undo": {
        "held": frozenset({"in_work"}),
        "backordered": frozenset({"in_work"}),
        "partly_promised": frozenset({"in_work"}),
        "promised": frozenset({"in_work"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"in_work"}),
    },
    "pack": {
        "in_work": frozenset({"packed"}),
        "packed": frozenset({"packed"}),
    },
    "ship": {
        "packed": frozenset({"held", "in_work", "packed", "partly_shipped", "shipped"}),
    },
}
"""By event: which stages may follow which. A stage that an event does not name is one it cannot happen at."""


def allowed_at(stage: Stage) -> tuple[Ask, ...]:
    """What may be asked for at a stage.

    >>> allowed_at("packed")
    ('reduce', 'cancel', 'hold', 'let_go')
    """
    return tuple(ask for ask in ASKS if stage in ALLOWED[ask])


def reached(stage: Stage, events: Iterable[Event]) -> frozenset[Stage]:
    """The stages that can follow, by any number of these events in any order; the stage itself is one of them."""
    found: set[Stage] = {stage}
    fresh = [stage]
    while fresh:
        here = fresh.pop()
        for event in events:
            for there in TRANSITIONS[event].get(here, frozenset()) - found:
                found.add(there)
                fresh.append(there)
    return frozenset(found)
