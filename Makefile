# Everything a person or a machine does with this project; `make help` lists it.

# Two processors are the least that is promised for the tests; raise it where there are more.
WORKERS ?= 2

BIN := .venv/bin
READY_TO_RUN := .venv/.ready-runtime
READY_TO_TEST := .venv/.ready-dev

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup run check format test bench openapi lock upgrade image clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY_TO_TEST) ## Make .venv with everything needed to work on the project
	@:

run: $(READY_TO_RUN) ## Start the sandbox on http://127.0.0.1:8000 (GATEWAY_PORT=... changes it)
	@exec $(BIN)/gateway sandbox

check: setup ## Format, lint, types and import rules; changes nothing
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

test: check ## Everything that must hold: the checks, then all tests
	@scripts/services.sh
	@scripts/kits.sh
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

bench: setup ## Measure speed and memory
	@$(BIN)/python -m bench

openapi: setup ## Write openapi/gateway.json anew from the code
	@$(BIN)/gateway openapi

lock: setup ## Write requirements/ anew from pyproject.toml, keeping the versions that still fit
	@scripts/lock.sh

upgrade: setup ## Write requirements/ anew with the newest versions that fit
	@scripts/lock.sh --upgrade

image: setup ## Rehearse the container image's build and start without a container engine
	@$(BIN)/python -m scripts.rehearse_image

clean: ## Remove .venv, caches and the sandbox's data
	@rm -rf .venv var build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY_TO_TEST): requirements/dev.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh dev

$(READY_TO_RUN): requirements/runtime.txt requirements/build.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh runtime
