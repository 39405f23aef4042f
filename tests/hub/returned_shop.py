"""A hub on files, its interface and pages, whose shop has had an order shipped: RED 3 at 5.00, BLUE 2 at 3.33."""

from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from hub.api.app import routes, web_app
from hub.dashboard.pages import add_pages
from tests.hub.stocked_floor import StockedFloor

OURS = {"Sec-Fetch-Site": "same-origin"}
DOCK = "dock-1"
SHIPPING_FILE = """
[sender]
name = "Shelflight Test House"
street = "Dock Road 1"
city = "Leeds"
postcode = "LS1 1AA"
country = "United Kingdom"

[mail]
host = "127.0.0.1"
port = 1
sender = "orders@shelflight.example"
"""
BACK_BY = """
name = "Back Post"
kind = "{kind}"
{url}
[[services]]
name = "Back Parcel"
weight_max_mg = 20_000_000
side_max_mm = 1200
girth_max_mm = 3000
returns = true
[[services.zones]]
countries = ["Norway"]
bands = [{{ up_to_mg = 20_000_000, price_minor = 9_900 }}]
"""


class ReturnedShop(StockedFloor):
    """As the stocked floor."""

    def __init__(self, directory: Path, **files: str) -> None:
        made = {"shipping.toml": SHIPPING_FILE, "carriers/back.toml": BACK_BY.format(kind="built-in", url="")}
        super().__init__(directory, **made | files)
        app = web_app()
        app.include_router(routes(self.hub))
        add_pages(app, self.hub)
        self.client = TestClient(app, "http://127.0.0.1", follow_redirects=False)
        self.headers = self.token("webshop")
        self.send("/v1/orders", A_ORDER)
        self.load_cart("TOTE-0001")
        self.pick_all()
        self.scan("pack-1", "TOTE-0001")
        self.check_items("pack-1", RED=3, BLUE=2)
        label = self.weigh("pack-1", self.parcel_mg(RED=3, BLUE=2))
        self.scan("pack-1", label.expected[0])

    def close(self) -> None:
        """Stop the interface and the hub."""
        self.client.close()
        super().close()

    def token(self, name: str) -> dict[str, str]:
        """The headers of a shop of the site's client."""
        made = self.client.post("/api/tokens", json={"name": name, "scopes": "", "actor": "Kari"})
        return {"Authorization": f"Bearer {made.json()['token']}"}

    def send(self, path: str, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        """A shop's request."""
        keyed = self.headers if key is None else {**self.headers, "Idempotency-Key": key}
        answer: httpx.Response = self.client.post(path, json=body, headers=keyed)
        return answer

    def get(self, path: str) -> Any:
        """What a shop is answered."""
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def authorised(self, *lines: tuple[int, int, str], **more: Any) -> str:
        """A return of (line, units, reason); its number."""
        body = {"lines": [{"line": line, "units": units, "reason": reason} for line, units, reason in lines]}
        answer = self.send("/v1/orders/A/returns", body | more)
        assert answer.status_code == 201, answer.text
        number: str = answer.json()["return"]
        return number

    def came(self, number: str, **units: int) -> None:
        """What is in the parcel is scanned and counted at the dock."""
        self.scan(DOCK, number)
        for sku, n in units.items():
            self.scan(DOCK, self.symbol(sku))
            self.count(DOCK, n)

    def item(self, number: str) -> int:
        """The first item of a return that nobody has looked at."""
        rows = self.rows(
            "SELECT i.id FROM return_item i JOIN return_line n ON n.id = i.return_line_id JOIN customer_return r"
            f" ON r.id = n.return_id WHERE r.number = '{number}' AND i.graded < i.units ORDER BY i.id"
        )
        return int(rows[0]["id"])

    def graded(self, number: str, to: str, units: int) -> str:
        """Units get a grade, by staff's interface; its id."""
        said = {"actor": "Grete", "item": self.item(number), "units": units, "grade": to, "note": "scratched"}
        answer = self.client.post("/api/returns/grades", json=said)
        assert answer.status_code == 201, answer.text
        public: str = answer.json()["grade"]
        return public


A_ORDER = {
    "ref": "A",
    "customer": "Kari",
    "country": "Norway",
    "delivery": {"name": "Kari", "street": "Storgata 1", "city": "Oslo", "email": "kari@example.org"},
    "lines": [{"sku": "RED", "units": 3, "price_minor": 500}, {"sku": "BLUE", "units": 2, "price_minor": 333}],
}
