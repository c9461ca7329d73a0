# What people and CI call. `make chat` and `make test` set up what they need in .venv.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help chat serve test check quality peers bench trial install texts wheel clean

IN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
RECIPE := pyproject.toml constraints.txt
PIP_INSTALL = $(IN)/python -m pip install --disable-pip-version-check -c constraints.txt

help: ## show this
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

chat: $(READY) ## ask the library in the terminal; also: echo "a question" | make chat
	@$(IN)/python -m bot chat $(ARGS)

serve: $(READY) ## run the Telegram bot (needs TELEGRAM_BOT_TOKEN)
	@$(IN)/python -m bot serve $(ARGS)

install: $(READY) ## set up only

test: $(READY_DEV) ## run the tests with coverage, one process a core
	@$(IN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term $(ARGS)

check: $(READY_DEV) ## style, types and the direction of imports
	@$(IN)/ruff check .
	@$(IN)/ruff format --check .
	@$(IN)/mypy
	@$(IN)/lint-imports

quality: $(READY_DEV) ## measure answers on the question sets in SHARED_DIR
	@$(IN)/python -m benchmarks.quality $(ARGS)
	@$(IN)/python -m benchmarks.engines

peers: $(READY_DEV) ## compare ranking with plain search and other libraries (1.5 GB each)
	@$(IN)/python -m benchmarks.peers_quality $(ARGS)

bench: $(READY_DEV) ## measure speed, memory and disk beside other libraries (1.5 GB each)
	@$(IN)/python -m benchmarks.peers_speed $(ARGS)

trial: $(READY_DEV) ## try the bot against the simulated Telegram in SHARED_DIR
	@$(IN)/python -m benchmarks.telegram_trial $(ARGS)

texts: $(READY_DEV) ## bring the translations in bot/locales up to the texts in the code
	@mkdir -p build
	@$(IN)/pybabel -q extract --no-location --output=build/passagebot.pot bot
	@$(IN)/pybabel -q update --domain=passagebot --input-file=build/passagebot.pot --output-dir=bot/locales \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100

wheel: $(READY_DEV) ## build the wheel into dist/
	@$(IN)/python -m build --wheel --no-isolation --outdir dist

clean: ## remove the virtual environment and everything that was built
	@rm -rf $(VENV) dist build .coverage .coverage.*

# The noise of an installation goes to stderr: stdout belongs to the answers. pip draws its bars
# on a terminal, and is silent elsewhere.
define install
	@{ echo "passagebot: installing into $(VENV) (a few minutes, once) ..."; \
	   quiet=--quiet; if [ -t 2 ]; then quiet=; fi; \
	   $(PIP_INSTALL) $$quiet -e $(1) </dev/null; touch $(2); } >&2
endef

$(READY): $(RECIPE) | $(VENV)/.made
	$(call install,.,$@)

$(READY_DEV): $(RECIPE) | $(VENV)/.made
	$(call install,'.[dev]',$(READY) $@)

$(VENV)/.made:
	@{ $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	   || { echo "passagebot: $(PYTHON) is not Python 3.11 or newer; install it, or name one: make PYTHON=python3.12 chat"; exit 2; }; \
	   $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	   || { echo "passagebot: $(PYTHON) cannot make virtual environments; run: sudo apt-get install python3-venv"; exit 2; }; \
	   $(PYTHON) -m venv $(VENV); touch $@; } >&2
