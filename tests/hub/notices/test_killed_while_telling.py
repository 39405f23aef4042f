"""The hub's process is killed between a supplier's answer and its being kept: the supplier does it once."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.storage import buying
from hub.storage.buying import SupplierTerms
from tests.hub.notices.killed_sender import KILLED
from tests.hub.notices.told_suppliers import Shop
from tests.hub.stocked_floor import StockedFloor

ROOT = Path(__file__).resolve().parents[3]
PROCESS_S = 120


def run(directory: Path, moment: str) -> int:
    command = [sys.executable, "-m", "tests.hub.notices.killed_sender", str(directory), moment]
    return subprocess.run(command, cwd=ROOT, timeout=PROCESS_S).returncode


@pytest.mark.system
def test_a_supplier_gets_an_order_twice_under_one_key_and_does_it_once(tmp_path: Path) -> None:
    shop = Shop()
    floor = StockedFloor(tmp_path)
    try:
        for row in floor.rows("SELECT id FROM supplier"):
            terms = SupplierTerms(webhook=shop.url)
            floor.call(lambda tx, row=row, terms=terms: buying.set_supplier_terms(tx, row["id"], terms))
        floor.order("A", RED=500)
        [number] = floor.hub.review_stock()
        floor.close()
        assert run(tmp_path, "killed") == KILLED
        assert run(tmp_path, "left alone") == 0
        assert len(shop.came) == 2
        assert [done["purchase_order"] for done in shop.done.values()] == [number]
        floor = StockedFloor(tmp_path)
        assert floor.rows("SELECT state, tries FROM purchase_message") == [{"state": "sent", "tries": 2}]
    finally:
        floor.close()
        shop.close()
