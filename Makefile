.PHONY: setup demo test check postgresql simulate soak clean
SEEDS ?= 1..200
MUTANT ?= none
# tests that run side by side; many of them wait for something that takes its time
WORKERS ?= 3
SIDE_BY_SIDE = -n $(WORKERS) --dist worksteal -m "not soak"
# the tests whose hub has a database
ON_POSTGRESQL = $(shell grep -lE 'Floor|Benches|build_hub|LiveHub|database_of|open_fresh' \
	$(wildcard tests/hub/test_*.py $(addprefix tests/hub/,$(addsuffix /test_*.py,api dashboard handlers link site storage))))

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
	@config/setup.sh --tests
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --ignore=tests/structure $(ARGS)
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --engine postgresql tests/hub/storage tests/hub/handlers

# every test whose hub has a database, on PostgreSQL
postgresql: setup
	@config/setup.sh --tests
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --engine postgresql $(ON_POSTGRESQL)

simulate: setup
	.venv/bin/python -m tests.simulation --seeds $(SEEDS) --mutant $(MUTANT)

soak: postgresql
	.venv/bin/pytest -q -m soak $(ARGS)
	.venv/bin/pytest -q -m soak --engine postgresql tests/hub/handlers

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis shelflight.egg-info
	find firmware edge hub tests -name __pycache__ -type d -prune -exec rm -rf {} +
