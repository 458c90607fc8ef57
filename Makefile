# Two commands are all a newcomer needs: `make run` and `make test`. Everything they need they install themselves,
# into virtual environments in this folder. CI calls the same targets.

PYTHON ?= python3
PORT ?= 8000
FRESH ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check --no-input install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check format openapi costs package bench browser clean

help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.runtime .venv-emulator/.installed ## Start everything on this machine with demo data; Ctrl-C ends it.
	@PORT=$(PORT) FRESH=$(FRESH) $(BIN)/python -m local.run

test: $(VENV)/.dev .venv-emulator/.installed .build/host.zip ## Run every test.
	$(BIN)/python -m pytest

check: $(VENV)/.dev ## Lint, formatting, types, layers, templates.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint infra/data.yaml

format: $(VENV)/.dev ## Format the code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

openapi: $(VENV)/.dev ## Write chalicelib/pages/openapi.json and fields.json anew from the models.
	$(BIN)/python -m chalicelib.routes.openapi

clean: ## Remove what the targets made (virtual environments, builds); data of `make run` stays.
	rm -rf .venv .venv-* .build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt | $(VENV)/bin/python
	$(BIN)/python $(PIP) -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt | $(VENV)/bin/python
	$(BIN)/python $(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/.runtime

.venv-emulator/.installed: requirements/emulator.txt | $(VENV)/bin/python
	$(PYTHON) -m venv .venv-emulator
	.venv-emulator/bin/python $(PIP) -r requirements/emulator.txt
	@touch $@
