# The project's commands. `make` alone lists them; CI calls the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long test-sdks detection check bench golden lock docs clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: ## make .venv and install everything (again: a second)
	@PYTHON=$(PYTHON) bash .ci/setup

demo: setup ## the main job on the virtual handset: three variants, a case file and a report in out/demo/
	@$(BIN)/harness demo --out $(OUT)/demo

test: setup ## every test but repetitions and soaks (under 12 minutes)
	@$(BIN)/pytest -n 2 --dist loadscope -m "not long"

test-long: setup ## repetition counts and soaks
	@$(BIN)/pytest -m "long"

test-sdks: setup ## every hook file against real SDK binaries (npm); the table goes to docs/sdk-coverage.md
	@$(BIN)/python -m tests.sdks
	@$(BIN)/pytest tests/sdks

detection: setup ## what is found in which encodings, measured; the table goes to docs/detection.md
	@$(BIN)/python -m tests.detection

check: setup ## formatting, lint, types, layering, agent types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@bash .ci/check-agent

bench: setup ## ratios of one run into docs/performance.md, never a verdict by the clock
	@$(BIN)/python -m tests.bench

golden: setup ## write the expected outputs of golden tests anew; review the diff
	@HARNESS_GOLDEN=write $(BIN)/pytest -q -m "not handset and not device and not long"

lock: ## renew requirements.lock from pyproject.toml
	@PYTHON=$(PYTHON) bash .ci/lock

docs: setup ## check that documents name only what exists
	@$(BIN)/pytest -q tests/test_docs.py

clean: ## remove what was built here (handsets live in the user cache: harness handset remove NAME)
	rm -rf $(VENV) $(OUT) dist node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
