"""Packing: scan the tote or cell, check each SKU, weigh the carton, only then the label, and scan it on the carton."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsCounted, WeightMeasured
from edge.contract.state import Prompt, Tone
from hub.domain.gtin import ean13
from hub.handlers import pack_booking
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.consolidating import come_together, what_is_missing
from hub.handlers.floor_labels import floor_label
from hub.handlers.label_buying import NoService
from hub.handlers.label_printing import Label, label_seen, print_again
from hub.handlers.labelled_goods import item_code, shown
from hub.handlers.whose import SeveralClients, scanned
from hub.storage import consolidations, exceptions, parcels, places, tasks, walls
from hub.storage.label_purchases import Purchase

RECOUNTS_MAX = 3
"""After so many recounts that the weight still denies, the parcel goes to the problem lane."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU of the tote: what the book says and what the packer counted (None: not yet)."""

    sku_id: int
    code: str
    description: str
    gtin: str
    units: int
    counted: int | None = None
    picture: str = ""
    """STATION/ID of what the camera saw when it was scanned last."""


class PackState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the packer is."""

    stage: str = "tote"
    """tote, item, count, stray, weigh, aside, buy, track."""
    tote: str = ""
    load_id: int = 0
    order: str = ""
    wanted: tuple[Wanted, ...] = ()
    sku_id: int = 0
    """The SKU being counted."""
    recounts: int = 0
    carton: str = ""
    parcel_id: int = 0
    tracking: str = ""
    note: str = ""
    picture: str = ""
    """STATION/ID of what the camera saw of the item that is being counted."""


def prompt(state: PackState) -> Prompt:
    """What the pack station asks."""
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    left = [w for w in state.wanted if w.counted is None]
    if state.stage == "item":
        return Prompt(
            step="",
            ask="scan",
            title=f"{state.tote} ({state.order}): scan an item ({len(left)} to go)",
            lines=(*lines, *(f"{w.units} x {w.description}" for w in left[:6])),
            tone=tone,
            expected=tuple(ean13(w.gtin) for w in left),
        )
    if state.stage == "count":
        item = next(w for w in state.wanted if w.sku_id == state.sku_id)
        return Prompt(
            step="",
            ask="count",
            title=item.description,
            lines=(*lines, "How many are there?"),
            tone=tone,
            units=item.units,
        )
    if state.stage == "stray":
        return Prompt(
            step="",
            ask="count",
            title="Not of this parcel",
            lines=(*lines, "Put it into the put-back tote. How many?"),
            tone="alarm",
            units=1,
        )
    if state.stage == "weigh":
        return Prompt(
            step="",
            ask="weigh",
            title=f"Pack into carton {state.carton}, put it on the scale",
            lines=(*lines, "If that cannot be, press problem."),
            tone=tone,
        )
    if state.stage == "aside":
        return Prompt(
            step="",
            ask="press",
            title=f"Set {state.tote} aside?",
            lines=("Confirm: to the problem lane.", "Problem: back to the scale."),
            tone="warn",
        )
    if state.stage == "buy":
        return Prompt(
            step="",
            ask="press",
            title="The label is being bought",
            lines=(*lines, "It is printed as soon as it is there.", "Confirm: set the parcel aside meanwhile."),
            tone=tone,
        )
    if state.stage == "track":
        return Prompt(
            step="",
            ask="scan",
            title="Stick the label on, scan it",
            lines=(state.tracking, *lines, "No label? Problem prints it again."),
            tone="good" if not state.note else "warn",
            expected=(state.tracking,),
        )
    return Prompt(step="", ask="scan", title="Scan a tote", lines=lines, tone=tone)


def answer(turn: Turn, state: PackState, event: Answer) -> PackState:
    """Take a scan, a count, a weight or a button."""
    if isinstance(event, SymbolScanned):
        if state.stage == "tote":
            return _tote(turn, event.text)
        if state.stage in ("item", "weigh"):  # what is still in the tote when all is counted does not belong there
            return _item(turn, state, event)
        if state.stage == "track":
            return _track(turn, state, event.text)
    if isinstance(event, UnitsCounted):
        if state.stage == "count":
            return _counted(turn, state, event.units)
        if state.stage == "stray":
            return _stray(turn, state, event.units)
    if isinstance(event, WeightMeasured) and state.stage == "weigh":
        return _weighed(turn, state, event)
    if isinstance(event, ButtonPressed) and state.stage == "buy":
        return _without_label(turn, state)
    if isinstance(event, ButtonPressed) and event.button == "problem":
        return _problem(turn, state)
    if isinstance(event, ButtonPressed) and state.stage == "aside":
        return _set_aside(turn, state, f"{state.tote} could not be weighed and packed.")
    return state


def _tote(turn: Turn, text: str) -> PackState:
    tx = turn.tx
    place = places.seek(tx.connection, tx.site_id, text)
    if place is None or place.kind not in ("tote", "cell"):
        return _set_aside_before(turn, text)
    shared = walls.loads_in(tx.connection, place.id)
    if len(shared) > 1 or any(load.cell_id is not None for load in shared):
        return PackState(note=f"{text} is for {len(shared)} orders: take it to the wall.")
    if shared and (wall := consolidations.wall_of_load(tx.connection, shared[0].load_id)):
        return PackState(note=f"{text} has a part of order {shared[0].order_ref}: take it to {wall}.")
    load = parcels.load_of_tote(tx.connection, place.id)
    if load is None:
        return PackState(note=f"{text} has nothing to pack.")
    if load.open_tasks:
        where = ", ".join(tasks.stations_waiting(tx.connection, load.load_id))
        return PackState(note=f"{text} waits for {load.open_tasks} picks at {where}.")
    if walls.cell_is_sorted(tx.connection, load.load_id) is False:
        return PackState(note=f"{text} ({load.order_ref}) is not complete: take what is green.")
    if place.kind == "cell" and (why := what_is_missing(tx.connection, load.order_id)):
        return PackState(note=f"{text} ({load.order_ref}) waits for {why}.")
    other = turn.held_by("pack", PackState, lambda state: state.load_id == load.load_id and state.stage != "track")
    if other is not None:
        return PackState(note=f"{text} is being packed at {other}: bring it there.")
    if place.kind == "cell":
        come_together(tx, place.id, load.load_id, load.order_id)
    tasks.set_load(tx, load.load_id, state="packing")
    walls.being_packed(tx, load.load_id)
    units: dict[int, Wanted] = {}
    for line in parcels.picked_lines(tx.connection, load.load_id):
        before = units[line.sku_id].units if line.sku_id in units else 0
        units[line.sku_id] = Wanted(
            sku_id=line.sku_id,
            code=line.code,
            description=line.description,
            gtin=line.gtin,
            units=before + line.units,
        )
    tx.changed("board")
    state = PackState(stage="item", tote=text, load_id=load.load_id, order=load.order_ref, wanted=tuple(units.values()))
    return _checked(turn, state) if not state.wanted else state


def _set_aside_before(turn: Turn, text: str) -> PackState:
    """What is no tote may be the label of a parcel that was set aside while it was bought: it leaves now."""
    found = parcels.by_symbol(turn.tx.connection, text)
    if found is None or found.state != "labelled":
        return PackState(note=f"'{text}' is not a tote.")
    other = turn.held_by("pack", PackState, lambda state: state.parcel_id == found.id and state.stage == "track")
    if other is not None:
        return PackState(note=f"{text} is being packed at {other}: scan it there.")
    pack_booking.ship(turn, found.id)
    exceptions.close_ref(turn.tx, ("label_waits",), "shipped", ref_kind="parcel", ref_id=str(found.id))
    return PackState()


def _without_label(turn: Turn, state: PackState) -> PackState:
    """The packer does not wait for a label that is being bought."""
    detail = f"A parcel of order {state.order} waits for its label: scan the label here once it is on."
    exceptions.open_once(turn.tx, "label_waits", turn.station, detail, ref_kind="parcel", ref_id=str(state.parcel_id))
    return PackState(note=f"Parcel of order {state.order}: set it aside. When its label is printed, stick on and scan.")


def _item(turn: Turn, state: PackState, event: SymbolScanned) -> PackState:
    try:
        code = item_code(event)
    except ValueError as error:
        return msgspec.structs.replace(state, note=floor_label(turn, event.text, state.tote) or str(error))
    wanted = {w.sku_id for w in state.wanted}
    try:
        found = scanned(turn.tx.connection, code, wanted.__contains__)
    except SeveralClients as error:
        return msgspec.structs.replace(state, note=str(error))
    if found is None:
        return msgspec.structs.replace(state, note=f"Nobody knows the item {shown(event.text)}.")
    stage = "count" if found.id in wanted else "stray"
    if stage == "stray":
        detail = f"{found.description} was in {state.tote}, which is not for it."
        exceptions.open_once(
            turn.tx, "wrong_item", turn.station, detail, ref_kind="tote", ref_id=state.tote, picture=turn.picture
        )
    return msgspec.structs.replace(state, stage=stage, sku_id=found.id, note="", picture=turn.picture)


def _counted(turn: Turn, state: PackState, units: int) -> PackState:
    wanted = []
    note = ""
    for w in state.wanted:
        if w.sku_id != state.sku_id:
            wanted.append(w)
            continue
        if units > w.units:
            note = f"{w.units} belong in: put {units - w.units} into the put-back tote."
            pack_booking.book_extra(turn, state.tote, w.sku_id, units - w.units, state.picture)
        wanted.append(msgspec.structs.replace(w, counted=min(units, w.units), picture=state.picture))
    after = msgspec.structs.replace(state, stage="item", wanted=tuple(wanted), sku_id=0, note=note)
    return _checked(turn, after)


def _stray(turn: Turn, state: PackState, units: int) -> PackState:
    if units:
        pack_booking.book_extra(turn, state.tote, state.sku_id, units, state.picture)
    return _checked(turn, msgspec.structs.replace(state, stage="item", sku_id=0))


def _problem(turn: Turn, state: PackState) -> PackState:
    """Nothing more in the tote, or the weight cannot be made right."""
    if state.stage == "item":
        none_left = tuple(w if w.counted is not None else msgspec.structs.replace(w, counted=0) for w in state.wanted)
        return _checked(turn, msgspec.structs.replace(state, wanted=none_left, note=""))
    if state.stage == "stray" or (state.stage == "count" and state.note):
        # a count is given up only where it could not be booked: a second press would say that the tote is empty
        return _checked(turn, msgspec.structs.replace(state, stage="item", sku_id=0))
    if state.stage == "track":
        return msgspec.structs.replace(state, note=print_again(turn.tx, turn.station, ("parcel", str(state.parcel_id))))
    if state.stage in ("weigh", "aside"):  # asked for once more: a finger may have pressed twice
        return msgspec.structs.replace(state, stage="aside" if state.stage == "weigh" else "weigh")
    return state


def _set_aside(turn: Turn, state: PackState, detail: str) -> PackState:
    """To the problem lane: the tote stays to be packed, and may be scanned again once its trouble is mended."""
    exceptions.open_once(turn.tx, "problem_lane", turn.station, detail, ref_kind="tote", ref_id=state.tote)
    return PackState(note=f"{state.tote}: to the problem lane. {detail}")


def _checked(turn: Turn, state: PackState) -> PackState:
    """Once everything is counted: choose the carton and ask for the weight."""
    if any(w.counted is None for w in state.wanted):
        return state
    counts = {w.sku_id: w.counted or 0 for w in state.wanted}
    if not any(counts.values()):
        pack_booking.close_empty(turn, state.load_id, state.tote, counts)
        return PackState(note=f"{state.tote} is empty: its lines are picked again.")
    carton, out = pack_booking.carton_of(turn, state.tote, counts)
    note = " ".join(words for words in (state.note, out) if words)
    return msgspec.structs.replace(state, stage="weigh", carton=carton.name, sku_id=0, note=note)


def _weighed(turn: Turn, state: PackState, event: WeightMeasured) -> PackState:
    counts = {w.sku_id: w.counted or 0 for w in state.wanted}
    expected, tolerance = pack_booking.expected(turn, state.load_id, counts, state.carton)
    off = event.weight_mg - expected
    tx = turn.tx
    if abs(off) <= tolerance + 2 * event.division_mg:
        booked = pack_booking.book_parcel(
            turn,
            load_id=state.load_id,
            tote=state.tote,
            counts=counts,
            carton=state.carton,
            measured_mg=event.weight_mg,
            pictures={w.sku_id: w.picture for w in state.wanted},
        )
        if isinstance(booked, NoService):
            exceptions.open_once(tx, "no_service", turn.station, booked.detail, ref_kind="tote", ref_id=state.tote)
            return _set_aside(turn, state, str(booked))
        return with_label(state, booked)
    detail = f"Parcel of {state.tote} is {off / 1000:+.0f} g off {expected / 1000:.0f} g."
    exceptions.open_once(tx, "weight_mismatch", turn.station, detail, ref_kind="tote", ref_id=state.tote)
    if state.recounts >= RECOUNTS_MAX:
        return _set_aside(turn, state, detail)
    again = tuple(msgspec.structs.replace(w, counted=None) for w in state.wanted)
    return msgspec.structs.replace(
        state, stage="item", wanted=again, recounts=state.recounts + 1, note=f"{off / 1000:+.0f} g off: count again."
    )


def with_label(state: PackState, purchase: Purchase) -> PackState:
    """The state once a label is wanted: it waits for it, or for it to be stuck on."""
    bought = purchase.state == "bought"
    return msgspec.structs.replace(
        state,
        stage="track" if bought else "buy",
        parcel_id=purchase.parcel_id,
        tracking=purchase.tracking or "",
        note="",
    )


def _track(turn: Turn, state: PackState, text: str) -> PackState:
    seen = parcels.by_symbol(turn.tx.connection, text)
    if seen is None or seen.id != state.parcel_id or seen.state != "labelled":
        return msgspec.structs.replace(state, note=f"'{text}' is not this parcel's label.")
    pack_booking.ship(turn, state.parcel_id)
    label_seen(turn.tx, turn.station, ("parcel", str(state.parcel_id)))
    return PackState(note="")


def label(state: PackState) -> Label | None:
    """The label that is to be stuck on."""
    return ("parcel", str(state.parcel_id)) if state.stage == "track" else None


FLOW = Flow(state=PackState, prompt=prompt, answer=answer, label=label)
