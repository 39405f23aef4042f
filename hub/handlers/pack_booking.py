"""What packing writes down: extras put back, missing units, the parcel, its label, its leaving."""

from hub.domain.cartons import Carton
from hub.domain.parcel_weight import Content, expected_weight
from hub.handlers import customer_letters
from hub.handlers.allocate import look_again, promise_again
from hub.handlers.benches import Turn
from hub.handlers.label_buying import NoService, choose, destination, key_of, tracking_number, want_label
from hub.handlers.material_use import cartons_out, chosen_words, use_materials
from hub.handlers.moving import lots_at, take
from hub.handlers.parcel_packing import carton_for, goods_of
from hub.handlers.put_away import ask_put_away
from hub.storage import exceptions, label_purchases, orders, parcels, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.label_purchases import Purchase
from hub.storage.parcels import PickedLine
from hub.storage.recipients import recipient_of

TOTE_TROUBLE = ("weight_mismatch", "wrong_item", "problem_lane", "no_service", "cell_doubt")
"""What may be wrong with a tote; all of it ends when the tote is packed, or is found empty."""


def book_extra(turn: Turn, tote: str, sku_id: int, units: int, picture: str) -> None:
    """Units that do not belong into the parcel go into the put-back tote, and from there home by light."""
    tx = turn.tx
    tote_id = places.find(tx.connection, tx.site_id, tote).id
    putback = places.find(tx.connection, tx.site_id, "putback").id
    on_hand = sum(there for stock, there, _ in places.stock_at(tx.connection, tote_id) if stock.sku_id == sku_id)
    expected = sum(p.units for p in parcels.picked_lines(tx.connection, _load(turn, tote_id)) if p.sku_id == sku_id)
    from_tote = min(units, max(0, on_hand - expected))
    evidence = weigh_evidence(tx, by="symbol", picture=picture)
    stocks = dict(lots_at(tx, tote_id, sku_id, from_tote))
    for stock, part in stocks.items():
        take(tx, turn.fact, stock, tote_id, part, putback, "put_back", evidence)
    if units > from_tote:  # the book has them elsewhere: whoever misses them books the other half
        stock = places.stock_of(tx.connection, sku_id)
        take(tx, turn.fact, stock, places.virtual(tx, "astray"), units - from_tote, putback, "put_back", evidence)
        stocks[stock] = units - from_tote
    for stock in stocks:
        ask_put_away(tx, stock, putback)


def _load(turn: Turn, tote_id: int) -> int:
    load = parcels.load_of_tote(turn.tx.connection, tote_id)
    return 0 if load is None else load.load_id


def carton_of(turn: Turn, tote: str, counts: dict[int, int]) -> tuple[Carton, str]:
    """The carton for what was counted of a tote, and what the packer is told of it where the best one is out."""
    connection = turn.tx.connection
    load = parcels.load_of_tote(connection, places.find(connection, turn.tx.site_id, tote).id)
    assert load is not None, f"{tote} is being packed"
    lines = parcels.picked_lines(connection, load.load_id)
    to = destination(turn.policy, recipient_of(connection, load.order_id))
    goods, dangerous = goods_of(lines, counts), _dangerous(lines, counts)
    best = carton_for(turn.policy, goods, to, dangerous=dangerous)
    out = cartons_out(turn)
    if best.name not in out:
        return best, ""
    chosen = carton_for(turn.policy, goods, to, dangerous=dangerous, out=out)
    return chosen, chosen_words(best, chosen)


def _dangerous(lines: list[PickedLine], counts: dict[int, int]) -> bool:
    return any(line.dangerous for line in lines if counts.get(line.sku_id))


def expected(turn: Turn, load_id: int, counts: dict[int, int], carton: str) -> tuple[int, int]:
    """(weight, tolerance) in milligrams of the parcel as counted."""
    box = next(c for c in turn.policy.cartons if c.name == carton)
    contents = {
        line.sku_id: Content(units=counts[line.sku_id], unit_mg=line.unit_mg, spread_mg=line.spread_mg)
        for line in parcels.picked_lines(turn.tx.connection, load_id)
        if counts.get(line.sku_id)
    }
    return expected_weight(contents.values(), tare_mg=box.tare_mg, tare_spread_mg=box.tare_spread_mg)


def _allot(lines: list[PickedLine], counts: dict[int, int]) -> list[tuple[PickedLine, int, int]]:
    """(line, packed, missing): what was counted of an SKU goes to its lines in turn."""
    left = dict(counts)
    allotted = []
    for line in lines:
        packed = min(line.units, left.get(line.sku_id, 0))
        left[line.sku_id] = left.get(line.sku_id, 0) - packed
        allotted.append((line, packed, line.units - packed))
    return allotted


def _book_missing(turn: Turn, tote_id: int, tote: str, allotted: list[tuple[PickedLine, int, int]]) -> None:
    tx = turn.tx
    astray = places.virtual(tx, "astray")
    for line, _, missing in allotted:
        if not missing:
            continue
        for stock, part in lots_at(tx, tote_id, line.sku_id, missing):
            take(tx, turn.fact, stock, tote_id, part, astray, "missing_at_packing", None)
        orders.shift(tx, line.line_id, missing, "picked", "backordered")
        exceptions.open_once(
            tx,
            "tote_short",
            turn.station,
            f"{missing} x {line.description} missing in {tote}: picked again.",
            ref_kind="line",
            ref_id=str(line.line_id),
        )
        promise_again(tx, [line.sku_id])


