# Sur une machine neuve : `make run` et `make test` suffisent, chacun seul.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := run
.PHONY: install run test lint check docs golden bench demo clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

run: install
	$(BIN)/siting run

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy cli.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scenarios.docs --check

check: test lint

docs: install
	$(BIN)/python -m scenarios.docs

golden: install
	$(BIN)/python -m pytest --golden

clean:
	rm -rf .venv .venv-bench resultats build dist

# Les outils comparés (extra « bench ») ne sont jamais installés à côté de l'application.
.venv-bench/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench,dev]"
	@touch $@

bench: .venv-bench/installed
	@for script in bench/*.py; do echo "== $$script"; .venv-bench/bin/python $$script || exit 1; done

# Chaque scénario de la bibliothèque, la variante BXIA, puis la comparaison. Une impossibilité
# expliquée (code 5) est une réponse.
demo: install
	@for name in $$($(BIN)/siting scenario list --json | $(BIN)/python -c "import json, sys; print(*[s['name'] for s in json.load(sys.stdin)])"); do \
		echo "== $$name"; $(BIN)/siting run $$name || [ $$? -eq 5 ] || exit 1; done
	@echo "== tendanciel, BXIA décidé"
	@$(BIN)/siting run tendanciel --set 'demand.fixed_projects=["bxia"]' --out resultats/tendanciel-bxia
	@$(BIN)/siting compare $$(dirname resultats/*/summary.json) --out resultats
