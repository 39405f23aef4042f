.PHONY: setup demo test check simulate soak clean
SEEDS ?= 1..200
MUTANT ?= none
# tests that run side by side
WORKERS ?= 2

setup:
	@config/setup.sh

demo: setup
	@.venv/bin/shelflight demo $(ARGS)

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -q --doctest-modules --ignore=hub/storage/migrations firmware edge hub
	.venv/bin/pytest -q tests/structure

test: check
	.venv/bin/pytest -q -n $(WORKERS) --dist worksteal -m "not soak" --ignore=tests/structure $(ARGS)

simulate: setup
	.venv/bin/python -m tests.simulation --seeds $(SEEDS) --mutant $(MUTANT)

soak: setup
	.venv/bin/pytest -q -m soak $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis shelflight.egg-info
	find firmware edge hub tests -name __pycache__ -type d -prune -exec rm -rf {} +
