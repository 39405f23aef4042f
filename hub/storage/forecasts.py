"""What each SKU is expected to be asked for: made once a business day, read by every review."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One SKU's forecast."""

    sku_id: int
    method: str
    service_class: str
    level_percent: int
    cover_days: int
    """Review period and lead time."""
    expected_units: int
    enough_units: int
    """With certainty of `level_percent`: the reorder point."""


@dataclass(frozen=True, kw_only=True)
class Traded:
    """An SKU as a forecast needs it."""

    sku_id: int
    client_id: int
    code: str
    supplier_id: int
    price_minor: int
    service_class: str
    """As the catalogue says; empty: by turnover."""


def traded(connection: Connection) -> Sequence[Traded]:
    """Every SKU that may be ordered again."""
    rows = connection.execute(
        text(
            "SELECT s.id AS sku_id, s.client_id, s.code, s.supplier_id, s.price_minor,"
            " COALESCE(t.service_class, '') AS service_class FROM sku s"
            " LEFT JOIN restock_terms t ON t.sku_id = s.id WHERE COALESCE(t.stop_sell, 0) = 0 ORDER BY s.id"
        )
    )
    return [Traded(**row._mapping) for row in rows]


def put_all(tx: Tx, forecasts: Iterable[Forecast]) -> None:
    """These are the forecasts from now on; an SKU without one has none."""
    tx.connection.execute(text("DELETE FROM sku_forecast WHERE site_id = :site"), {"site": tx.site_id})
    rows = [asdict(forecast) | {"site": tx.site_id, "now": tx.now_us} for forecast in forecasts]
    if rows:
        tx.connection.execute(
            text(
                "INSERT INTO sku_forecast (site_id, sku_id, method, service_class, level_percent, cover_days,"
                " expected_units, enough_units, made_us) VALUES (:site, :sku_id, :method, :service_class,"
                " :level_percent, :cover_days, :expected_units, :enough_units, :now)"
            ),
            rows,
        )
    tx.changed("forecast")


def of_sku(connection: Connection, site_id: int, sku_id: int) -> Forecast | None:
    """An SKU's forecast; None: it has none."""
    row = connection.execute(
        text("SELECT * FROM sku_forecast WHERE site_id = :site AND sku_id = :sku"), {"site": site_id, "sku": sku_id}
    ).one_or_none()
    return None if row is None else Forecast(**{name: getattr(row, name) for name in Forecast.__dataclass_fields__})
