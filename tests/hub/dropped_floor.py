"""A floor some of whose items a supplier sends to the customer: RED never, BLUE when stock is out, GOLD always."""

from typing import Any

from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery, Terms
from hub.handlers import drop_ship, drop_ship_answers, proposals
from hub.handlers.change import Change, Changed, change_order
from hub.handlers.drop_ship_answers import Declined, Dispatched
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.storage import order_figures
from tests.hub.restocked_floor import RestockedFloor

SKUS = ("RED", "BLUE", "GOLD")
HOME = Delivery(name="Kari Nordmann", street="Storgata 1", city="Oslo", postcode="0155", email="kari@example.com")
MAIL = "orders@supplier.example"


class DroppedFloor(RestockedFloor):
    """As the restocked floor; of each item ``units`` lie in its bin, of GOLD too, left over from before."""

    def __init__(self, units: int = 4, **policy: Any) -> None:
        super().__init__(SKUS, units=units, **({"mails": True} | policy))
        self.terms("BLUE", drop_ship="when_out")
        self.terms("GOLD", drop_ship="always")
        self.supplier(email=MAIL)

    def send_order(
        self, ref: str, *, delivery: Delivery | None = HOME, hold: str = "", complete: bool = False, **units: int
    ) -> OrderReceipt:
        """A shop's order, with an address unless told otherwise."""
        new = NewOrder(
            ref=ref,
            customer="Kari",
            country="Norway",
            placed_us=self.clock_us,
            lines=tuple(OrderedLine(sku=sku, units=n) for sku, n in units.items()),
            terms=Terms(hold=hold, ship_complete=complete, gift_note="With love"),
            delivery=delivery,
        )
        receipt: OrderReceipt = self.call(lambda tx: receive_order(tx, new))
        return receipt

    def judge(self) -> list[str]:
        """What nobody has decided on is looked at."""
        numbers: list[str] = self.call(lambda tx: drop_ship.judge(tx, self.policy))
        return numbers

    def ask_supplier(self, ref: str, **units: int) -> str:
        """An order came, its purchase order was approved, and its supplier was told; its number."""
        self.send_order(ref, **units)
        [number] = self.judge()
        self.tell_supplier()
        return number

    def tell_supplier(self) -> None:
        """Every message goes out."""
        for row in self.rows("SELECT public FROM purchase_message WHERE state = 'wanted' ORDER BY id"):
            self.call(lambda tx, row=row: proposals.message_told(tx, row["public"], "sent"))

    def dispatch(self, number: str, tracking: str = "JD01", **units: int) -> Dispatched:
        """The supplier sends a parcel."""
        done: Dispatched = self.call(
            lambda tx: drop_ship_answers.dispatch(
                tx, self.policy, number, units, carrier="DHL", tracking=tracking, who="Supplier"
            )
        )
        return done

    def decline(self, number: str, **units: int) -> Declined:
        """The supplier does not send units; all that is to come, if none are named."""
        done: Declined = self.call(
            lambda tx: drop_ship_answers.decline(tx, self.policy, number, units or None, who="Grace", why="sold out")
        )
        return done

    def answer(self, number: str, *, confirmed: bool) -> int:
        """The supplier says whether it keeps what it was asked not to send."""
        done: int = self.call(
            lambda tx: drop_ship_answers.answer_cancellation(tx, number, confirmed=confirmed, who="Grace")
        )
        return done

    def change(self, ref: str, **what: Any) -> Changed:
        """An order is changed."""
        done: Changed = self.call(lambda tx: change_order(tx, ref, Change(**what)))
        return done

    # -- what is to be seen --------------------------------------------------------------------------------

    def stage(self, ref: str) -> str:
        """Where an order is."""
        return str(self.found(ref)["stage"])

    def found(self, ref: str) -> dict[str, Any]:
        """An order as its shop sees it."""
        with self.engine.begin() as connection:
            found = order_figures.order_named(connection, 1, ref)
        assert found is not None
        return found

    def units_of(self, ref: str, sku: str) -> dict[str, int]:
        """Units of an order's lines of an SKU by state, those that there are."""
        counted: dict[str, int] = {}
        for line in self.found(ref)["lines"]:
            for state in order_figures.PLACES_OF_UNITS if line["sku"] == sku else ():
                if line[state]:
                    counted[state] = counted.get(state, 0) + line[state]
        return counted

    def messages(self) -> list[tuple[str, str]]:
        """(kind, state) of what suppliers are to be told, were told or are not told any more."""
        rows = self.rows("SELECT kind, state FROM purchase_message ORDER BY id")
        return [(row["kind"], row["state"]) for row in rows]

    def letters(self) -> list[tuple[str, str]]:
        """(kind, text) of what customers are written."""
        return [(row["kind"], row["plain"]) for row in self.rows("SELECT kind, plain FROM mail ORDER BY id")]

    def stage_of_purchase(self, number: str) -> str:
        """Where a purchase order is."""
        with self.engine.begin() as connection:
            found = proposals.proposals.find(connection, number)
        assert found is not None
        return found.stage
