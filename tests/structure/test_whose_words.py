"""``Tx.client_id`` says in which client's words a request is. What a station, a timer or a plan does has none: there
the client is that of an SKU or an order, and a transaction's would be the first client's, whoever's goods they are."""

from tests.structure.test_limits import ROOT

REQUESTS = {
    "hub/api": {"doing_once.py", "whose.py"},
    "hub/dashboard": {"order_holding.py"},
    "hub/handlers": {
        *("asked.py", "backorder_dates.py", "backorders.py", "carts_at_checkout.py", "change.py", "demand_history.py"),
        *("filed_orders.py", "orders.py", "substitutes.py", "web_orders.py"),
        *("authorising.py", "consolidating.py", "dock_returns.py", "drop_ship.py", "drop_ship_answers.py"),
        *("asns.py", "new_items.py"),
        *("exchanging.py", "grading.py", "material_use.py", "materials.py", "return_arrival.py"),
    },
    "hub/site": {"buying_edits.py", "edits.py", "material_edits.py"},
    "hub/storage": {
        *("cart_holds.py", "kits.py", "orders.py", "sellable.py", "setup.py", "tokens.py", "web_shops.py"),
    },
}
"""What reads order numbers, SKU codes or keys that somebody wrote, or writes down whose a new thing is."""


def test_only_what_takes_somebodys_words_asks_whose_transaction_it_is() -> None:
    asking = {path for path in (ROOT / "hub").rglob("*.py") if "tx.client_id" in path.read_text("utf-8")}
    allowed = {ROOT / folder / name for folder, names in REQUESTS.items() for name in names}
    new = sorted(str(path.relative_to(ROOT)) for path in asking - allowed)
    assert not new, f"{new}: take the client from the SKU (places.stock_of) or the order (orders.client_of)"
    assert asking == allowed, "what asks no more stands here no more"
