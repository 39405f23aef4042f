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
    "at_supplier",
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
    "backordered": "waits for stock, with all that we have to send",
    "partly_promised": "waits for a cart, and of some units for stock",
    "promised": "waits for a cart; stock stands for all that we have to send",
    "at_supplier": "waits for a supplier that sends it to the customer; we have nothing of it to send",
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
    "to_supplier", "dispatch", "decline", "withdraw",
]  # fmt: skip
EVENTS: tuple[Event, ...] = get_args(Event)
UNIT_MOVES: Mapping[Event, frozenset[tuple[str, str]]] = {
    "receive": frozenset({("new", "promised"), ("new", "backordered"), ("new", "at_supplier")}),
    "add": frozenset({("new", "promised"), ("new", "backordered"), ("new", "at_supplier")}),
    "reduce": frozenset({("promised", "cancelled"), ("backordered", "cancelled"), ("at_supplier", "cancelled")}),
    "cancel": frozenset({("promised", "cancelled"), ("backordered", "cancelled"), ("at_supplier", "cancelled")}),
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
    "to_supplier": frozenset({("backordered", "at_supplier")}),
    "dispatch": frozenset({("at_supplier", "shipped")}),
    "decline": frozenset({("at_supplier", "backordered")}),
    "withdraw": frozenset({("at_supplier", "cancelled")}),
}
"""Where each event moves units of order lines from and to; ``new`` is what had not been ordered. ``cancel`` moves all
that wait in the house, and of those at a supplier what it was not told of; every other event moves any number, and
``hold`` and ``let_go`` move none. ``withdraw``: a supplier confirms that it does not send what it was asked not to."""


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
    at_supplier = units.get("at_supplier", 0)
    if not promised + lacking + at_supplier:
        return "shipped" if shipped else "cancelled" if units.get("cancelled", 0) else "received"
    if hold:
        return "held"
    if shipped:
        return "partly_shipped"
    if not promised + lacking:
        return "at_supplier"
    return "backordered" if not promised else "partly_promised" if lacking else "promised"


Ask = Literal["address", "terms", "add", "reduce", "cancel", "hold", "let_go"]
"""What a shop or a person may ask for. ``reduce``: fewer units of a line; ``add``: more units, or another line."""
ASKS: tuple[Ask, ...] = get_args(Ask)
_WAITING: frozenset[Stage] = frozenset(
    {"held", "backordered", "partly_promised", "promised", "at_supplier", "partly_shipped"}
)
ALLOWED: Mapping[Ask, frozenset[Stage]] = {
    "address": _WAITING | {"in_work"},
    "terms": _WAITING | {"in_work"},
    "add": _WAITING | {"in_work"},
    "reduce": _WAITING | {"in_work", "packed"},
    "cancel": _WAITING | {"in_work", "packed"},
    "hold": _WAITING | {"in_work", "packed"},
    "let_go": _WAITING | {"in_work", "packed"},
}
"""At which stages each may be asked for. ``reduce`` and ``cancel`` reach units that wait (promised, backordered or at a
supplier), never those that are in work: those are refused by their number."""


TRANSITIONS: Mapping[Event, Mapping[Stage, frozenset[Stage]]] = {
    "receive": {
        "received": frozenset({"held", "backordered", "partly_promised", "promised", "at_supplier"}),
    },
    "add": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"backordered", "partly_promised"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"partly_promised", "promised"}),
        "at_supplier": frozenset({"backordered", "partly_promised", "promised", "at_supplier"}),
        "in_work": frozenset({"in_work"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "reduce": {
        "held": frozenset({"held", "shipped", "cancelled"}),
        "backordered": frozenset({"backordered", "at_supplier", "cancelled"}),
        "partly_promised": frozenset({"backordered", "partly_promised", "promised", "at_supplier", "cancelled"}),
        "promised": frozenset({"promised", "at_supplier", "cancelled"}),
        "at_supplier": frozenset({"at_supplier", "cancelled"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped", "shipped"}),
    },
    "cancel": {
        "held": frozenset({"held", "shipped", "cancelled"}),
        "backordered": frozenset({"at_supplier", "cancelled"}),
        "partly_promised": frozenset({"at_supplier", "cancelled"}),
        "promised": frozenset({"at_supplier", "cancelled"}),
        "at_supplier": frozenset({"at_supplier", "cancelled"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped", "shipped"}),
    },
    "hold": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"held"}),
        "partly_promised": frozenset({"held"}),
        "promised": frozenset({"held"}),
        "at_supplier": frozenset({"held"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"held"}),
    },
    "let_go": {
        "held": frozenset({"backordered", "partly_promised", "promised", "at_supplier", "partly_shipped"}),
        "backordered": frozenset({"backordered"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"promised"}),
        "at_supplier": frozenset({"at_supplier"}),
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
    "to_supplier": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"backordered", "at_supplier"}),
        "partly_promised": frozenset({"partly_promised", "promised"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "dispatch": {
        "held": frozenset({"held", "shipped"}),
        "backordered": frozenset({"partly_shipped"}),
        "partly_promised": frozenset({"partly_shipped"}),
        "promised": frozenset({"partly_shipped"}),
        "at_supplier": frozenset({"partly_shipped", "shipped"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped", "shipped"}),
    },
    "decline": {
        "held": frozenset({"held"}),
        "backordered": frozenset({"backordered"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"partly_promised"}),
        "at_supplier": frozenset({"backordered"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped"}),
    },
    "withdraw": {
        "held": frozenset({"held", "shipped", "cancelled"}),
        "backordered": frozenset({"backordered"}),
        "partly_promised": frozenset({"partly_promised"}),
        "promised": frozenset({"promised"}),
        "at_supplier": frozenset({"at_supplier", "cancelled"}),
        "in_work": frozenset({"in_work"}),
        "packed": frozenset({"packed"}),
        "partly_shipped": frozenset({"partly_shipped", "shipped"}),
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
