"""The summary by REST: of everything, or since a time."""

from pathlib import Path

from tests.hub.api_floor import ApiFloor


def test_the_summary_counts_since_a_time_and_what_is_still_here(tmp_path: Path) -> None:
    floor = ApiFloor(tmp_path)
    try:
        order = {"ref": "R1", "lines": [{"sku": "10", "units": 1}]}
        assert floor.client.post("/api/orders", json=order).status_code == 201
        everything = floor.client.get("/api/summary").json()
        later = floor.client.get("/api/summary", params={"since_us": everything["now_us"] + 1}).json()
        assert everything["orders"]["received"] == later["orders"]["received"] == 1, "it is still here"
        assert floor.client.get("/api/summary", params={"since_us": -1}).status_code == 422
    finally:
        floor.hub.close()
