# Two commands do everything on a machine with Python 3.11 (or newer), pip and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
export UV_LINK_MODE ?= copy
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= true

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts tests pythons coverage bench docs lock wheel clean

help: ## Show what can be made.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) ## Make .venv with everything that is needed, from the lock file.

# uv comes by pip into .venv/uv, because a bare Debian has no venv module; then uv makes the environment
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("pauta needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x .venv/uv/bin/uv || $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .venv/uv uv==$(UV_VERSION)
	@test -x $(BIN)/python || .venv/uv/bin/uv venv --quiet --allow-existing --python $(PYTHON) .venv
	@.venv/uv/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@.venv/uv/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: setup ## Run the demo: a small pipeline on real data, from its YAML file to its end.
	@$(BIN)/pauta run examples/demo/penguins.yaml --files examples/demo/files --keep .pauta

test: lint types contracts tests pythons ## Run all checks and tests.

lint: setup ## Check style and format.
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check

types: setup ## Check types.
	@$(BIN)/pyright --warnings

contracts: setup ## Check which room imports which.
	@$(BIN)/lint-imports --no-logo

tests: setup ## Run the tests.
	@$(BIN)/pytest --numprocesses auto --quiet

pythons: setup ## Run unit tests with every other Python (3.12 and newer) that is on this machine.
	@scripts/other_pythons.sh

coverage: setup ## Check that the expression and engine rooms are covered, branch by branch.
	@$(BIN)/pytest --quiet --numprocesses auto tests/unit tests/acceptance --cov=pauta.expression --cov=pauta.engine --cov-branch --cov-report=term-missing:skip-covered
	@$(BIN)/coverage report --include='src/pauta/expression/*' --skip-covered --fail-under=100

bench: setup ## Run all benchmarks.
	@for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

docs: setup ## Write the pages that are made from the code.
	@$(BIN)/python scripts/expression_reference.py

lock: setup ## Resolve the dependencies anew, into requirements.lock.
	@.venv/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade --python-version 3.11 --group dev --output-file requirements.lock pyproject.toml

wheel: setup ## Build the wheel, into dist/.
	@.venv/uv/bin/uv build --quiet --wheel --python $(BIN)/python

clean: ## Remove what was made.
	@rm -rf .venv .venv-* .pauta dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
