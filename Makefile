# Sur une machine neuve : `make run` et `make test` suffisent, chacun seul.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := run
.PHONY: install run test lint check docs golden faults bench demo clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

run: install
	$(BIN)/siting run

test: install
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy cli.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scenarios.documents.generated_pages --check

check: test lint

docs: install
	$(BIN)/python -m scenarios.documents.generated_pages

# Pannes, forgeries et mutants : une heure au plus, repris où l'on s'est arrêté. `make faults MINUTES=5`.
MINUTES ?= 60
faults: install
	$(BIN)/python -m tests.fault_campaign --minutes $(MINUTES)

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
	@.venv-bench/bin/python bench/machine.py
	@for script in $(sort $(wildcard bench/*/*.py)); do echo "== $$script"; .venv-bench/bin/python $$script || exit 1; done

# Chaque scénario de la bibliothèque et la variante BXIA, deux à la fois, puis la comparaison de
# ceux qui ont un plan. Une impossibilité expliquée (code 5) est une réponse.
SCENARIOS := $(basename $(notdir $(wildcard scenarios/library/*.toml)))
DEMO := $(addprefix demo-,$(SCENARIOS) tendanciel-bxia)
.PHONY: $(DEMO)

demo: install
	@$(MAKE) --no-print-directory -j2 $(DEMO)
	@$(BIN)/siting compare --out resultats $$(for name in $(DEMO:demo-%=%); do \
		if [ -f resultats/$$name/datapackage.json ]; then echo resultats/$$name; fi; done)

demo-tendanciel-bxia: install
	@echo "== tendanciel, BXIA décidé"
	@$(BIN)/siting run tendanciel --set 'demand.fixed_projects=["bxia"]' --out resultats/tendanciel-bxia

$(addprefix demo-,$(SCENARIOS)): demo-%: install
	@echo "== $*"; $(BIN)/siting run $* || [ $$? -eq 5 ]
