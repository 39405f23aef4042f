"""Manifests: what a carrier gets at one collection, and which of it was scanned into its hands."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.shipping_tables import manifest, manifest_parcel
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """A manifest, and how much of it was handed over."""

    id: int
    number: str
    carrier: str
    closed_us: int
    parcels: int
    handed: int


@dataclass(frozen=True, kw_only=True)
class OnManifest:
    """A parcel on a manifest."""

    parcel_id: int
    tracking: str
    sscc: str
    service: str
    order_ref: str
    name: str
    postcode: str
    country: str
    weight_mg: int
    handed_us: int | None


_HEAD = (
    "SELECT m.id, m.number, m.carrier, m.closed_us, COUNT(p.parcel_id) AS parcels, COUNT(p.handed_us) AS handed"
    " FROM manifest m LEFT JOIN manifest_parcel p ON p.manifest_id = m.id"
)
_GROUP = " GROUP BY m.id, m.number, m.carrier, m.closed_us"


def waiting(connection: Connection) -> dict[str, list[int]]:
    """Parcels that have their labels on and are on no manifest, by carrier."""
    rows = connection.execute(
        text(
            "SELECT b.carrier, p.id FROM label_purchase b JOIN parcel p ON p.id = b.parcel_id"
            " WHERE b.state = 'bought' AND b.manifested = 0 AND p.state = 'shipped' ORDER BY b.carrier, p.id"
        )
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.carrier, []).append(row.id)
    return found


def close(tx: Tx, carrier: str, parcel_ids: list[int]) -> str:
    """Write a manifest; its number."""
    made = tx.connection.execute(manifest.insert().values(number=tx.ids.new(), carrier=carrier, closed_us=tx.now_us))
    manifest_id = int(made.inserted_primary_key[0])  # type: ignore[index]
    number = f"M-{manifest_id:06d}"
    tx.connection.execute(manifest.update().where(manifest.c.id == manifest_id).values(number=number))
    tx.connection.execute(
        manifest_parcel.insert(), [{"parcel_id": parcel_id, "manifest_id": manifest_id} for parcel_id in parcel_ids]
    )
    tx.connection.execute(
        text(
            "UPDATE label_purchase SET manifested = 1 WHERE state = 'bought' AND manifested = 0 AND carrier = :carrier"
            " AND parcel_id IN (SELECT parcel_id FROM manifest_parcel WHERE manifest_id = :manifest)"
        ),
        {"carrier": carrier, "manifest": manifest_id},
    )
    tx.changed("manifest", ref=number)
    return number


def newest(connection: Connection, limit: int) -> list[ManifestRow]:
    """The newest manifests."""
    rows = connection.execute(text(f"{_HEAD}{_GROUP} ORDER BY m.id DESC LIMIT :limit"), {"limit": limit})
    return [ManifestRow(**row._mapping) for row in rows]


def named(connection: Connection, number: str) -> ManifestRow | None:
    """A manifest by its number, or None."""
    row = connection.execute(text(f"{_HEAD} WHERE m.number = :number{_GROUP}"), {"number": number}).one_or_none()
    return None if row is None else ManifestRow(**row._mapping)


def last_closed_us(connection: Connection, carrier: str) -> int | None:
    """When a carrier's last manifest was closed."""
    found = connection.execute(
        text("SELECT MAX(closed_us) FROM manifest WHERE carrier = :carrier"), {"carrier": carrier}
    ).scalar()
    return None if found is None else int(found)


def parcels_of(connection: Connection, manifest_id: int) -> list[OnManifest]:
    """What is on a manifest."""
    rows = connection.execute(
        text(
            "SELECT p.id AS parcel_id, COALESCE(p.tracking, '') AS tracking, COALESCE(p.sscc, '') AS sscc,"
            " COALESCE(p.service, '') AS service, o.ref AS order_ref,"
            " COALESCE(NULLIF(d.name, ''), o.customer) AS name, COALESCE(d.postcode, '') AS postcode, o.country,"
            " COALESCE(p.measured_mg, 0) AS weight_mg, m.handed_us FROM manifest_parcel m"
            " JOIN parcel p ON p.id = m.parcel_id JOIN customer_order o ON o.id = p.order_id"
            " LEFT JOIN delivery d ON d.order_id = o.id WHERE m.manifest_id = :manifest ORDER BY p.id"
        ),
        {"manifest": manifest_id},
    )
    return [OnManifest(**row._mapping) for row in rows]


def manifest_of(connection: Connection, parcel_id: int) -> tuple[str, int | None] | None:
    """(number, when it was handed over) of the manifest that a parcel is on, or None."""
    row = connection.execute(
        text(
            "SELECT m.number, p.handed_us FROM manifest_parcel p JOIN manifest m ON m.id = p.manifest_id"
            " WHERE p.parcel_id = :parcel"
        ),
        {"parcel": parcel_id},
    ).one_or_none()
    return None if row is None else (row.number, row.handed_us)


def hand_over(tx: Tx, parcel_id: int, by: str) -> None:
    """A parcel was scanned into its carrier's hands."""
    tx.connection.execute(
        manifest_parcel.update()
        .where(manifest_parcel.c.parcel_id == parcel_id, manifest_parcel.c.handed_us.is_(None))
        .values(handed_us=tx.now_us, handed_by=by)
    )
    tx.changed("manifest")
