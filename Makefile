# treatysim: `make run` and `make test` are all that a fresh checkout needs (Python 3.11 or newer, make, git).
#
# Everything is installed into .venv from the pinned versions of constraints.txt. A stamp under .venv is written only
# after an install has succeeded, so a failed one is tried again and a good one costs nothing the next time.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
WORKERS ?= 2
# Which Python makes the environment; empty: the first of the candidates that is new enough and can make one.
PYTHON ?=
CANDIDATES := python3.11 python3 python3.12 python3.13 python3.14

# The pins hold for what builds the package, too: old pips read the first variable there, new ones the second.
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
	$(BIN)/python -m pip install --quiet --no-input -c constraints.txt

# The report page is tested in a browser. Where none can be installed, its tests are skipped and say why.
BROWSER := if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null && ! command -v chromedriver >/dev/null; then \
	echo 'installing Chromium for the browser tests ...'; \
	(apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
	  chromium chromium-driver fonts-liberation) >/dev/null 2>&1 || echo 'Chromium cannot be installed; its tests are skipped'; fi

.PHONY: help install run test test-all lint bench docs guide notebooks instructor schema wheel clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

install: $(STAMPS)/run ## make .venv and install treatysim with pinned versions

run: install ## replay the end of the CFE Treaty from the record, then simulate it once
	@echo '$$ treatysim run cfe-endgame --replay'
	@$(BIN)/treatysim run cfe-endgame --replay
	@echo
	@echo '$$ treatysim run cfe-endgame --seed 1'
	@$(BIN)/treatysim run cfe-endgame --seed 1

test: lint ## lint, types, import contracts and the default tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-all: lint ## the same with the slow tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m ''

lint: $(STAMPS)/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(STAMPS)/bench ## measure the engines (not part of the tests)
	$(BIN)/python -m $(if $(wildcard tests/bench/__main__.py),tests.bench,pytest tests/bench -m '' --no-header -s)

docs: $(STAMPS)/test ## check that tables, links and examples of the documentation are up to date
	$(BIN)/python docs/tables.py --check
	$(BIN)/python docs/reference.py --check
	$(BIN)/python -m pytest tests/docs --no-header

guide: $(STAMPS)/test ## build the guide as a site of its own into build/guide
	$(BIN)/sphinx-build -W -q -b html docs build/guide
	@echo 'build/guide/index.html'

notebooks: $(STAMPS)/test ## write the .ipynb files anew from their .py sources
	$(BIN)/python -m simulator.teaching students

instructor: $(STAMPS)/test ## write the notebooks with solutions into build/instructor
	$(BIN)/python -m simulator.teaching build build/instructor

schema: $(STAMPS)/run ## write the JSON Schema of scenario files and the tables of the documentation anew
	$(BIN)/treatysim schema -o schema/scenario.schema.json
	$(BIN)/python docs/tables.py --write
	$(BIN)/python docs/reference.py --write

wheel: $(STAMPS)/test ## build a wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## remove .venv, caches and built files
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find simulator tests notebooks docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/venv:
	@$(if $(PYTHON),candidates='$(PYTHON)',candidates='$(CANDIDATES)'); python=''; old=''; bare=''; \
	for one in $$candidates; do \
	  "$$one" -c 'pass' 2>/dev/null || continue; \
	  if ! "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then old="$$one"; continue; fi; \
	  if ! "$$one" -c 'import ensurepip, venv' 2>/dev/null; then bare="$$one"; continue; fi; \
	  python="$$one"; break; \
	done; \
	if [[ -z $$python && -n $$bare ]]; then \
	  echo "$$bare has no venv module; on Debian: apt install python3-venv" >&2; exit 1; \
	elif [[ -z $$python && -n $$old ]]; then \
	  echo "treatysim needs Python 3.11 or newer; $$old is $$("$$old" -V 2>&1)." \
	    "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	elif [[ -z $$python ]]; then \
	  echo "treatysim needs Python 3.11 or newer; tried $$candidates." \
	    "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then "$$python" -m venv --clear $(VENV); fi
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/run: $(STAMPS)/venv pyproject.toml constraints.txt
	@echo 'installing treatysim into $(VENV) ...'
	@$(PIP) -e .
	@touch $@

# After the plain install and not beside it: two pips in one environment disturb each other (make -j2 run test).
$(STAMPS)/test: $(STAMPS)/run
	@echo 'installing what the tests need into $(VENV) ...'
	@$(PIP) -e '.[test]'
	@$(BROWSER)
	@touch $@

$(STAMPS)/bench: $(STAMPS)/test
	@echo 'installing what the measurements need into $(VENV) ...'
	@$(PIP) -e '.[bench]'
	@touch $@
