.PHONY: setup demo test check types doctests lint postgresql simulate month soak clean
SEEDS ?= 1..200
MUTANT ?= none
# tests that run side by side; many of them wait for something that takes its time
WORKERS ?= 3
SIDE_BY_SIDE = -n $(WORKERS) --dist worksteal -m "not soak"
# what an engine is likeliest to do otherwise: all that storage asks of it, races, and whatever happens in any order
POSTGRESQL_FIRST = tests/hub/storage $(wildcard tests/hub/handlers/test_races.py tests/hub/handlers/test_any_order_*.py \
	tests/hub/handlers/test_*_histories.py tests/hub/handlers/test_allocating.py)
# the tests whose hub has a database
ON_POSTGRESQL = $(shell grep -lE 'Floor|Benches|build_hub|LiveHub|database_of|open_fresh' \
	$(wildcard tests/hub/test_*.py $(addprefix tests/hub/,$(addsuffix /test_*.py,api dashboard handlers link site storage))))

setup:
	@config/setup.sh

demo: setup
	@.venv/bin/shelflight demo $(ARGS)

check: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types doctests lint

types:
	.venv/bin/mypy

doctests:
	.venv/bin/pytest -q --doctest-modules --ignore=hub/storage/migrations firmware edge hub

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/pytest -q tests/structure

test: check
	@config/setup.sh --tests
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --ignore=tests/structure $(ARGS)
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --engine postgresql $(POSTGRESQL_FIRST)

# every test whose hub has a database, on PostgreSQL
postgresql: setup
	@config/setup.sh --tests
	.venv/bin/pytest -q $(SIDE_BY_SIDE) --engine postgresql $(ON_POSTGRESQL)

simulate: setup
	.venv/bin/python -m tests.simulation --seeds $(SEEDS) --mutant $(MUTANT)

# a month in which nobody counts
month: setup
	.venv/bin/python -m tests.simulation.month $(ARGS)

soak: postgresql
	.venv/bin/pytest -q -m soak $(ARGS)
	.venv/bin/pytest -q -m soak --engine postgresql tests/hub/handlers

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis shelflight.egg-info
	find firmware edge hub tests -name __pycache__ -type d -prune -exec rm -rf {} +
