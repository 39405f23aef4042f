"""What a site's files say and its database does not know yet: taken over at every start, or said.

The files rule what things are (names, weights, reorder points, people), the database what is there. What is new in
the files or described otherwise is taken over. What has stock and history is not: an SKU's GTIN, a bin's SKU and
station, a bench's kind, and whatever is in the files no more. That stays as the database has it, and is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from edge.contract.site import Site, SiteFile
from hub.site.bin_edits import take_over_bins
from hub.site.buying import Bought
from hub.site.buying_edits import take_over_buying
from hub.site.catalogue import Catalogue, Item
from hub.site.material_edits import take_over_materials
from hub.site.whose import Whose, key_of
from hub.storage import clients, kits, setup, substitutes
from hub.storage.ledger import Cause
from hub.storage.places import stock_of
from hub.storage.putaway import given_slots
from hub.storage.transaction import Tx

HOUR_US = 3_600_000_000
BUYING = frozenset(Bought.__struct_fields__)
"""Columns that :mod:`hub.site.buying_edits` takes over; and whose an SKU is, which is the transaction's to say."""
SAID_MAX = 20
"""So many differences are said one by one."""


@dataclass
class Edits:
    """What became of the differences, a few words each."""

    taken: list[str] = field(default_factory=list)
    """Now in the database."""
    left: list[str] = field(default_factory=list)
    """Still otherwise in the database."""
    units: int = 0
    """Units put in stock, in bins that are new."""

    def say(self, log: Any) -> None:
        """Log them."""
        for text in _at_most(self.taken):
            log.info("taken over from the site's files", what=text)
        for text in _at_most(self.left):
            log.warning("the site's files differ from the database; not taken over", what=text)


def take_over(tx: Tx, site: Site, catalogue: Catalogue, idle: Mapping[str, str]) -> Edits:
    """Write what the files say and the database does not know; everything, into an empty one.

    Args:
        idle: The resting state (JSON) of each kind of bench.
    """
    edits = Edits()
    _suppliers(tx, catalogue, edits)
    owners = _clients(tx, site, edits)
    for client_id, key in owners:
        _goods(tx, client_id, key, site, catalogue, edits)
    _totes(tx, catalogue, edits)
    _bins(tx, site, catalogue, owners, edits)
    edits.taken += take_over_bins(tx, site, catalogue.bin_limits)
    _cells(tx, site, edits)
    _benches(tx, site, idle, edits)
    edits.units += take_over_materials(tx, site, catalogue)
    _people(tx, catalogue, edits)
    if edits.taken:
        tx.changed("stock")
    return edits


def _clients(tx: Tx, site: Site, edits: Edits) -> list[tuple[int, str]]:
    """(id, key as the catalogue has it) of each client of the file; a single one that is called otherwise is the same
    one renamed."""
    known = {client.key: client for client in clients.listed(tx.connection)}
    owners = site.file.owners
    if len(known) == 1 and known.keys().isdisjoint(owner.key for owner in owners):
        [renamed] = known.values()
        known = {owners[0].key: renamed}
    found = []
    for number, owner in enumerate(owners):
        before = known.get(owner.key)
        if before is None:
            client_id = clients.add(tx, owner.key, owner.name)
            edits.taken.append(f"client {owner.key}")
        else:
            client_id = before.id
            if (before.key, before.name) != (owner.key, owner.name):
                clients.rename(tx, client_id, owner.key, owner.name)
                edits.taken.append(f"client {owner.key}: {owner.name}")
        found.append((client_id, owner.key if number else ""))
    gone = known.keys() - {owner.key for owner in owners}
    edits.left += [f"client {key} is in site.toml no more" for key in sorted(gone)]
    return found


def _goods(tx: Tx, client_id: int, key: str, site: Site, catalogue: Catalogue, edits: Edits) -> None:
    """What one client sells."""
    own, part = Edits(), catalogue.of(key)
    first_id, tx.client_id = tx.client_id, client_id
    _skus(tx, site, part, own)
    own.taken += take_over_buying(tx, part)
    _kits(tx, part, own)
    _substitutes(tx, part, own)
    tx.client_id = first_id
    edits.taken += [f"{key} {words}".strip() for words in own.taken]
    edits.left += [f"{key} {words}".strip() for words in own.left]


