# Two commands do everything: `make serve` runs the mock, `make test` runs the whole suite.
# Set-up happens by itself, once, and again when the pins change.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8080
SHARD  ?= 1/1
# Modules are compiled when they are first imported, as most never are: a quarter of the set-up.
PIP    := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-compile --constraint constraints.txt

# pytest rewrites the asserts of its plugins; where nothing may be kept, each of its processes does so anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve test selftest quick check format pictures clean browser

help: ## Show these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

serve: $(VENV)/.runtime ## Run the mock on 127.0.0.1:8080 (PORT=… for another port)
	@exec $(BIN)/seqruns serve --port $(PORT)

test: check browser ## Format, lint, types, tests and coverage: the whole suite
	$(BIN)/python -m slipcover --json --out .coverage.json -m pytest --numprocesses auto --dist worksteal
	$(BIN)/python -m slipcover --merge .coverage.json --out .coverage.json --fail-under 97

selftest: $(VENV)/.dev ## The kit on every fault and every lawful variant (SHARD=1/4 for a quarter of them)
	$(BIN)/seqruns selftest --shard $(SHARD)

quick: $(VENV)/.dev ## Only the unit tests, in half a minute or so
	$(BIN)/pytest --numprocesses 2 -m quick --hypothesis-profile quick

check: $(VENV)/.dev ## Only format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/yamllint --strict .
	$(BIN)/mypy

format: $(VENV)/.dev ## Put the code into the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pictures: $(VENV)/.dev browser ## Take the pictures of the README anew
	$(BIN)/python -m tests.pictures

clean: ## Remove what the other commands made
	rm -rf $(VENV) .coverage.json .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

browser: # Chromium without a window, for the tests of the pages; Debian's package, where it is missing and may be installed
	@if ! command -v chromium-headless-shell && ! command -v chromium && [ "$$(id -u)" = 0 ] && command -v apt-get; then \
	  echo "Installing Chromium for the browser tests …" >&2; \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium-headless-shell fonts-liberation; \
	fi >/dev/null || true
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || \
	  echo "There is no Chromium, so the browser tests are skipped. On Debian: apt-get install chromium-headless-shell" >&2

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "seqruns needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo not there)." >&2; \
	  echo "Install it, or name one: make PYTHON=/path/to/python3.11 …" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON)' cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; \
	  rm -rf $(VENV); exit 2; }

$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up the mock in $(VENV) …" >&2
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Setting up the tests in $(VENV) …" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.runtime
