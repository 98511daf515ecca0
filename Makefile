# `make help` lists what can be done. Everything runs in .venv, which the first target makes.
PYTHON ?= python3.10
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED = false
export TF_CPP_MIN_LOG_LEVEL = 3

.DEFAULT_GOAL := help

help: ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

run: .venv/installed ## start the assistant and print where to chat
	@$(BIN)/python -m bot run

install: .venv/installed ## build the environment, nothing more

train: .venv/installed ## train the model if the training data has changed
	@$(BIN)/python -m bot train

test: .venv/installed-dev train ## run all tests
	@$(BIN)/python -m pytest -q

check: .venv/installed-dev ## lint, types and training data
	@$(BIN)/ruff check .
	@$(BIN)/mypy bot actions backend
	@mkdir -p var && $(BIN)/python -m bot.runtime.quiet_rasa data validate --quiet >var/validate.log 2>&1 || \
		{ cat var/validate.log; exit 1; }

evaluate: .venv/installed-dev ## measure understanding and safety, into docs/evaluation.md
	@$(BIN)/python -m tests.evaluate

faq-report: .venv/installed ## write a page with every FAQ answer, its source and its score
	@$(BIN)/python -m bot faq-report

bench-backend: .venv/installed-dev ## measure the booking backend on both databases
	@$(BIN)/python -m bench.backend

bench-classifiers: .venv/installed-dev ## measure classifiers of intents side by side
	@$(BIN)/python -m bench.classifiers

lock: .venv/installed-dev ## pin requirements/*.in again
	@cd requirements && for set in bootstrap run; do ../$(BIN)/uv $(LOCK) $$set.in -o $$set.txt; done
	@cd requirements && ../$(BIN)/uv $(LOCK) run.in dev.in -o dev.txt

clean: ## forget the environment, the models and what runs left behind
	rm -rf .venv var build models/*.tar.gz models/*.joblib .rasa

LOCK := pip compile --quiet --python-version 3.10 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
INSTALL = $(BIN)/uv pip install --compile-bytecode --python $(BIN)/python --require-hashes -r

.venv/bin/uv: requirements/bootstrap.txt
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' || \
		{ echo "Python 3.10 is missing. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.10"; exit 1; }
	@echo "Makes the Python environment .venv ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/installed: .venv/bin/uv requirements/run.txt
	@echo "Installs the packages (3 GB, about a minute) ..."
	@$(INSTALL) requirements/run.txt
	@$(BIN)/python -m bot language-model
	@touch $@

.venv/installed-dev: .venv/installed requirements/dev.txt
	@echo "Installs the tools for tests and checks ..."
	@$(INSTALL) requirements/dev.txt
	@touch $@

.PHONY: help run install train test check evaluate faq-report bench-backend bench-classifiers \
	lock clean
