"""The house rules that a machine can check: sizes, docstrings, and what may not be named."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("firmware", "edge", "hub")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
FOREIGN = re.compile(r"(pypi\.org|pythonhosted\.org|registry\.npmjs|--(extra-)?index-url|/root/|/work/|/opt/pypi)")
"""Registry hosts and paths of one machine: the repository names neither."""


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if name.endswith(suffixes) and (ROOT / name).exists()]


def python_files() -> list[Path]:
    return [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in (*PRODUCT, "tests")]


def test_no_file_is_longer_than_400_lines() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert not {name: lines for name, lines in sizes.items() if lines > FILE_LINES_MAX}


def test_no_function_is_longer_than_70_lines() -> None:
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert not long


def is_setter(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """A property's docstring stands at its getter."""
    return any(isinstance(by, ast.Attribute) and by.attr == "setter" for by in node.decorator_list)


def test_every_public_name_has_a_docstring() -> None:
    bare = []
    for path in (p for p in python_files() if p.relative_to(ROOT).parts[0] in PRODUCT):
        tree = ast.parse(path.read_text("utf-8"))
        scopes: list[ast.AST] = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name[0] != "_")]
        if not ast.get_docstring(tree):
            bare.append(f"{path.relative_to(ROOT)}: the module")
        for scope in scopes:
            for node in ast.iter_child_nodes(scope):
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    continue
                if not (node.name.startswith("_") or is_setter(node) or ast.get_docstring(node)):
                    bare.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not bare


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked("")
        if path != Path(__file__).resolve() and b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not named


def test_the_set_up_and_the_gate_can_be_run() -> None:
    for name in ("config/setup.sh", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, f"{name}: expected it executable"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE", "docs/dashboard.png", "docs/asyncapi.json"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500
