# `make` alone lists what it can do. Needs python 3.11 or 3.12 with venv; no Docker, no Node.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all:
ARGS ?=

.PHONY: help setup setup-test demo run test check journeys bench lake-check docs messages picture clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: .venv/run.stamp ## make the virtual environment with what running needs
	@:

demo: setup ## open a demo district: make demo ARGS="--port 8001"
	@$(BIN)/yichuang demo $(ARGS)

run: demo ## the same

test: ## everything: checks, both databases, access matrix, journeys; prints a table of times
	@$(MAKE) --no-print-directory setup-test
	@timeout --foreground 4800 $(BIN)/python tools/run_tests.py

check: setup-test ## format, lint, types, contracts, templates, migrations, kernel: under a minute
	@$(BIN)/python tools/run_checks.py

journeys: setup-test ## the life stories in a real browser: make journeys ARGS="-k noodle"
	@$(BIN)/python -m pytest tests/journeys $(ARGS)

bench: setup ## measure on a million generated cases, and compare with the targets: make bench ARGS="--only worklist"
	@$(BIN)/yichuang bench $(ARGS)

lake-check: .venv-lake/lake.stamp ## the lake against the figures, on DuckDB and on local Spark (needs Java 17 or newer; 1 GB)
	@.venv-lake/bin/python tools/lake_check.py $(ARGS)

docs: setup-test ## generate the reference: commands, settings, kinds of definition
	@$(BIN)/python tools/reference.py

picture: setup-test ## draw the rooms and who knows whom into docs/architecture.svg
	@$(BIN)/python tools/picture.py

messages: setup ## extract the texts, then list what has no English
	@$(BIN)/python tools/messages.py extract
	@$(BIN)/python tools/messages.py missing

clean: ## remove the virtual environment and caches (never data)
	rm -rf .venv .venv-lake .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artifacts

setup-test: .venv/test.stamp
	@:

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)"; exit 2; }
	@echo "Making a virtual environment in .venv: once, one to three minutes."
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt tools/install.py | .venv/bin/python
	@$(PIP) -r requirements/run.txt
	@$(BIN)/python tools/install.py
	@touch $@

# Spark comes as source alone: its archive is checked by its hash as all else is
.venv-lake/lake.stamp: requirements/lake.txt tools/install.py | .venv/bin/python
	@.venv/bin/python -m venv .venv-lake
	@.venv-lake/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: --no-binary pyspark -r requirements/lake.txt
	@.venv-lake/bin/python tools/install.py
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@$(PIP) -r requirements/test.txt
	@touch $@
