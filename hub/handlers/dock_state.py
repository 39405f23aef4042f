"""What the dock is in the middle of, and what its screen asks."""

import msgspec

from edge.contract.state import Prompt, Tone
from hub.domain.gtin import ean13
from hub.handlers import dock_cartons, dock_cases, dock_returns, new_items
from hub.handlers.dock_cartons import Carton
from hub.handlers.dock_cases import SetAside
from hub.handlers.labelled_goods import Came
from hub.handlers.new_items import Weighing


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the delivery: ordered, and counted (None: not yet)."""

    line_id: int
    sku_id: int
    description: str
    gtin: str
    ordered: int
    counted: int | None = None
    came: tuple[Came, ...] = ()
    """What was counted, by lot and pallet."""

    @property
    def units(self) -> int:
        """Counted until now."""
        return sum(part.units for part in self.came)

    @property
    def left(self) -> int:
        """Ordered, and not counted yet."""
        return max(0, self.ordered - self.units)


class DockState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the receiver is: po, item, count, plate."""

    stage: str = "po"
    number: str = ""
    order_id: int = 0
    due: tuple[Due, ...] = ()
    sku_id: int = 0
    goods: Came = Came()
    """What is being counted."""
    sscc: str = ""
    """The pallet or carton that was scanned last: what comes next is of it."""
    plate: str = ""
    back: dock_returns.Back | None = None
    """A return that is being looked through; None: there is none."""
    note: str = ""
    blind: bool = False
    """Whether no numbers are shown before they are counted."""
    again: str = ""
    """The symbol that was refused last: scanned once more, its units are counted and set aside ..."""
    again_as: str = ""
    """... as this kind of case."""
    aside: str = ""
    """The kind of case that the next item, or the one that is being counted, is set aside as."""
    aside_item: str = ""
    """What the item is called that is counted as such."""
    set_aside: tuple[SetAside, ...] = ()
    carton: Carton | None = None
    """The announced carton that is being weighed, or of which a sample is counted."""
    weighing: Weighing | None = None
    """An item that nobody knows, its units on the scale one by one."""


def prompt(state: DockState) -> Prompt:
    """What the dock asks."""
    if state.back is not None:
        return dock_returns.prompt(msgspec.structs.replace(state.back, note=state.note or state.back.note))
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    left = [d for d in state.due if d.counted is None]
    if state.weighing is not None:
        return new_items.ask(state.weighing, lines)
    if state.carton is not None:
        return dock_cartons.ask(state.carton, lines, blind=state.blind)
    if state.aside and state.stage == "item":
        return dock_cases.ask_item(state.aside, state.number, lines)
    if state.aside and state.stage == "count":
        return dock_cases.ask_count(state.aside, state.aside_item, (*lines, *_goods_lines(state.goods)))
    if state.stage == "item":
        return Prompt(
            step="",
            ask="scan",
            title=f"{state.number}: scan an item ({len(left)} to go)",
            lines=(*lines, *_again_line(state), *(_due_line(d, blind=state.blind) for d in left[:6])),
            tone=tone,
            expected=tuple(ean13(d.gtin) for d in left),
        )
    if state.stage == "count":
        item = next(d for d in state.due if d.sku_id == state.sku_id)
        return Prompt(
            step="",
            ask="count",
            title=item.description,
            lines=(*lines, *_goods_lines(state.goods), "How many came?"),
            tone=tone,
            units=0 if state.blind else state.goods.asked or _recounted(item, state.goods) or item.left or item.ordered,
        )
    if state.stage == "plate":
        return Prompt(
            step="",
            ask="scan",
            title="Stick the plate on, scan it",
            lines=(state.plate, *lines, "No label? Problem prints it again."),
            tone="warn" if state.note else "good",
            expected=(state.plate,),
        )
    return Prompt(step="", ask="scan", title="Scan the delivery note", lines=lines, tone=tone)


def _again_line(state: DockState) -> tuple[str, ...]:
    if not state.again:
        return ()
    what = "weigh ten units of it: nobody knows it" if state.again_as == "new" else "count it for the claim"
    return (f"Scan it once more to {what}.",)


def _due_line(due: Due, *, blind: bool) -> str:
    if blind:
        return due.description + (f" ({due.units} counted)" if due.came else "")
    return f"{due.left} x {due.description}" + (f" ({due.units} of {due.ordered} counted)" if due.came else "")


def _goods_lines(goods: Came) -> tuple[str, ...]:
    lot = f"Lot {goods.lot}" + (f", good until {goods.expiry}" if goods.expiry else "")
    return (*((lot,) if goods.lot else ()), *((f"Pallet {goods.sscc}",) if goods.sscc else ()))


def _recounted(due: Due, goods: Came) -> int:
    """What was counted of these units before."""
    return sum(part.units for part in due.came if part.is_of_the_same(goods))
