.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:      ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

install: .venv/installed ## make .venv with the pinned dependencies

.venv/installed: requirements.lock pyproject.toml setup.py
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --allow-existing --python $(PYTHON) .venv; else $(PYTHON) -m venv .venv; fi
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --python $(BIN)/python --no-deps --no-build-isolation -e .; else \
	  $(BIN)/python -m pip install --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --no-deps --no-build-isolation -e .; fi
	@touch $@

extras: install ## generators and ready-made readers of others: wheezy.captcha, ddddocr, ...
	@if command -v uv >/dev/null 2>&1; then uv pip install --python $(BIN)/python --require-hashes -r requirements-extras.lock; else $(BIN)/python -m pip install --require-hashes -r requirements-extras.lock; fi

demo: install ## run the quick sweep and print where its report is
	@$(BIN)/captcha-harness run quick

test: install ## the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

coverage: install ## the tests, and how much of the code they run in their own process
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered

check: install ## ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

docs: .venv/docs-installed ## the documentation as a site, in site/; links are checked
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean && echo site/index.html

bench: install extras .venv/bench-installed .venv-foolbox/installed ## this project beside its peers; rewrites BENCHMARKS.md
	@$(BIN)/python -m benchmarks

lock: ## resolve and pin every version again (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra dev --extra redis --extra browser --extra onnx pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra generators --extra readers -c requirements.lock pyproject.toml -o requirements-extras.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra bench -c requirements.lock pyproject.toml -o benchmarks/requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --group docs -c requirements.lock -o docs/requirements.lock
	@uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  benchmarks/foolbox.in -o benchmarks/foolbox.lock

.venv/bench-installed: benchmarks/requirements.lock .venv/installed
	@if command -v uv >/dev/null 2>&1; then uv pip install --python $(BIN)/python --require-hashes -r benchmarks/requirements.lock; else $(BIN)/python -m pip install --require-hashes -r benchmarks/requirements.lock; fi
	@touch $@

.venv/docs-installed: docs/requirements.lock .venv/installed
	@if command -v uv >/dev/null 2>&1; then uv pip install --python $(BIN)/python --require-hashes -r docs/requirements.lock; else $(BIN)/python -m pip install --require-hashes -r docs/requirements.lock; fi
	@touch $@

# Foolbox needs numpy 1, so it has an environment of its own.
.venv-foolbox/installed: benchmarks/foolbox.lock
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --allow-existing --python $(PYTHON) .venv-foolbox && uv pip install --python .venv-foolbox/bin/python --require-hashes -r $<; else $(PYTHON) -m venv .venv-foolbox && .venv-foolbox/bin/python -m pip install --require-hashes -r $<; fi
	@touch $@

.PHONY: help install extras demo test coverage check docs bench lock
