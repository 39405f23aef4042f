"""The pages on receiving, and the forms by which a person settles a case or says what a new item is."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, get_args

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import ByPerson, Code, Person, Words
from hub.api.receiving import close_short, settle_case
from hub.api.refusals import in_time
from hub.api.replenishment import told
from hub.dashboard.own_pages import is_ours
from hub.dashboard.receiving_view import claims, day_at_doors, moves
from hub.handlers.dock_settling import Outcome
from hub.handlers.new_items import ItemForm, RefusedItem, csv_row, make_item, unit_and_spread_mg
from hub.hub import Hub
from hub.storage import new_items, setup
from hub.storage.new_items import NewItem
from hub.storage.writer import Actor

SIDE_MM_MAX = 10_000
MINOR_MAX = 1_000_000_000
DAYS = (1970, 2099)
"""The first and the last year of which a day can be shown."""
HERE = "/receiving"
Page = Callable[..., HTMLResponse]


class ItemIn(BaseModel):
    """The form of a new item."""

    actor: Person
    code: Annotated[Code, Field(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    description: Words
    supplier: Code
    length_mm: int = Field(ge=1, le=SIDE_MM_MAX)
    width_mm: int = Field(ge=1, le=SIDE_MM_MAX)
    height_mm: int = Field(ge=1, le=SIDE_MM_MAX)
    price_minor: int = Field(ge=0, le=MINOR_MAX)
    cost_minor: int = Field(ge=0, le=MINOR_MAX)
    units: int = Field(ge=0, le=9_999)
    dangerous: bool = False


def add_receiving_pages(app: FastAPI, hub: Hub, page: Page) -> None:
    """Add the pages.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    @app.get(HERE, response_class=HTMLResponse, include_in_schema=False)
    def receiving(request: Request, day: date | None = None) -> HTMLResponse:
        if day is not None and not DAYS[0] <= day.year <= DAYS[1]:
            raise HTTPException(422, f"day: expected one of the years {DAYS[0]} to {DAYS[1]}, got {day}.")
        with hub.engine.begin() as connection:
            shown = day_at_doors(connection, hub.policy, hub.site_id, hub.now_us(), day)
        return page(request, "receiving.html", HERE, **shown)

    @app.post(f"{HERE}/close-short/{{number}}", response_model=None, include_in_schema=False)
    def post_close_short(request: Request, number: str, actor: Annotated[str, Form()] = "") -> Response:
        close_short(hub, number, _who(request, actor), WRITER_PATIENCE_S)
        return RedirectResponse(HERE, 303)

    @app.get(f"{HERE}/claims", response_class=HTMLResponse, include_in_schema=False)
    def claimed(request: Request) -> HTMLResponse:
        with hub.engine.begin() as connection:
            found = claims(connection, hub.policy)
        return page(request, "claims.html", HERE, suppliers=found)

    @app.post(f"{HERE}/claims/{{case_id}}", response_model=None, include_in_schema=False)
    def post_settle(
        request: Request, case_id: int, actor: Annotated[str, Form()] = "", outcome: Annotated[str, Form()] = ""
    ) -> Response:
        who = _who(request, actor)
        if outcome not in get_args(Outcome):
            raise HTTPException(422, f"outcome: expected one of {', '.join(get_args(Outcome))}, got {outcome[:40]!a}.")
        settle_case(hub, case_id, outcome, who, WRITER_PATIENCE_S)  # type: ignore[arg-type]
        return RedirectResponse(f"{HERE}/claims", 303)

    @app.get(f"{HERE}/reserve", response_class=HTMLResponse, include_in_schema=False)
    def reserve(request: Request) -> HTMLResponse:
        return page(request, "reserve.html", HERE, rows=told(hub))

    @app.get(f"{HERE}/slotting", response_class=HTMLResponse, include_in_schema=False)
    def slots(request: Request) -> HTMLResponse:
        with hub.engine.begin() as connection:
            plan, tours = moves(connection, hub.policy, hub.site_id, hub.now_us())
        return page(request, "slotting.html", HERE, plan=plan, tours=tours)

    _add_items(app, hub, page)


def _add_items(app: FastAPI, hub: Hub, page: Page) -> None:
    """The form of a new item."""

    def form(request: Request, gtin: str, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            item = _waiting(new_items.waiting(connection), gtin)
            suppliers = sorted(setup.suppliers(connection))
        unit_mg, spread_mg = unit_and_spread_mg(item.weights_mg)
        shown = {"wrong": "", "said": {}, "made": ""} | content
        answer = page(
            request,
            "new_item.html",
            HERE,
            item=item,
            suppliers=suppliers,
            unit_mg=unit_mg,
            spread_mg=spread_mg,
            currency=hub.policy.currency,
            **shown,
        )
        answer.status_code = status
        return answer

    @app.get(f"{HERE}/items/{{gtin}}", response_class=HTMLResponse, include_in_schema=False)
    def new_item(request: Request, gtin: str) -> HTMLResponse:
        return form(request, gtin)

    @app.post(f"{HERE}/items/{{gtin}}", response_model=None, include_in_schema=False)
    async def post_item(request: Request, gtin: str) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        said = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        try:
            asked = ItemIn.model_validate(said)
        except ValidationError as error:
            names = ", ".join(sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}))
            return form(request, gtin, 422, wrong=f"Not as it should be: {names}.", said=said)
        with hub.engine.begin() as connection:
            item = _waiting(new_items.waiting(connection), gtin)
        made = _form_of(gtin, asked)
        try:
            with in_time():
                hub.writer.call(
                    Actor(asked.actor, "new item", asked.code),
                    lambda tx: make_item(tx, made, asked.actor),
                    WRITER_PATIENCE_S,
                )
        except RefusedItem as error:
            return form(request, gtin, 422, wrong=str(error), said=said)
        row = csv_row(made, *unit_and_spread_mg(item.weights_mg))
        return page(request, "new_item_made.html", HERE, code=asked.code, row=row, number=item.came_with)


def _form_of(gtin: str, asked: ItemIn) -> ItemForm:
    return ItemForm(
        gtin=gtin,
        code=asked.code,
        description=asked.description,
        supplier=asked.supplier,
        sides_mm=(asked.length_mm, asked.width_mm, asked.height_mm),
        price_minor=asked.price_minor,
        cost_minor=asked.cost_minor,
        units=asked.units,
        dangerous=asked.dangerous,
    )


def _waiting(items: list[NewItem], gtin: str) -> NewItem:
    for item in items:
        if item.gtin == gtin:
            return item
    raise HTTPException(404, f"Expected the GTIN of an item that waits for its form, got {gtin[:40]!a}.")


def _who(request: Request, actor: str) -> str:
    """Who sends a form of ours. Raises: HTTPException."""
    if not is_ours(request):
        raise HTTPException(403, "Expected the form of this hub's own page.")
    try:
        return ByPerson(actor=actor).actor
    except ValidationError:
        raise HTTPException(422, "Give your name, in one line.") from None
