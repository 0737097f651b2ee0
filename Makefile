# Two commands do all the set-up on a fresh machine: `make report` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# What the tests of hooks were last seen to pass with; npm's, and about 750 MB.
AGENTS := @anthropic-ai/claude-code@2.1.197 @openai/codex@0.169.0 @google/gemini-cli@0.61.0

# Compiled modules are kept: else each program that a test starts compiles ours again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help report test check quick fix docs bench mutants alone release pins vulnerabilities agents team
help:
	@echo "make report   read the agent logs on this machine (else a sample project) and print what stands out"
	@echo "make test     every check and every test"
	@echo "make check    lint, format, types, layers: seconds"
	@echo "make fix      format and mend what ruff can"
	@echo "make docs     generate the reference pages and pasted help"
	@echo "make team     a team's server with a database of its own, here, until Ctrl-C"
	@echo "make agents   agents' own programs, for the tests that drive them (needs Node.js 20 and npm)"
	@echo "make bench    the benchmarks whose figures stand in docs/benchmarks.md"
	@echo "make mutants  which small faults in five rooms their own tests notice (about an hour)"
	@echo "make alone    how far each module is covered by its own test file alone (about 20 minutes)"
	@echo "make pins     write requirements/ after a version in constraints.txt changed (needs an index; minutes)"
	@echo "make vulnerabilities OSV=all.zip   known vulnerabilities of what is pinned, by a database that lies here"
	@echo "make release VERSION=1.2.3   join the fragments of changes/ into CHANGELOG.md, set the version, tag"

# Every file is checked against its hash. A platform without such files: pip install -c constraints.txt -e . -e wings/git
# The core and every wing of the checkout, so that a changed line is there at once.
OURS := -e . $(patsubst %/pyproject.toml,-e ./%,$(wildcard wings/*/pyproject.toml))
PIP := $(BIN)/python -P -m pip install --quiet --disable-pip-version-check

$(BIN)/twiceshy: pyproject.toml $(wildcard wings/*/pyproject.toml) requirements/run.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --no-deps -r requirements/run.txt
	$(PIP) --no-index --no-deps --no-build-isolation $(OURS)
	@touch $@

$(VENV)/.dev: $(BIN)/twiceshy requirements/dev.txt
	$(PIP) --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

report: $(BIN)/twiceshy
	@$(BIN)/twiceshy report --first-look

# One more than there are processors, as tests wait for programs, browsers and each other; each collects all tests (12 s).
PROCESSORS := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 8 ? n : 8)))
WORKERS ?= $(shell n=$(PROCESSORS); echo $$((n < 7 ? n + 1 : 8)))

# Types are checked beside the tests: that takes 50 s of one processor. What they say stands below the tests' summary.
test: quick
	@$(BIN)/mypy >$(VENV)/types.txt 2>&1 & types=$$!; trap 'kill $$types' INT TERM; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal; tests=$$?; \
	wait $$types; types=$$?; cat $(VENV)/types.txt; exit $$((tests || types))

check: quick
	@$(BIN)/mypy --num-workers $(PROCESSORS); types=$$?; rm -f .mypy_worker.*.json; exit $$types

quick: $(VENV)/.dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports

fix: $(VENV)/.dev
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# WORDS="--port 8321" is handed on to `twiceshy serve`.
team: $(VENV)/.dev
	@$(BIN)/python deploy/start_team.py -- $(WORDS)

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

mutants: $(VENV)/.dev
	$(BIN)/python -m benchmarks mutants

alone: $(VENV)/.dev
	$(BIN)/python -m benchmarks alone

release: $(VENV)/.dev test
	$(BIN)/python docs/release.py $(VERSION)

pins: $(VENV)/.dev
	$(BIN)/python docs/pin_requirements.py

# A folder or zip file of OSV records for PyPI, got by yourself: nothing is fetched.
vulnerabilities: $(VENV)/.dev
	$(BIN)/python docs/check_vulnerabilities.py $(OSV)

agents:
	npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix .agents $(AGENTS)
