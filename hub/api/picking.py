"""What a person says of work that is out: trouble at a bin, a cart or tote that changes, picks done by paper."""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from hub.api.bodies import Code, Label, Person, Refusal
from hub.api.refusals import in_time
from hub.api.whose import ClientKey, client_meant, of_client
from hub.handlers.asked import NoSuchOrder
from hub.handlers.cart_changes import CannotChange, hand_over, put_down_cart, recall_cart, swap_cart, tote_full
from hub.handlers.consolidating import send_as_it_is
from hub.handlers.orders import UNITS_MAX
from hub.handlers.paper import NoPick, ToldOtherwise, key_in
from hub.handlers.pick_trouble import NoSuch, NotThere, damaged, wrong_label
from hub.handlers.substitutes import NoSubstitute, accept_substitute
from hub.hub import Hub
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

NUMBER_MAX = 2**31 - 1


class DamagedIn(BaseModel):
    """Units of a pick that are damaged, and whether they are in the bin still or in the tote."""

    units: int = Field(ge=1, le=UNITS_MAX)
    where: Literal["bin", "tote"] = "bin"
    actor: Person


class WrongLabelIn(BaseModel):
    """The SKU whose goods lie in a bin that is another's, and how many went into the put-back tote.

    ``sku``: where several clients have one of that code, as CLIENT:CODE.
    """

    sku: Label
    units: int = Field(default=0, ge=0, le=UNITS_MAX)
    actor: Person


class HandOverIn(BaseModel):
    """The badge of the picker who goes on."""

    badge: Code
    actor: Person


class RecallIn(BaseModel):
    """Who says so: asks a cart's work back, puts it down, or sends an order as it is."""

    actor: Person


class SwapIn(BaseModel):
    """The cart on which the totes stand now."""

    cart: Code
    actor: Person


class FullIn(BaseModel):
    """The empty tote that takes a full one's place."""

    tote: Code
    actor: Person


class PaperIn(BaseModel):
    """What a paper list says was taken: the pick's number (T12 is 12), the units, who took them."""

    number: int = Field(ge=1, le=NUMBER_MAX)
    units: int = Field(ge=0, le=UNITS_MAX)
    operator: Person


class SubstituteIn(BaseModel):
    """An SKU of an order's lines, and another that may take its place."""

    sku: Code
    substitute: Code
    actor: Person


def in_words(work: Callable[[], Any]) -> Any:
    """Do it; what cannot be is refused in words. Raises: HTTPException 404, 409, 422 or 503."""
    try:
        with in_time():
            return work()
    except (NoSuch, NoPick, NoSuchOrder) as error:
        raise HTTPException(404, str(error)) from error
    except NoSubstitute as error:
        raise HTTPException(422, str(error)) from error
    except (CannotChange, NotThere, ToldOtherwise) as error:
        raise HTTPException(409, str(error)) from error


def add_picking(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """Add them to an interface."""
    refusal: dict[str, Any] = {"model": Refusal}
    answers: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    def do(actor: str, what: str, ref: str, job: Callable[[Tx], Any]) -> Any:
        return in_words(lambda: hub.writer.call(Actor(actor, what, ref), job, patience_s))

    @api.post("/tasks/{task}/damaged", status_code=204, responses=answers)
    def post_damaged(task: Code, said: DamagedIn) -> None:
        """Units of a pick are damaged: they go to scrap, and the bin is counted."""
        in_tote = said.where == "tote"
        do(said.actor, "damaged", task, lambda tx: damaged(tx, task, said.units, said.actor, in_tote=in_tote))

    @api.post("/bins/{bin_name:path}/wrong-label", responses=answers)
    def post_wrong_label(bin_name: str, said: WrongLabelIn) -> dict[str, int]:
        """Another SKU's goods lie in a bin: its picks are asked back, and it is counted."""
        found = do(
            said.actor, "wrong label", bin_name, lambda tx: wrong_label(tx, bin_name, said.sku, said.units, said.actor)
        )
        return {"asked_back": found}

    @api.post("/carts/{cart}/hand-over", responses=answers)
    def post_hand_over(cart: Code, said: HandOverIn) -> dict[str, int]:
        """Another picker goes on with a cart."""
        return {"picks": do(said.actor, "hand over", cart, lambda tx: hand_over(tx, cart, said.badge))}

    @api.post("/carts/{cart}/put-down", status_code=204, responses=answers)
    def post_put_down(cart: Code, said: RecallIn) -> None:
        """A picker leaves a cart where it is: whoever scans it in that zone goes on with it."""
        do(said.actor, "put down", cart, lambda tx: put_down_cart(tx, cart))

    @api.post("/orders/{ref:path}/send-as-it-is", status_code=204, responses=answers)
    def post_send_as_it_is(ref: Code, said: RecallIn) -> None:
        """An order whose parts come together at a wall leaves without what is not there yet."""
        do(said.actor, "send as it is", ref, lambda tx: send_as_it_is(tx, ref, said.actor))

    @api.post("/carts/{cart}/recall", responses=answers)
    def post_recall(cart: Code, said: RecallIn) -> dict[str, int]:
        """Ask a cart's open picks back; each ends when its station answers."""
        return {"picks": do(said.actor, "recall", cart, lambda tx: recall_cart(tx, cart))}

    @api.post("/carts/{cart}/swap", status_code=204, responses=answers)
    def post_swap(cart: Code, said: SwapIn) -> None:
        """The totes of a cart stand on another one now."""
        do(said.actor, "swap cart", cart, lambda tx: swap_cart(tx, hub.policy, cart, said.cart))

    @api.post("/totes/{tote}/full", responses=answers)
    def post_full(tote: Code, said: FullIn) -> dict[str, int]:
        """A tote on a cart is full: another takes its place."""
        return {"picks": do(said.actor, "tote full", tote, lambda tx: tote_full(tx, tote, said.tote))}

    @api.post("/orders/{ref:path}/substitutes", responses=answers)
    def post_substitute(ref: Code, said: SubstituteIn, client: ClientKey = "") -> dict[str, int]:
        """An order accepts another SKU in place of one of its own, should a pick of that come out short."""
        job = of_client(client_meant(hub, client), lambda tx: accept_substitute(tx, ref, said.sku, said.substitute))
        found = do(said.actor, "substitute", ref, job)
        return {"lines": found}

    @api.post("/paper-picks", responses=answers)
    def post_paper(said: PaperIn) -> dict[str, Any]:
        """Key in a pick that was done by paper. Keyed twice it is booked once."""
        receipt = do(
            said.operator,
            "paper pick",
            f"T{said.number}",
            lambda tx: key_in(tx, said.number, said.units, said.operator),
        )
        return {"task": receipt.task, "units": receipt.units, "again": receipt.again}
