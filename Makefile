# Lindian: `make run` starts the product, `make test` runs the whole suite.
SHELL := /bin/bash -o pipefail
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help install run test lint types contracts trial pictures bench-push lock clean browser

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/run node_modules/.package-lock.json ## Install what Lindian needs, start nothing (docs/开始.md)

run: .venv/run node_modules/.package-lock.json ## Start Lindian with its demo town on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/lindian run || [ $$? = 130 ]

test: .venv/test node_modules/.package-lock.json browser ## Lint, contracts, types and all tests, in a real browser too
	$(MAKE) --no-print-directory lint contracts types
	$(BIN)/python -m pytest -n 2

lint: .venv/test ## Ruff over everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

contracts: .venv/test ## Who may import whom, and is every library named that is used
	$(BIN)/lint-imports --no-cache | grep -E "KEPT|BROKEN|->|kept"
	$(BIN)/deptry .

types: .venv/test ## mypy, strict
	$(BIN)/mypy

trial: .venv/test ## Measure again the figures that docs/ quotes
	$(BIN)/python -m tests.trials.walking
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.trials.coverage
	$(BIN)/python -m tests.bench.threads --write
	$(BIN)/python -m tests.trials.power_cuts 400
	$(BIN)/python -m tests.trials.overtaking 20000
	$(BIN)/python -m tests.trials.kills 20 20000
	$(BIN)/python -m tests.trials.kills 50 50000

pictures: .venv/test browser ## Take the README's pictures and the manifest's from the running product
	$(BIN)/python -m tests.browser.pictures

bench-push: .venv/test tests/bench/node/node_modules ## Measure what a push message costs, beside other senders (needs node)
	@$(BIN)/python -m tests.bench.push

tests/bench/node/node_modules: tests/bench/node/package-lock.json
	@cd tests/bench/node && npm ci --no-audit --no-fund --silent
	@touch $@

lock: ## Pin what is installed, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -U pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -U --group dev pyproject.toml -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -U requirements/build.in -o requirements/build.txt

node_modules/.package-lock.json: package.json package-lock.json
	@if command -v npm >/dev/null && npm ci --no-audit --no-fund --silent; then touch $@; \
	else echo "The map editor's library (Leaflet) was not fetched: it needs npm and its registry. Its pages show the form without the map."; fi

clean: ## Forget the environment; the data in var/ stays
	rm -rf .venv

browser: # Chromium and letters for Chinese, from Debian, where there are none
	@command -v chromium >/dev/null && fc-list :lang=zh-cn 2>/dev/null | grep -q . || $(MAKE) --no-print-directory debian

debian:
	@echo "Installing Chromium and a Chinese font from Debian …"
	$(SUDO) apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.venv/made:
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(SUDO) apt-get update -qq; $(SUDO) apt-get install -y -qq python3-venv; $(PYTHON) -m venv .venv; }
	@touch $@

.venv/run: .venv/made requirements/build.txt requirements/run.txt pyproject.toml
	@echo "Installing what Lindian needs …"
	@$(PIP) -r requirements/build.txt
	@$(PIP) -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: .venv/run requirements/test.txt
	@echo "Installing what the suite needs …"
	@$(PIP) -r requirements/test.txt
	@touch $@
