"""How the pages say things: times, money, what an exception means and how it is mended."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from hub.dashboard.return_advice import RETURN_ADVICE

UNIT_WORDS = {"reserved": "lit", "open": "not promised yet", "at_supplier": "from a supplier"}
"""States of units that people call otherwise."""
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}

WAITS_FOR = {
    "in_house": "has come, is being put away",
    "purchase_order": "on order",
    "lead_time": "not on order yet: what an order of now would take",
    "overdue": "the delivery is overdue, its supplier was asked",
    "unknown": "ordered no more",
}
"""Where the date of a line that waits is from."""

ADVICE = {
    "over_pick": ("Too many taken", "Put the extra units back; the light goes out by itself."),
    "under_pick": ("Too few taken", "Take the missing units; the light goes out by itself."),
    "over_put": ("Too many put away", "Take the extra units out again; the light goes out by itself."),
    "under_put": ("Too few put away", "Put the missing units in; the light goes out by itself."),
    "wrong_bin": (
        "Hand in a wrong bin",
        "Put back what was taken out, take out what was put in; confirm leaves it so, then the bin is counted.",
    ),
    "swapped_bin": (
        "Bins exchanged",
        "Put each bin back in its own place; confirm leaves it so, then the bin is counted.",
    ),
    "button_missing": ("Taken, not confirmed", "Press the bin's button. The scale confirms it soon if it is sure."),
    "stuck_button": ("Button stuck", "Free the button; until then the bin cannot be confirmed by hand."),
    "unreadable": ("Symbol not readable", "Turn the item, wipe the label, or press problem."),
    "count_wanted": ("Count wanted", "Count the bin: its white light leads there."),
    "damaged": ("Damaged units", "Look at them and at the bin they came from; claim or scrap them, then close this."),
    "wrong_label": (
        "Another item in a bin",
        "Find out who put it there; its picks were asked back and the bin is counted. Then close this.",
    ),
    "wrong_item": ("Item not of this order", "Put it into the put-back tote; it returns to its bin by light."),
    "weight_mismatch": ("Parcel weight off", "Count the tote again, line by line, at the pack station."),
    "problem_lane": ("Tote set aside", "A supervisor looks into this tote: it did not come right by counting."),
    "no_service": ("No carrier takes a parcel", "Mend carriers/ or the address, then scan the tote again."),
    "label_waits": (
        "A parcel waits for its label",
        "The carrier is asked on by itself. When the label is printed, stick it on and scan it at a pack bench.",
    ),
    "label_refused": (
        "No carrier sells a label",
        "Mend the address or carriers/, then buy the label again on the parcel's page.",
    ),
    "label_lost": (
        "A carrier sold two labels",
        "Claim the one that is named here back from the carrier, then close this.",
    ),
    "not_delivered": (
        "A parcel was not delivered",
        "Ask the customer and the carrier; it closes when the carrier says that it was delivered after all.",
    ),
    "letter_refused": ("A letter was not taken", "Mend the address or the mail server, tell the customer by hand."),
    "not_handed_over": (
        "A parcel was not handed over",
        "It is on a manifest, but was not scanned into the carrier's hands: look for it on the floor.",
    ),
    "cell_doubt": (
        "What lies in a cell?",
        "A put there was told too late or by mistake: count the cell well when it is packed, then close this.",
    ),
    "tote_short": ("Units missing in a tote", "The line was opened again; look in the cart and at the bin."),
    "put_short": ("Put away short", "Fewer units than planned went into the bin: look at the plate."),
    "print_failed": (
        "Label not printed",
        "Look at the printer: paper, ribbon, cable. Problem at its bench prints it again.",
    ),
    "unordered_item": ("Not on the purchase order", "Set the goods aside, ask the supplier, then close this."),
    "damaged_delivery": (
        "Damaged goods delivered",
        "They lie at claims: tell the supplier, then settle the case on the page of claims.",
    ),
    "quality_hold": ("Goods held for quality", "Look at them at the place quality; then release or refuse the case."),
    "unknown_item": ("An item that nobody knows", "Weigh ten units of it at the dock, and fill in its form."),
    "asn_differs": ("Announced otherwise than ordered", "Ask the supplier; the goods are received as they come."),
    "no_room": ("No bin has room", "Give the SKU another bin, or make room; then scan the plate at the dock again."),
    "delivery_differs": (
        "Delivery differs",
        "Tell the supplier. It closes when all that differed has come with a later delivery.",
    ),
    "delivery_overdue": ("Delivery overdue", "The supplier was asked; give its answer at the purchase order."),
    "approval_wanted": ("Order waits for a yes", "Approve the purchase order, or cancel it."),
    "dispatch_overdue": (
        "A supplier has not sent it",
        "It was asked; key in its parcel, or what it does not send, at the purchase order.",
    ),
    "cancellation_asked": (
        "A supplier was asked not to send",
        "Key in at the purchase order whether it keeps the goods, or whether they were on their way already.",
    ),
    "supplier_not_told": ("Supplier not told", "Mend the address, or tell the supplier by telephone and say so."),
    "material_count": ("Packing material to count", "Count it at that bench and key it in on the page /materials."),
    "spoiled_lot": (
        "A lot that may not be sent any more",
        "Its bin is held: take that lot out, then count what is left there by the white light.",
    ),
    "expired_lot": ("Expired goods delivered", "They were not received: set them aside, claim them of the supplier."),
    "wrong_lot": (
        "A lot with two last days",
        "The label denies what is known of the lot: it was not received. Ask the supplier which day is right.",
    ),
    "no_bin": ("No bin for an item", "Give the SKU a bin, so that the units can be put away."),
    "two_boards": (
        "Two boards, one name",
        "Take the board that was replaced off the network; what its card still had is told by now. If it shall be the"
        " station again: shelflight-edge device adopt on it.",
    ),
    "conflict": (
        "Two facts, one number",
        "A station's card may be a copy: keep one of the two stations, then close this.",
    ),
    "web_order_refused": (
        "Order of a web shop not taken",
        "Mend what it says in the catalogue or in the shop, then change the order there once more, or key it in here.",
    ),
    "web_order_differs": (
        "Order changed in its shop while in work",
        "What is on carts or gone stays: stop the parcel, or tell the customer; then close this.",
    ),
    "quarantine": (
        "Fact set aside",
        "The hub could not apply a station's fact: book by hand what it says, then close this.",
    ),
    **RETURN_ADVICE,
}
"""Kind of exception: its title, and what a person does about it."""


def title_of(kind: str) -> str:
    """What a kind of exception is called on a page.

    >>> title_of("over_pick"), title_of("outbox_full")
    ('Too many taken', 'Outbox full')
    """
    return ADVICE[kind][0] if kind in ADVICE else kind.replace("_", " ").capitalize()


def advice_on(kind: str) -> str:
    """What a person does about a kind of exception; empty if there is no advice."""
    return ADVICE[kind][1] if kind in ADVICE else ""


def state_text(order: Mapping[str, Any]) -> str:
    """An order's state as a page shows it: one all of whose units are picked waits for a packer, not for a picker.

    >>> units = {"promised": 0, "reserved": 0, "picked": 3}
    >>> state_text({"state": "picking"} | units), state_text({"state": "picking"} | units | {"reserved": 1})
    ('waits for packing', 'picking')
    """
    is_picked = order["state"] == "picking" and not order["reserved"] and not order["promised"]
    return "waits for packing" if is_picked else str(order["state"]).replace("_", " ")


def clock_text(at_us: int | None, zone: tzinfo = UTC) -> str:
    """The time of day.

    >>> clock_text(1_298_970_000_000_000)
    '09:00'
    """
    return "" if at_us is None else datetime.fromtimestamp(at_us / 1e6, zone).strftime("%H:%M")


def day_text(at_us: int | None, zone: tzinfo = UTC) -> str:
    """The day, short.

    >>> day_text(1_298_970_000_000_000)
    'Tue 1 Mar'
    """
    if at_us is None:
        return ""
    day = datetime.fromtimestamp(at_us / 1e6, zone)
    return f"{day:%a} {day.day} {day:%b}"


def moment_text(at_us: int | None, zone: tzinfo = UTC) -> str:
    """Day and time of day; empty for None."""
    return "" if at_us is None else f"{day_text(at_us, zone)}, {clock_text(at_us, zone)}"


def age_text(us: int) -> str:
    """How long something has waited, in the largest whole unit.

    >>> age_text(200_000_000_000), age_text(3_600_000_000), age_text(90_000_000), age_text(5)
    ('2 d', '1 h', '1 min', 'just now')
    """
    for unit_us, word in ((86_400_000_000, "d"), (3_600_000_000, "h"), (60_000_000, "min")):
        if us >= unit_us:
            return f"{us // unit_us} {word}"
    return "just now"


def money_text(minor: int, currency: str) -> str:
    """An amount of minor units.

    >>> money_text(123456, "GBP"), money_text(5, "CHF")
    ('£1,234.56', 'CHF 0.05')
    """
    return f"{SYMBOLS.get(currency, currency + ' ')}{minor / 100:,.2f}"


def weight_text(mg: int | None) -> str:
    """A weight in kilograms; empty for None.

    >>> weight_text(1_234_567), weight_text(None)
    ('1.235 kg', '')
    """
    return "" if mg is None else f"{mg / 1e6:.3f} kg"


def units_text(line: Mapping[str, int], states: Sequence[str]) -> str:
    """Where a line's units are, in words, in the order of the states.

    >>> units_text({"shipped": 3, "reserved": 0, "promised": 2}, ("shipped", "reserved", "promised"))
    '3 shipped, 2 promised'
    """
    return ", ".join(f"{line[state]:,} {UNIT_WORDS.get(state, state)}" for state in states if line[state])


def terms_text(order: Mapping[str, Any], ship_by: str) -> str:
    """What was agreed on for an order, in words; empty if it is nothing special.

    >>> terms_text({"hold": "payment", "priority": 5, "ship_complete": True}, "Tue 1 Mar, 17:00")
    'on hold: payment · priority 5 · to leave by Tue 1 Mar, 17:00 · leaves complete only'
    """
    said = {
        f"on hold: {order['hold']}": order["hold"],
        f"priority {order['priority']}": order["priority"],
        f"to leave by {ship_by}": ship_by,
        "leaves complete only": order["ship_complete"],
    }
    return " · ".join(words for words, holds in said.items() if holds)
