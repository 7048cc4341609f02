# Everything a developer runs; `make help` lists it. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
JOBS ?= 2
PORT ?= 3000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# Packages are compiled when they are first used; a process that may not keep what it compiled takes a second longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check format dev proof bench screenshots lock clean

help: ## Say what each target does
	@echo "make <target>, where the target is one of"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15
	@echo "Variables: PYTHON=python3.12 (makes .venv), JOBS=4 and ARGS='-k words' (tests), PORT=3001 (dev)"

setup: $(VENV)/.installed ## Make .venv from requirements.lock (does nothing the second time)
	@:

demo: setup ## Make sample sources, run everything on DuckDB, say what was built
	@$(BIN)/etl-assets demo

test: setup ## Run the tests
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

coverage: setup ## Run the tests and say which lines they reach; fail below 95 %
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

check: setup ## Lint Python, SQL and configuration; check types; look for secrets
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/sqlfluff lint --disable-progress-bar sql etl_assets
	$(BIN)/bandit --quiet --recursive etl_assets --configfile pyproject.toml
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --exclude-files 'requirements\.lock$$'
	$(BIN)/python -m pip --disable-pip-version-check check

format: setup ## Format Python and SQL, and mend what lint can mend
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(BIN)/sqlfluff fix --disable-progress-bar sql etl_assets

dev: setup ## Start Dagster's pages on http://127.0.0.1:3000 (they have no login: loopback only)
	@echo "dev: http://127.0.0.1:$(PORT) in a moment; Ctrl-C stops it"
	@exec env DAGSTER_HOME=$(CURDIR) $(BIN)/python deploy/dev.py $(PORT)

proof: setup ## Run the long tests: 10,000 random histories on each engine, a daemon that is killed (hours)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m proof $(ARGS)

bench: setup ## Measure side by side
	@test -f benchmarks/__main__.py || { echo "bench: there is nothing to measure yet"; exit 1; }
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: setup ## Take the pictures of Dagster's pages in docs/images anew (needs Chromium)
	@$(PIP) install --no-deps --no-compile --require-hashes --requirement docs/requirements.lock
	@$(BIN)/python docs/screenshots.py $(ARGS)

lock: setup ## Choose the newest allowed versions anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --custom-compile-command "make lock" \
		--group dev --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--group build --constraint requirements.lock --output-file deploy/requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --custom-compile-command "make lock" \
		--group screenshots --constraint requirements.lock --output-file docs/requirements.lock

clean: ## Remove .venv and what tools leave behind; keep var and .env
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .pytest_cache .ruff_cache build dist
	find etl_assets etl_assets_tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one: make setup PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "setup: making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "setup: installing $$(grep -c '^[a-z]' requirements.lock) locked packages (about a minute)"
	@$(PIP) install --no-deps --no-compile --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@echo "setup: installing etl-assets itself"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
