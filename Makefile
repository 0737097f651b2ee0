# Two commands do all the set-up on a fresh machine: `make report` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# What the tests of hooks were last seen to pass with; npm's, and about 750 MB.
AGENTS := @anthropic-ai/claude-code@2.1.197 @openai/codex@0.169.0 @google/gemini-cli@0.61.0

.PHONY: help report test check fix docs bench mutants alone release agents
help:
	@echo "make report   read the agent logs on this machine (else a sample project) and print what stands out"
	@echo "make test     every check and every test"
	@echo "make check    lint, format, types, layers: seconds"
	@echo "make fix      format and mend what ruff can"
	@echo "make docs     generate the reference pages and pasted help"
	@echo "make agents   agents' own programs, for the tests that drive them (needs Node.js 20 and npm)"
	@echo "make bench    the benchmarks whose figures stand in docs/benchmarks.md"
	@echo "make mutants  which small faults in five rooms their own tests notice (about an hour)"
	@echo "make alone    how far each module is covered by its own test file alone (about 20 minutes)"
	@echo "make release VERSION=1.2.3   join the fragments of changes/ into CHANGELOG.md, set the version, tag"

$(BIN)/twiceshy: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(BIN)/twiceshy
	$(BIN)/python docs/dev_requirements.py | \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r /dev/stdin
	@touch $@

report: $(BIN)/twiceshy
	@$(BIN)/twiceshy report --first-look

test: check
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.dev
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

mutants: $(VENV)/.dev
	$(BIN)/python -m benchmarks mutants

alone: $(VENV)/.dev
	$(BIN)/python -m benchmarks alone

release: $(VENV)/.dev test
	$(BIN)/python docs/release.py $(VERSION)

agents:
	npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix .agents $(AGENTS)
