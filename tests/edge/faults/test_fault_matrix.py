"""docs/hardware/faults.md: every fault of every device has a proof, and every proof is a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/hardware/faults.md").read_text("utf-8")
COLUMNS = 5
MUST_HAVE = {
    "Scale": ["unplugged", "replugged", "babbling", "silent", "slow", "garbage", "half a frame", "wrong baud"],
    "Buttons": ["stuck", "bouncing"],
    "Lights, displays, expanders": ["chip gone", "bus hung", "supply lost"],
    "Camera": ["frozen frame", "unplugged", "black"],
    "Hand scanner": ["unplugged", "half a scan", "garbage"],
    "Printer": ["paper out", "head open", "ribbon out", "no reply", "half a reply", "connection refused", "slow"],
    "The station itself": ["broker away", "hub away", "card full", "card read-only", "clock not set", "under-voltage"],
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its first two lines."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


PROOFS = {key: test.strip("`") for key, test in rows("Proofs")}


@pytest.mark.parametrize("device", MUST_HAVE)
def test_every_fault_of_a_device_says_what_is_told_what_is_seen_how_it_recovers_and_what_proves_it(device: str) -> None:
    found = rows(device)
    for cells in found:
        assert len(cells) == COLUMNS, cells
        assert all(cells), cells
        assert all(key in PROOFS for key in cells[-1].split()), cells
    told = " / ".join(cells[0] for cells in found)
    assert [fault for fault in MUST_HAVE[device] if fault not in told] == []


@pytest.mark.parametrize("key", PROOFS)
def test_every_proof_is_a_test(key: str) -> None:
    path, _, name = PROOFS[key].partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_proof_is_named_by_a_fault() -> None:
    named = {key for device in MUST_HAVE for cells in rows(device) for key in cells[-1].split()}
    assert named == set(PROOFS)
    assert all(re.fullmatch(r"[A-Z]\d", key) for key in PROOFS)
