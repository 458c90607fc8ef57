# Two commands are all a newcomer needs: `make run` and `make test`. Everything they need they install themselves,
# into virtual environments in this folder. CI calls the same targets.

PYTHON ?= python3
PORT ?= 8000
FRESH ?=
STAGE ?=
ARGS ?=
URL ?= http://127.0.0.1:$(PORT)
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check --no-input install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check format openapi costs package deploy bench fuzz browser clean

help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/.runtime .venv-emulator/.installed ## Start everything on this machine with demo data; Ctrl-C ends it.
	@PORT=$(PORT) FRESH=$(FRESH) exec $(BIN)/python -m local.run

test: $(VENV)/.dev .venv-emulator/.installed ## Run every test, the deployed artefact among them.
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(VENV)/.dev ## Lint, formatting, types, layers, templates.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint infra/data.yaml infra/account.yaml

format: $(VENV)/.dev ## Format the code.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: $(VENV)/.dev ## Write the OpenAPI document and the field dictionary anew from routes and models.
	$(BIN)/python -m chalicelib.routes.openapi

costs: $(VENV)/.dev ## Measure the AWS calls and bytes of every route; writes docs/costs.md.
	$(BIN)/python -m bench.costs

package: $(VENV)/.dev ## Build the two zips and the app stack's template in .build/.
	$(BIN)/python -m infra.package

deploy: package ## Deploy to AWS: make deploy STAGE=...
	@test -n "$(STAGE)" || { echo "say which stage: make deploy STAGE=..."; exit 2; }
	$(BIN)/python -m infra.deploy --stage $(STAGE) $(ARGS)

bench: .venv-bench/.installed package ## Measure the read path and the cold start against their goals.
	.venv-bench/bin/python -m bench

fuzz: $(VENV)/.dev ## Run schemathesis against a running instance: make fuzz URL=...
	$(BIN)/schemathesis run $(URL)/openapi.json --url $(URL) --checks all --exclude-checks positive_data_acceptance --max-examples 30

browser: $(VENV)/.dev ## Look at the page in Chromium (Debian's package chromium).
	$(BIN)/python -m tests.browser.look

clean: ## Remove what the targets made (virtual environments, builds); data of `make run` stays.
	rm -rf .venv .venv-* .build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(VENV)

# The client goes in as an editable install: what is tested and run is what stands in client/.
$(VENV)/.runtime: requirements/runtime.txt requirements/client.txt client/pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(PIP) -r requirements/client.txt
	$(BIN)/python $(PIP) --no-deps --editable ./client
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python $(PIP) -r requirements/dev.txt
	@touch $@

.venv-emulator/.installed: requirements/emulator.txt | $(VENV)/bin/python
	$(PYTHON) -m venv .venv-emulator
	.venv-emulator/bin/python $(PIP) -r requirements/emulator.txt
	@touch $@

.venv-bench/.installed: requirements/bench.txt requirements/runtime.txt | $(VENV)/bin/python
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python $(PIP) -r requirements/bench.txt
	@touch $@
