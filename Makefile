# Babelwire: `make help` lists what there is. Nothing is needed before but Python 3.11 or later, and make.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run docs check test test-real compose-test chaos soak looks politeness api fuzz coverage mutate bench race clean

VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
# By files, in their order: what a module sets up is set up once, and the long ones do not come last.
IN_PARALLEL := -n 2 --dist loadfile --no-loadscope-reorder
READY := $(VENV)/.ready
CHROMIUM := $(VENV)/.chromium
FAST := not engines and not browser and not system
NAME ?=

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name does; do printf '  make %-14s %s\n' "$$name" "$$does"; done

setup: $(READY) $(CHROMIUM) ## Virtual environment, locked dependencies, engines; quick the second time
	@$(PY) -m console.native install

$(READY): requirements-dev.txt pyproject.toml
	@python=; for one in python3 python3.11 python3.12 python3.13 python3.14; do \
	  if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$one; break; fi; done; \
	if [ -z "$$python" ]; then echo "setup: Python 3.11 or later is needed, and none was found" >&2; exit 1; fi; \
	if [ ! -x $(PY) ]; then echo "setup: virtual environment in $(VENV), with $$($$python --version)"; \
	  $$python -m venv $(VENV) || { echo "setup: $$python cannot make one; on Debian: apt-get install python3-venv" >&2; exit 1; }; fi
	@echo "setup: dependencies, as requirements-dev.txt locks them"
	@$(PY) -m pip install --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt \
	  | grep --line-buffered -v '^Requirement already satisfied' ; exit $${PIPESTATUS[0]}
	@$(PY) -m pip install --disable-pip-version-check --no-input --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# For the tests of the page. Where it cannot be had they skip, and say so.
$(CHROMIUM): | $(READY)
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "setup: chromium, for the tests of the page"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
	    >$(VENV)/chromium.log 2>&1 || echo "setup: chromium cannot be installed (see $(VENV)/chromium.log); its tests will skip"; \
	else echo "setup: no chromium here; its tests will skip"; fi
	@touch $@

run: setup ## The whole system with its demo, on this machine, until Ctrl-C
	@$(VENV)/bin/babelwire up --demo

docs: setup ## The reference pages in docs/, from the code
	@$(PY) -m console.reference

check: setup ## What every commit must pass: style, types, layers, the tests that need no engine
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTEST) $(IN_PARALLEL) -m "$(FAST)"

test: check ## Everything: check, then the tests on real engines, in the browser, and of the whole system
	$(PYTEST) $(IN_PARALLEL) -m "(engines or browser) and not system"
	$(PYTEST) -m system

test-real: setup ## The whole system on the saved pages beside the checkout (../shared/replay)
	$(PYTEST) tests/integration/test_real_pages.py

compose-test: $(READY) ## The whole system in containers
	$(PYTEST) -rs tests/compose

chaos: setup ## The whole system on saved real pages while its programs are killed and stopped: SEED=1, BLOWS=20, COPIES=0 of each page
	@$(PY) -m tests.chaos --seed $(or $(SEED),1) --blows $(or $(BLOWS),20) --copies $(or $(COPIES),0)

looks: setup ## Pictures of every kind of page, of what `make run` shows, into docs/screenshots: ADDRESS, FOLDER
	@$(PY) -m tests.services.web.looks $(if $(ADDRESS),--address $(ADDRESS)) $(if $(FOLDER),--folder $(FOLDER))

soak: setup ## The whole system for long, and whether anything grows that should not: MINUTES=40, RATE=3 articles a second
	@$(PY) -m tests.soak --minutes $(or $(MINUTES),40) --rate $(or $(RATE),3)

politeness: setup ## Several fetchers that come and go, and what a server saw of them (../shared/replay)
	@$(PY) -m tests.integration.politeness

api: setup ## schemathesis, in a virtual environment of its own, asks the API whatever its document allows, and what it does not
	@test -x $(VENV)/schemathesis/bin/schemathesis || { python3 -m venv $(VENV)/schemathesis && \
	  $(VENV)/schemathesis/bin/python -m pip install -q schemathesis==4.32.5; }
	$(PY) -m tests.services.web.contract $(VENV)/schemathesis/bin/schemathesis

fuzz: setup ## Hostile input for the readers of it: SECONDS=60 each, SEED=by the clock, all or NAME=feeds
	@$(PY) -m tests.fuzz $(NAME)

coverage: setup ## Branches of the pure modules that the tests without engines take
	@test -d $(VENV)/coverage || $(PY) -m pip install -q --target $(VENV)/coverage coverage==7.17.3
	@PYTHONPATH=$(VENV)/coverage $(PY) -m tests.quality.branches

mutate: setup ## How many faults put into the code the tests notice: SAMPLE=40 of a module, 0 for all; NAME=offsets
	@test -x $(VENV)/mutants/bin/cosmic-ray || { python3 -m venv $(VENV)/mutants && \
	  $(VENV)/mutants/bin/python -m pip install -q cosmic-ray==8.7.0; }
	@$(PY) -m tests.quality.mutants $(VENV)/mutants/bin/cosmic-ray $(NAME)

bench: setup ## All benchmarks, or one: NAME=stories, on other data: DATA=folder
	$(PY) -m tests.bench $(NAME)

race: setup ## Other news crawlers and ours on one mirror of real pages (../shared/replay): ROUNDS=1, LEGS=open,polite,faults
	$(PY) -m tests.bench.race --rounds $(or $(ROUNDS),1) --legs $(or $(LEGS),open,polite,faults)

clean: ## Remove the virtual environment and caches; the data of the native stack stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
