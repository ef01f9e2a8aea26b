# Windsock's commands. `make demo` and `make test` do all their own set-up on a machine with Python 3.11 and Node 20.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-postgres test-sdks test-crash test-overload test-engines test-nightly check fix dev web bench docs lock smoke
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
export PYTHON
VENV := .venv
BIN := $(VENV)/bin
UV := scripts/uv
HAS_WEB := $(wildcard web/package.json)
HAS_NODE := $(shell command -v npm 2>/dev/null)
UI_FILES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# ---- set-up: each stamp is made once and again only when what it stands for has changed

$(VENV)/bin/python:
	$(UV) venv --quiet --no-python-downloads --python "$(PYTHON)" $(VENV)

# What running needs, at the versions and hashes of the lock; the UI is built by the install where Node is there.
$(VENV)/.stamp-run: requirements.lock pyproject.toml $(wildcard hatch_build.py) $(UI_FILES) | $(VENV)/bin/python
	@echo "windsock: installing what it needs and building its pages; the first time takes a minute or two"
	$(UV) pip install --quiet --python $(BIN)/python --constraint requirements.lock --verify-hashes --editable .
	@touch $@

$(VENV)/.stamp-dev: requirements.lock | $(VENV)/.stamp-run
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps --requirement requirements.lock
	@touch $@

# Not `npm ci`: it refuses a lock in which a mirror could not resolve the binaries of other platforms. Versions and hashes are the lock's.
web/node_modules/.stamp: $(wildcard web/package-lock.json)
	cd web && npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

tests/sdks/node_modules/.stamp: tests/sdks/package.json tests/sdks/package-lock.json
	cd tests/sdks && npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

# ---- use

demo: $(VENV)/.stamp-run ## build the demo company and serve it
	$(BIN)/windsock demo $(ARGS)

dev: $(VENV)/.stamp-dev web/node_modules/.stamp ## server and web pages, both reloading
	scripts/dev

web: web/node_modules/.stamp ## build the pages into the package
	cd web && npm run build

# ---- prove

# The browser's library keeps an event loop running in its process, in which no other test can run one: its tests go by themselves.
# (5: nothing to run, as when ARGS names a folder without any.)
FAST := not slow and not postgres and not sdks and not crash and not overload and not engines and not nightly
# The rules of the house (tests/house) are `make check`'s.
test: $(VENV)/.stamp-dev ## everything fast, browser included
	scripts/chromium
ifneq ($(HAS_WEB),)
ifneq ($(HAS_NODE),)
	$(MAKE) web/node_modules/.stamp
	cd web && npm test
else
	@echo "windsock: no Node here: the tests of the pages are left out."
endif
endif
	$(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/house -m "$(FAST) and not e2e" $(ARGS) || [ $$? -eq 5 ]
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "$(FAST) and e2e" $(ARGS) || [ $$? -eq 5 ]

test-slow: $(VENV)/.stamp-dev ## what takes longer than some five seconds a test, and each page in all its states; DEFINITIONS=35 for 10,000 cases and more of each analysis
	scripts/chromium
ifneq ($(HAS_WEB),)
ifneq ($(HAS_NODE),)
	$(MAKE) web/node_modules/.stamp
	cd web && npm run test:pages
else
	@echo "windsock: no Node here: the pages in all their states are left out."
endif
endif
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "slow and not e2e" --timeout 1800 $(ARGS) || [ $$? -eq 5 ]
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "slow and e2e" --timeout 1800 $(ARGS) || [ $$? -eq 5 ]

test-nightly: $(VENV)/.stamp-dev ## what takes many minutes: more random definitions, every way out of a statement, pages of analyses in every look; DEFINITIONS=250 for 10,000 cases and more of each
	scripts/chromium
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "nightly and not e2e" --timeout 3600 $(ARGS)
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "nightly and e2e" --timeout 1800 $(ARGS)

test-postgres: $(VENV)/.stamp-dev ## the records on a real PostgreSQL, and MySQL as a source on a real MariaDB; the tests start both
	scripts/mariadb
	$(BIN)/pytest -m postgres --timeout 600 $(ARGS)

test-sdks: $(VENV)/.stamp-dev ## released tracking SDKs (Python, Node, Chromium) against a served workspace
	scripts/chromium
ifneq ($(HAS_NODE),)
	$(MAKE) tests/sdks/node_modules/.stamp
else
	@echo "windsock: no Node here: the SDKs of Node and of browsers are left out."
endif
	$(BIN)/pytest -m sdks tests/sdks --timeout 300 $(ARGS)

test-crash: $(VENV)/.stamp-dev ## kill the server while events arrive; ROUNDS=1000 POINT_ROUNDS=20 for the tables of the docs
	$(BIN)/pytest -m crash --timeout 0 -s $(ARGS)

test-overload: $(VENV)/.stamp-dev ## ten times what the server takes; SECONDS_OF_LOAD=300 for the table of the docs
	$(BIN)/pytest -m overload --timeout 0 -s $(ARGS)

# Half a gigabyte, so not in the other lock; what is in both is at the same version, as one constrains the other.
$(VENV)/.stamp-engines: requirements-engines.lock | $(VENV)/.stamp-dev
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps --requirement requirements-engines.lock
	@touch $@

test-engines: $(VENV)/.stamp-engines ## ClickHouse's engine and a Spark cluster on loopback against our own; SPARK_EVERY=1 asks Spark everything, OUTCOMES=1 writes down what came
	$(BIN)/pytest -m engines tests/engines --timeout 0 $(ARGS)

check: $(VENV)/.stamp-dev ## format, lint, types, floors, house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house
ifneq ($(HAS_WEB),)
ifneq ($(HAS_NODE),)
	$(MAKE) web/node_modules/.stamp
	cd web && npm run lint && npm run types
else
	@echo "windsock: no Node here: the pages are not checked."
endif
endif

fix: $(VENV)/.stamp-dev ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

smoke: $(VENV)/.stamp-dev ## build the wheel, install it in an empty place, run the demo from there
	$(BIN)/python scripts/smoke.py

bench: $(VENV)/.stamp-dev ## print the measurements
	for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

docs: $(VENV)/.stamp-dev ## build the documentation, strictly
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock: ## refresh requirements.lock and requirements-engines.lock (versions and hashes, no host)
	$(UV) pip compile pyproject.toml --quiet --extra postgres --extra mysql --extra match --extra fast --extra models --group dev --group docs --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --output-file requirements.lock $(ARGS)
	$(UV) pip compile --group pyproject.toml:engines --quiet --constraint requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --output-file requirements-engines.lock $(ARGS)
