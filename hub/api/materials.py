"""Packing materials: how they stand, and what people say of them. For whoever is at the hub's machine."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, StringConstraints

from hub.api.bodies import Code, Person
from hub.api.refusals import in_time
from hub.domain.business_day import day_of
from hub.handlers import materials as saying
from hub.handlers.materials import NoSuchMaterial, NotThere
from hub.hub import Hub
from hub.storage import materials
from hub.storage.restock_figures import on_order
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

UNITS_MAX = 10_000_000
USE_DAYS = 28
"""Consumption a day is the mean of so many days, or of those since the first on which any was used."""
Units = Annotated[int, Field(ge=0, le=UNITS_MAX)]
Bench = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class MaterialCountIn(BaseModel):
    """A material was counted at a pack bench."""

    sku: Code
    bench: Bench
    units: Units
    actor: Person


class MaterialCarryIn(BaseModel):
    """Units were carried from one pack bench to another."""

    sku: Code
    units: Annotated[int, Field(ge=1, le=UNITS_MAX)]
    from_bench: Bench
    to_bench: Bench
    actor: Person


class MaterialReceiptIn(BaseModel):
    """A purchase order of materials alone has come to a pack bench, past the dock."""

    purchase_order: Code
    units: Annotated[dict[str, Units], Field(min_length=1, max_length=200)]
    """What came, by SKU."""
    bench: Bench
    actor: Person


def add_materials(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add the questions and words on materials.

    Args:
        patience_s: How long a request waits for the writer.
        refusal: How a refusal looks.
    """
    refusals: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    @api.get("/materials")
    def get_materials() -> list[dict[str, Any]]:
        """Every packing material: units at each bench, used a day, days left, on order."""
        return materials_now(hub)

    @api.post("/materials/count", responses=refusals)
    def post_count(said: MaterialCountIn) -> dict[str, Any]:
        """Set the book of a bench to what was counted there."""
        off = say(
            hub,
            Actor(said.actor, "count material", f"{said.sku} at {said.bench}: {said.units}"),
            lambda tx: saying.count(tx, said.sku, said.bench, said.units, said.actor),
            patience_s,
        )
        return {"sku": said.sku, "bench": said.bench, "units": said.units, "change": off}

    @api.post("/materials/carry", responses=refusals)
    def post_carry(said: MaterialCarryIn) -> dict[str, Any]:
        """Say that units are at another bench now."""
        say(
            hub,
            Actor(said.actor, "carry material", f"{said.units} x {said.sku}"),
            lambda tx: saying.carry(tx, said.sku, said.units, said.from_bench, said.to_bench, said.actor),
            patience_s,
        )
        return {"sku": said.sku, "bench": said.to_bench, "units": said.units}

    @api.post("/materials/receive", responses=refusals)
    def post_receive(said: MaterialReceiptIn) -> dict[str, Any]:
        """Say what an order brought, once: with goods on it the dock receives it."""
        say(
            hub,
            Actor(said.actor, "receive materials", said.purchase_order),
            lambda tx: saying.receive(tx, said.purchase_order, said.units, said.bench, said.actor),
            patience_s,
        )
        return {"purchase_order": said.purchase_order, "bench": said.bench}


def say(hub: Hub, actor: Actor, work: Callable[[Tx], Any], patience_s: float) -> Any:
    """Write down what somebody says of materials. Raises: HTTPException."""
    try:
        with in_time():
            return hub.writer.call(actor, work, patience_s)
    except NoSuchMaterial as error:
        raise HTTPException(404, str(error)) from error
    except NotThere as error:
        raise HTTPException(409, str(error)) from error


def materials_now(hub: Hub) -> list[dict[str, Any]]:
    """How each material stands."""
    today = day_of(hub.now_us(), hub.policy.zone)
    with hub.engine.begin() as connection:
        rows = materials.standing(connection, hub.site_id, hub.client_id, today - USE_DAYS + 1)
        coming = {row["id"]: on_order(connection, row["id"]) for row in rows}
    return [_shown(row, coming[row["id"]], today, fixed=hub.policy.restock == "fixed") for row in rows]


def _shown(row: dict[str, Any], coming: list[dict[str, Any]], today: int, *, fixed: bool) -> dict[str, Any]:
    on_hand = sum(row["at"].values()) + row["elsewhere"]
    days = 1 if row["used_since"] is None else today - row["used_since"] + 1
    a_day = row["used"] / days
    point = row["reorder_point_units"] if fixed or row["fixed"] else row["enough_units"]
    return {
        "sku": row["code"],
        "description": row["description"],
        "at": row["at"],
        "elsewhere": row["elsewhere"],
        "on_hand": on_hand,
        "used_a_day": round(a_day, 1),
        "days_left": None if not a_day else round(on_hand / a_day, 1),
        "reorder_point": point,
        "on_order": [
            {"purchase_order": one["number"], "units": one["units"], "due_us": one["due_us"]} for one in coming
        ],
    }
