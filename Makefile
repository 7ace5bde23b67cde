# Two commands on a fresh machine: `make run` and `make test`. Both need Python 3.11 or newer, make, gcc and git.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help run test test-floor check bench prove quality lock format clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Failcat needs Python 3.11 or newer; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: $(VENV)/installed ## start the sidecar on its embedded PostgreSQL (Ctrl-C stops both)
	exec $(BIN)/failcat serve

test: $(VENV)/installed check ## lint, types, import rules and the whole test suite with its coverage, on PostgreSQL 18 and 16
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

test-floor: $(VENV)/installed ## the shim alone: lowest and newest OpenTelemetry, Python 3.12 and 3.13 where they are
	$(BIN)/python -m tests.compatibility

check: $(VENV)/installed ## lint, formatting, types, import rules, dependencies, names
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry --no-ansi .
	$(BIN)/python -m tests.house

bench: $(VENV)/installed ## measure this machine: ratios to bare baselines, latency, memory
	$(BIN)/python -m benchmarks

prove: $(VENV)/installed ## the long proofs: kills, power cut, PostgreSQL outage
	$(BIN)/python -m benchmarks.prove

quality: $(VENV)/installed ## score the catalog on the repository's failures, and on data from outside where it is there
	$(BIN)/python -m benchmarks.quality

format: $(VENV)/installed ## rewrite the code in the house format
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .

lock: ## resolve the ranges of pyproject.toml anew
	$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate build-requirements.in pyproject.toml -o requirements.lock

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
