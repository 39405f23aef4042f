"""Every figure stands in the docs as the code has it."""

import re
from pathlib import Path

import pytest

from hub.dashboard.figure_pages import GROUPS
from hub.domain.metric_definitions import DEFINITIONS
from hub.domain.metrics import Definition
from hub.storage.tables import metadata

DOCS = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.mark.parametrize("one", DEFINITIONS, ids=lambda one: one.key)
def test_a_figure_stands_in_the_docs_with_its_meaning_formula_and_tables(one: Definition) -> None:
    tables = ", ".join(f"`{table}`" for table in one.tables)
    assert f"| {one.name} `{one.key}` | {one.meaning} | {one.formula} | {tables} |\n" in DOCS.read_text()
    assert " ".join(one.source.split()) in " ".join(DOCS.read_text().split())
    assert set(one.tables) <= set(metadata.tables)


def test_the_docs_name_no_figure_that_there_is_not() -> None:
    assert len(re.findall(r"^\| [^|`]+ `\w+` \| ", DOCS.read_text(), re.MULTILINE)) == len(DEFINITIONS)


def test_every_figure_has_its_place_on_the_page_once() -> None:
    assert sorted(key for _, keys in GROUPS for key in keys) == sorted(one.key for one in DEFINITIONS)
