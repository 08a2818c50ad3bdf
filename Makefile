# The three commands of the README, and what they need. `make test-full` runs the larger sizes as well.
PYTHON ?= python3
BIN := .venv/bin
PINS := deploy/constraints.txt

.PHONY: demo run test test-full benchmark clean

.venv/bin/pip:
	$(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian, install python3-venv." >&2; exit 1; }

.venv/installed: pyproject.toml $(PINS) | .venv/bin/pip
	$(BIN)/pip install --quiet -c $(PINS) -e .
	touch $@

.venv/installed-dev: pyproject.toml $(PINS) | .venv/bin/pip
	$(BIN)/pip install --quiet -c $(PINS) -e '.[dev]'
	touch .venv/installed $@

demo: .venv/installed
	$(BIN)/tracker serve --demo

run: .venv/installed
	$(BIN)/tracker serve

test: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy & types=$$!; \
	$(BIN)/pytest -n 2 -m "not nightly" --cov --cov-report=term:skip-covered --cov-fail-under=90; tests=$$?; \
	wait $$types && exit $$tests

test-full: .venv/installed-dev
	$(BIN)/pytest -n 2 --hypothesis-profile=nightly

benchmark: .venv/installed-dev
	for bench in tests/benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
