# Everything a developer does, each in one word. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-deep worst-day check lock bench load docs shell ledger-audit backup restore environment \
	environment-demo

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
DATA_DIR ?= .data
DEMO ?= 1
ARGS ?=
# Stories in a browser mostly wait, so that two cores are filled by three.
WORKERS ?= 3
SEED ?= 1
MINUTES ?= 20
BIN := .venv/bin
export PORT DATA_DIR DEMO
# Python keeps what it compiled, whatever the shell says: without that each process of the product
# compiles all of Django again when it starts.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: environment-demo ## Serve the product on http://localhost:$(PORT) (PORT, DATA_DIR, DEMO)
	@$(PYTHON) -m scripts.system_packages run
	@exec $(BIN)/python -m scripts.run

test: environment ## Run every test (ARGS for pytest: make test ARGS="-k case_24")
	@$(PYTHON) -m scripts.system_packages
	@exec env -u DATA_DIR -u DEMO -u PORT $(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-deep: environment ## Run the long tests: Hypothesis' deep profile, mutations
	@$(PYTHON) -m scripts.system_packages
	@exec env -u DATA_DIR -u DEMO -u PORT DEEP=1 HYPOTHESIS_PROFILE=deep \
		$(BIN)/pytest -m deep --timeout 3600 $(ARGS)

worst-day: environment ## Rehearse a day on which everything goes wrong (SEED, MINUTES, ARGS)
	@exec env -u DATA_DIR -u DEMO -u PORT $(BIN)/python -m tests.worst_day \
		--seed $(SEED) --minutes $(MINUTES) $(ARGS)

check: environment ## Format, lint, types, contracts, migrations, deploy check, house tests
	@exec $(BIN)/python -m scripts.check $(ARGS)

lock: ## Pin pyproject.toml and package.json again (ARGS=--upgrade moves versions)
	@$(PYTHON) -m scripts.lock $(ARGS)

bench: environment ## Measure our figures beside their peers (ARGS="B2 B3" runs some)
	@exec $(BIN)/python -m scripts.with_services $(BIN)/python -m bench $(ARGS)

load: environment ## Hold 1,000 readings and 300 viewers for ten minutes (ARGS="--minutes 2 --readings 100")
	@exec $(BIN)/python -m scripts.with_services $(BIN)/python -m bench.load $(ARGS)

docs: environment ## Write docs/api.md and docs/events.md from the code (ARGS=--check compares)
	@exec $(BIN)/python -m scripts.with_services $(BIN)/python -m scripts.write_docs $(ARGS)

shell: environment-demo ## Open Django's shell on the data of `make run`
	@exec $(BIN)/python -m scripts.with_services $(BIN)/python manage.py shell $(ARGS)

ledger-audit: environment-demo ## Prove the ledger of `make run` (or of DATABASE_URL)
	@exec $(BIN)/python -m scripts.with_services $(BIN)/python manage.py ledger_audit $(ARGS)

backup: environment-demo ## Write one file that holds the product of now, while it serves (TO=file)
	@exec $(BIN)/python -m scripts.backup

restore: environment-demo ## Put a backup in the place of what is there (FROM=file, REPLACE=1)
	@exec $(BIN)/python -m scripts.restore

environment:
	@$(PYTHON) -m scripts.environment develop

environment-demo:
	@$(PYTHON) -m scripts.environment demo
