"""The version is stated once."""

import tomllib
from pathlib import Path

from edge.contract.version import program_version

ROOT = Path(__file__).parents[2]


def test_the_program_says_the_version_that_the_project_states() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert program_version() == stated


def test_no_module_of_ours_states_it_again() -> None:
    stated = f'"{program_version()}"'
    modules = [path for part in ("firmware", "edge", "hub") for path in (ROOT / part).rglob("*.py")]
    assert not [str(path) for path in modules if stated in path.read_text("utf-8")]
