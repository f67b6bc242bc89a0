# One command each; `make help` lists them. Whatever is longer than a line lives in tools/.
HOST ?= 127.0.0.1
PORT ?= 8000
STACK ?= embedded
DATA ?= var
RUN := .venv/bin/python -m
LOCK := .venv/bin/uv pip compile --quiet --universal --no-strip-extras --generate-hashes --python-version 3.11 --no-header --no-emit-index-url
# Ctrl-C is how these are meant to end.
STOPPED := [ $$? -eq 130 ]
export HOST PORT STACK

.DEFAULT_GOAL := help
.PHONY: help run full moderator test lint bench screenshots format lock clean runtime development

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: runtime ## Start the pastebin here: SQLite, nothing else to install (PORT=8000 HOST=127.0.0.1)
	@PASTEBIN_MODE=embedded $(RUN) tools.services --embedded $(DATA) -- $(RUN) tools.run || $(STOPPED)

full: development ## Start it on PostgreSQL and Redis, which it brings along
	@PASTEBIN_MODE=production $(RUN) tools.services --durable var/full -- $(RUN) tools.run || $(STOPPED)

moderator: runtime ## Make an account for /admin/ (STACK=full: for the one that `make full` runs)
	@$(RUN) tools.run moderator

test: development ## Every check and every test, as CI does
	@$(RUN) tools.checks

lint: development ## The checks that need no server
	@$(RUN) tools.checks lint

bench: development ## Measure it beside pgbench, nginx and a bare server (BENCH="--quick --only reads")
	@$(RUN) bench $(BENCH)

screenshots: development ## Take pictures of every page into docs/screenshots/
	@$(RUN) tools.screenshots

format: development ## Format the code and repair what can be repaired
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} +

lock: development ## Write the locks anew from requirements*.in
	@$(LOCK) --output-file requirements.txt requirements.in
	@$(LOCK) --output-file requirements-dev.txt --constraint requirements.txt requirements-dev.in

clean: ## Remove what tools made; the data in var/ stays
	@rm -rf .venv .coverage .mypy_cache .pytest_cache .ruff_cache htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@tools/python tools/install.py requirements.txt

development:
	@tools/python tools/install.py requirements-dev.txt