def _suppliers(tx: Tx, catalogue: Catalogue, edits: Edits) -> None:
    known = setup.suppliers(tx.connection)
    for supplier in catalogue.suppliers.values():
        lead_time_us = supplier.lead_business_hours * HOUR_US
        if supplier.name not in known:
            setup.add_supplier(tx, supplier.name, lead_time_us)
            edits.taken.append(f"supplier {supplier.name}")
        elif known[supplier.name][1] != lead_time_us:
            setup.set_lead_time(tx, known[supplier.name][0], lead_time_us)
            edits.taken.append(f"supplier {supplier.name}: {supplier.lead_business_hours} business hours")
    edits.left += [
        f"supplier {name} is in suppliers.toml no more" for name in known.keys() - catalogue.suppliers.keys()
    ]


def _skus(tx: Tx, site: Site, catalogue: Catalogue, edits: Edits) -> None:
    suppliers = setup.suppliers(tx.connection)
    known = setup.skus(tx.connection, tx.client_id)
    owner = {row["gtin"]: code for code, row in known.items()}
    for item in catalogue.items.values():
        wanted = _columns(item, suppliers[item.supplier][0]) | rotation_of(site.file, item)
        before = known.get(item.sku)
        if before is None and item.gtin in owner:
            edits.left.append(f"SKU {item.sku}: its GTIN {item.gtin} is that of SKU {owner[item.gtin]}")
        elif before is None:
            setup.add_sku(tx, wanted)
            edits.taken.append(f"SKU {item.sku}")
        else:
            if before["gtin"] != item.gtin:
                edits.left.append(f"SKU {item.sku}: GTIN {item.gtin} in items.csv, {before['gtin']} in the database")
            changed = {name: value for name, value in wanted.items() if name != "gtin" and before[name] != value}
            if changed:
                setup.set_sku(tx, before["id"], changed)
                edits.taken.append(f"SKU {item.sku}: {', '.join(sorted(changed))}")
    edits.left += [f"SKU {code} is in items.csv no more" for code in sorted(known.keys() - catalogue.items.keys())]


def _kits(tx: Tx, catalogue: Catalogue, edits: Edits) -> None:
    """What a kit is made of rules for orders to come; one that is in the file no more is sold no more."""
    known = kits.known_kits(tx.connection, tx.client_id)
    sku_ids = {code: row["id"] for code, row in setup.skus(tx.connection, tx.client_id).items()}
    for code, kit in catalogue.kits.items():
        if known.get(code) != (kit.description, kit.parts) and kit.parts.keys() <= sku_ids.keys():
            kits.write_kit(tx, code, kit.description, {sku_ids[sku]: units for sku, units in kit.parts.items()})
            edits.taken.append(f"kit {code}")
    for code, (description, parts) in known.items():
        if parts and code not in catalogue.kits:
            kits.write_kit(tx, code, description, {})
            edits.taken.append(f"kit {code}: sold no more")


def _substitutes(tx: Tx, catalogue: Catalogue, edits: Edits) -> None:
    known = substitutes.known_substitutes(tx.connection, tx.client_id)
    sku_ids = {code: row["id"] for code, row in setup.skus(tx.connection, tx.client_id).items()}
    for sku in sku_ids.keys() & (known.keys() | catalogue.substitutes.keys()):
        wanted = catalogue.substitutes.get(sku, ())
        if known.get(sku, ()) != wanted and sku_ids.keys() >= set(wanted):
            substitutes.write_substitutes(tx, sku_ids[sku], [sku_ids[other] for other in wanted])
            edits.taken.append(f"SKU {sku}: substitutes {', '.join(wanted) or 'none'}")


def _totes(tx: Tx, catalogue: Catalogue, edits: Edits) -> None:
    known = setup.totes(tx.connection, tx.site_id)
    new = [name for name in catalogue.totes.totes if name not in known]
    setup.add_totes(tx, new)
    if new:
        edits.taken.append(f"totes {new[0]} to {new[-1]}")
    if gone := sorted(known - set(catalogue.totes.totes)):
        edits.left.append(f"totes {gone[0]} to {gone[-1]} are in totes.toml no more")