def _empty_tote(turn: Turn, tote_id: int) -> None:
    """What the book still has in a tote that the packer saw empty is astray."""
    tx = turn.tx
    astray = places.virtual(tx, "astray")
    for stock, on_hand, _ in places.stock_at(tx.connection, tote_id):
        take(tx, turn.fact, stock, tote_id, on_hand, astray, "not_in_tote", None)


def _close_tote(turn: Turn, load_id: int, tote: str, by: str) -> None:
    """A tote or a cell is done with."""
    walls.free_cell(turn.tx, load_id)
    tasks.set_load(turn.tx, load_id, state="packed")
    exceptions.close_ref(turn.tx, TOTE_TROUBLE, by, ref_kind="tote", ref_id=tote)
    turn.tx.changed("board")


def close_empty(turn: Turn, load_id: int, tote: str, counts: dict[int, int]) -> None:
    """Nothing of a load was there: its lines are picked again."""
    tx = turn.tx
    tote_id = places.find(tx.connection, tx.site_id, tote).id
    _book_missing(turn, tote_id, tote, _allot(parcels.picked_lines(tx.connection, load_id), counts))
    _empty_tote(turn, tote_id)
    _close_tote(turn, load_id, tote, "empty")


def book_parcel(
    turn: Turn,
    *,
    load_id: int,
    tote: str,
    counts: dict[int, int],
    carton: str,
    measured_mg: int,
    pictures: dict[int, str],
) -> Purchase | NoService:
    """The weight is right: the tote's goods become a parcel, and its label is wanted, if not bought already.

    ``pictures``: what the camera saw of each SKU. Nothing is booked if no carrier takes it.
    """
    tx = turn.tx
    tote_id = places.find(tx.connection, tx.site_id, tote).id
    load = parcels.load_of_tote(tx.connection, tote_id)
    assert load is not None
    lines = parcels.picked_lines(tx.connection, load_id)
    choice = choose(
        tx,
        turn.policy,
        order_id=load.order_id,
        carton=carton,
        weight_mg=measured_mg,
        dangerous=_dangerous(lines, counts),
        without=set(),
    )
    if isinstance(choice, NoService):
        return choice
    allotted = _allot(lines, counts)
    number = parcels.next_number(tx.connection)
    location_id = places.make(tx, tracking_number(number), "parcel", None)
    expected_mg, tolerance_mg = expected(turn, load_id, counts, carton)
    parcel_id = parcels.insert(
        tx,
        public=tx.ids.new(),
        order_id=load.order_id,
        load_id=load_id,
        location_id=location_id,
        state="packing",
        carton=carton,
        expected_mg=expected_mg,
        tolerance_mg=tolerance_mg,
        measured_mg=measured_mg,
        packed_us=tx.now_us,
        sscc=None if turn.policy.numbers is None else turn.policy.numbers.of(number),
    )
    for line, packed, _ in allotted:
        if packed:
            evidence = weigh_evidence(
                tx, by="weight", before_mg=expected_mg, after_mg=measured_mg, picture=pictures.get(line.sku_id, "")
            )
            for stock, part in lots_at(tx, tote_id, line.sku_id, packed):
                take(tx, turn.fact, stock, tote_id, part, location_id, "pack", evidence, ("parcel", str(parcel_id)))
            orders.shift(tx, line.line_id, packed, "picked", "packed")
            parcels.add_line(tx, parcel_id, line.line_id, packed)
    _book_missing(turn, tote_id, tote, allotted)
    _empty_tote(turn, tote_id)
    _close_tote(turn, load_id, tote, "packed")
    use_materials(turn, carton, lines, counts, parcel_id)
    key = key_of(turn.fact.device, turn.fact.journal, turn.fact.seq)
    return want_label(tx, turn.policy, parcel_id, turn.station, choice, key=key)


def ship(turn: Turn, parcel_id: int) -> None:
    """The label was seen on the carton: the parcel is handed over."""
    tx = turn.tx
    from_id = parcels.location_of(tx.connection, parcel_id)
    customer = places.virtual(tx, "customer")
    evidence = weigh_evidence(tx, by="symbol", picture=turn.picture)
    order_id = 0
    for line_id, units in parcels.lines_of(tx.connection, parcel_id):
        line = orders.line(tx.connection, line_id)
        order_id = line.order_id
        cause = turn.fact.cause("ship", ref=("parcel", str(parcel_id)), evidence_id=evidence)
        for stock, part in lots_at(tx, from_id, line.sku_id, units):
            tx.ledger.move(stock, part, from_id, customer, cause)
        orders.shift(tx, line_id, units, "packed", "shipped")
        if line.shipped + units == line.ordered - line.cancelled:
            exceptions.close_ref(tx, ("tote_short",), "shipped", ref_kind="line", ref_id=str(line_id))
    parcels.set_parcel(tx, parcel_id, state="shipped", shipped_us=tx.now_us)
    orders.finish_if_shipped(tx, order_id)
    look_again(tx, order_id)  # what must leave complete and lacks something keeps nothing, once none of it is in work
    purchase = label_purchases.live(tx.connection, parcel_id)
    if purchase is not None and purchase.carrier in turn.policy.carriers_asked:
        label_purchases.set_under_way(tx, parcel_id, True)
    customer_letters.shipped(tx, turn.policy, parcels.by_id(tx.connection, parcel_id))
