"""What the pages on restocking show: purchase orders with their reasons, and an SKU's stock with its forecast."""

from dataclasses import replace
from datetime import tzinfo
from typing import Any

from hub.dashboard.drop_ship_pages import drop_ship_row
from hub.dashboard.stock_picture import PAST_DAYS, StockView, stock_picture
from hub.dashboard.wording import day_text, moment_text, money_text
from hub.domain.business_day import day_of, starts_us
from hub.domain.learned_lead import DAY_US
from hub.handlers.policy import Policy
from hub.storage import buying, demand, forecasts, restock_figures
from hub.storage.drop_ships import METHOD, UNTOLD
from hub.storage.forecasts import Forecast


def purchase_orders(connection: Any, policy: Policy, client_id: int | None = None) -> list[dict[str, Any]]:
    """Purchase orders (of a client, if one is named) as they are listed: those that wait for a person first."""
    return [
        row
        | {
            "created": moment_text(row["created_us"], policy.zone),
            "due": moment_text(row["due_us"], policy.zone),
            "value": money_text(row["value_minor"], policy.currency),
            "may": _may(row["stage"], to_us=drop is None),
            "drop": drop,
        }
        for row in restock_figures.proposals_listed(connection, client_id=client_id)
        for drop in [drop_ship_row(connection, policy, row["number"]) if row["method"] == METHOD else None]
    ]


def _may(stage: str, *, to_us: bool) -> tuple[str, ...]:
    """What a person may do with a purchase order; of one to a customer the supplier has to answer once it was told."""
    deeds = {
        "proposed": ("approve", "cancel"),
        "approved": ("sent", "acknowledge", "cancel"),
        "sent": ("acknowledge", "cancel"),
        "acknowledged": ("cancel",),
    }.get(stage, ())
    return deeds if to_us or stage in UNTOLD else tuple(deed for deed in deeds if deed != "cancel")


def sku_page(
    connection: Any, policy: Policy, site_id: int, client_id: int, code: str, now_us: int
) -> dict[str, Any] | None:
    """An SKU's stock, forecast, picture and reasons; None: there is no such SKU."""
    stand = restock_figures.sku_stand(connection, site_id, client_id, code)
    if stand is None:
        return None
    forecast = forecasts.of_sku(connection, site_id, stand["id"])
    supplier = buying.suppliers(connection)[stand["supplier_id"]]
    lead = buying.lead_of(supplier, now_us, dict(policy.cutoffs), policy.zone)
    is_fixed = policy.restock == "fixed" or bool(stand["fixed"])
    point = stand["reorder_point_units"] if is_fixed else (forecast.enough_units if forecast else None)
    view = _view(connection, policy, site_id, stand, forecast, point, now_us)
    reasons = [
        row
        | {
            "at": moment_text(row["created_us"], policy.zone),
            "due": day_text(row["due_us"], policy.zone),
            "cost": money_text(row["cost_minor"], policy.currency),
        }
        for row in restock_figures.reasons(connection, stand["id"])
    ]
    return stand | {
        "position": view.position,
        "point": point,
        "is_fixed": is_fixed,
        "by": policy.restock,
        "forecast": forecast,
        "supplier": supplier.name,
        "lead": lead.words,
        "asked_days": len(view.asked),
        "asked": sum(view.asked),
        "svg": stock_picture(view),
        "reasons": reasons,
    }


def _view(
    connection: Any,
    policy: Policy,
    site_id: int,
    stand: dict[str, Any],
    forecast: Forecast | None,
    point: int | None,
    now_us: int,
) -> StockView:
    today = day_of(now_us, policy.zone)
    asked = demand.of_sku(connection, site_id, stand["id"], today - PAST_DAYS)
    arrivals = [
        (max(0.0, (row["due_us"] - now_us) / DAY_US), int(row["units"]), row["number"])
        for row in restock_figures.on_order(connection, stand["id"])
    ]
    cover_days = forecast.cover_days if forecast else policy.review_days
    view = StockView(
        title=stand["description"] or stand["code"],
        asked=[asked.get(day, 0) for day in range(today - PAST_DAYS, today)],
        position=int(stand["on_hand"]) - int(stand["promised"]) - int(stand["backordered"]),
        daily_units=forecast.expected_units / cover_days if forecast else 0.0,
        margin_units=float(forecast.enough_units - forecast.expected_units) if forecast else 0.0,
        cover_days=cover_days,
        level_percent=forecast.level_percent if forecast else 0,
        reorder_point=point,
        arrivals=arrivals,
        dates=("", "", ""),
    )
    return _dated(view, today, policy.zone)


def _dated(view: StockView, today: int, zone: tzinfo) -> StockView:
    first, last = (day_text(starts_us(day, zone), zone) for day in (today - PAST_DAYS, today + view.ahead_days))
    return replace(view, dates=(first, f"today, {day_text(starts_us(today, zone), zone)}", last))