def _bins(tx: Tx, site: Site, catalogue: Catalogue, owners: list[tuple[int, str]], edits: Edits) -> None:
    known = setup.bins(tx.connection, tx.site_id)
    sku_ids = {
        key_of(owner, code): row["id"]
        for client_id, owner in owners
        for code, row in setup.skus(tx.connection, client_id).items()
    }
    opening = {stock.bin: stock for stock in catalogue.bins}
    cells = setup.cells(tx.connection, tx.site_id)
    given = given_slots(tx.connection, tx.site_id)
    in_files = set()
    for station in site.stations.values():
        for bin_ in () if station.kind == "wall" else station.bins:
            if bin_.name in cells:
                edits.left.append(f"bin {bin_.name}: a cell of {cells[bin_.name]} in the database")
                continue
            in_files.add(bin_.name)
            stock = opening.get(bin_.name)
            sku_id = None if stock is None else sku_ids.get(stock.key)
            before = known.get(bin_.name)
            if before is None:
                setup.add_bin(tx, bin_.name, station.name, sku_id, bin_.x_mm, bin_.y_mm)
                edits.taken.append(f"bin {bin_.name}")
                if stock is not None and sku_id is not None and stock.units:
                    key, cause = stock_of(tx.connection, sku_id), Cause(reason="go_live", actor="install")
                    setup.put_in(tx, key, stock.units, bin_.name, cause)
                    edits.units += stock.units
            elif before != (station.name, sku_id) and (
                sku_id is not None or before != (station.name, given.get(bin_.name))
            ):
                edits.left.append(f"bin {bin_.name}: another station or SKU in the files; move its stock by hand")
    edits.left += [f"bin {name} is in stations/ no more" for name in sorted(known.keys() - in_files)]


def _cells(tx: Tx, site: Site, edits: Edits) -> None:
    known = setup.cells(tx.connection, tx.site_id)
    bins = setup.bins(tx.connection, tx.site_id)
    wanted = {cell.name: s.name for s in site.stations.values() if s.kind == "wall" for cell in s.bins}
    for name, wall in wanted.items():
        if name in bins:
            edits.left.append(f"cell {name}: a bin of {bins[name][0]} in the database")
        elif name not in known:
            setup.add_cell(tx, name, wall)
            edits.taken.append(f"cell {name}")
        elif known[name] != wall:
            edits.left.append(f"cell {name}: of {wall} in the files, of {known[name]} in the database")
    edits.left += [f"cell {name} is in stations/ no more" for name in sorted(known.keys() - wanted.keys())]


def _benches(tx: Tx, site: Site, idle: Mapping[str, str], edits: Edits) -> None:
    known = setup.bench_kinds(tx.connection)
    benches = {station.name: station.kind for station in site.stations.values() if not station.is_bay}
    for name, kind in benches.items():
        if name not in known:
            setup.add_bench(tx, name, kind, idle[kind])
            edits.taken.append(f"bench {name}")
        elif known[name] != kind:
            edits.left.append(f"bench {name}: {kind} in its file, {known[name]} in the database")
    edits.left += [f"bench {name} is in stations/ no more" for name in sorted(known.keys() - benches.keys())]


def _people(tx: Tx, catalogue: Catalogue, edits: Edits) -> None:
    known = setup.operators(tx.connection)
    for person in catalogue.operators:
        wanted = (person.name, person.role, person.colour or "off")
        if person.badge not in known:
            setup.add_operator(tx, person.badge, *wanted)
            edits.taken.append(f"person {person.badge}")
        elif known[person.badge] != wanted:
            setup.set_operator(tx, person.badge, *wanted)
            edits.taken.append(f"person {person.badge}: {', '.join(wanted)}")
    gone = known.keys() - {person.badge for person in catalogue.operators}
    edits.left += [f"person {badge} is in people.toml no more" for badge in sorted(gone)]


def _columns(item: Item, supplier_id: int) -> dict[str, object]:
    """An item as the columns of its row."""
    values = {name: value for name, value in msgspec.structs.asdict(item).items() if name not in BUYING}
    values["code"] = values.pop("sku")
    del values["supplier"]
    reorder = {"reorder_point_units": item.reorder_point_units or 0, "reorder_units": item.reorder_units or 1}
    return values | reorder | {"supplier_id": supplier_id}


def rotation_of(file: SiteFile, item: Item) -> dict[str, object]:
    """Which lot of an SKU goes first and how long it must keep, as columns of its row."""
    whose = Whose(file.owners)
    own = next((one for one in file.rotations if (one.sku, whose.plain(one.client)) == (item.sku, item.client)), None)
    rotation, keeps_days = file.rotation, file.keeps_days
    if own is not None:
        rotation = rotation if own.rotation is None else own.rotation
        keeps_days = keeps_days if own.keeps_days is None else own.keeps_days
    return {"rotation": rotation, "keeps_days": keeps_days}


def _at_most(texts: list[str]) -> list[str]:
    more = len(texts) - SAID_MAX
    return texts[:SAID_MAX] + ([f"... and {more} more"] if more > 0 else [])
