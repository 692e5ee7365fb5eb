"""The bill of the rules and the objective of a folder, added up again from its plan."""

from __future__ import annotations

from collections.abc import Iterator

from layers.words.french import significant
from scenarios.storage.results import Results, records
from scenarios.writing.folder_proofs import inputs_of, plan_of
from siting.prices.objective_terms import objective_terms
from siting.recheck.plan_recheck import Violation, account

KEYS = ["rule_id", "where", "period"]
AMOUNTS = ("activity", "limit", "excess")
ALLOWED = 1e-4


def bill_disagreements(results: Results) -> list[Violation]:
    """Compare the bill with what the plan takes of each rule, and the objective with its terms.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Violations « P00 », one a figure that differs by more than a ten-thousandth.
    """
    return [*_bill(results), *_own_parts(results), *_objective(results)]


def _bill(results: Results) -> Iterator[Violation]:
    worked = account(inputs_of(results), plan_of(results)).drop_duplicates(KEYS, keep=False)
    told = results.rules.loc[results.rules["evaluated"]].drop_duplicates(KEYS, keep=False)
    both = told.merge(worked, on=KEYS, suffixes=("", "_again"))
    for row in records(both):
        where, period = f"rules.parquet, {row['rule_id']}, {row['where']}", int(row["period"])
        for name in AMOUNTS:
            shown, again = float(row[name]), float(row[f"{name}_again"])
            if abs(shown - again) > 1e-3 + ALLOWED * abs(again):
                yield Violation(
                    "P00", where, period, abs(shown - again),
                    f"{where}, {period} : {name} {significant(shown, 6)} écrit, "
                    f"{significant(again, 6)} d'après le plan",
                )  # fmt: skip
        if any(row[name] != row[f"{name}_again"] for name in ("rule", "label_fr", "hard", "unit")):
            yield Violation("P00", where, period, 1.0, f"{where} : règle mal nommée ou mal rangée")


def _own_parts(results: Results) -> Iterator[Violation]:
    """Compare what the sites are said to take of a soft rule's excess with the bill's own."""
    if not results.holds("plan/excesses.parquet"):
        return
    parts = results.table("plan/excesses").groupby(KEYS, as_index=False)[["taken", "excess"]].sum()
    bill = results.rules.loc[results.rules["evaluated"], [*KEYS, "activity", "excess"]]
    both = parts.merge(bill.drop_duplicates(KEYS), on=KEYS, how="left", suffixes=("", "_bill"))
    for row in records(both.fillna({"activity": 0.0, "excess_bill": 0.0})):
        # Centres that stand already take the rest of the row, and of its excess.
        whole, shown = float(row["activity"]), float(row["excess"])
        worked = float(row["excess_bill"]) * float(row["taken"]) / whole if whole else 0.0
        if abs(shown - worked) > 1e-3 + ALLOWED * abs(worked):
            where = f"plan/excesses.parquet, {row['rule_id']}, {row['where']}"
            words = f"{significant(shown, 6)} écrit, {significant(worked, 6)} d'après la facture"
            period = int(row["period"])
            yield Violation(
                "P00", where, period, abs(shown - worked), f"{where}, {period} : {words}"
            )


def _objective(results: Results) -> Iterator[Violation]:
    """Compare the solver's words with the terms; our penalties of soft rules only add to them."""
    told = results.descriptor["solver"]
    terms = objective_terms(inputs_of(results), plan_of(results))["objective"]
    soft = results.rules["evaluated"] & ~results.rules["hard"]
    is_passed = bool((results.rules.loc[soft, "excess"].fillna(0.0) > 0).any())
    for name, worked in (("objective", terms.sum()), ("paid", terms[terms > 0].sum())):
        shown, allowed = told.get(name), ALLOWED * max(abs(worked), 1.0)
        if shown is None:
            continue
        only_adds = name == "objective" and is_passed and shown >= worked - allowed
        if abs(shown - worked) > allowed and not only_adds:
            words = f"{significant(shown, 6)} écrit, {significant(worked, 6)} d'après le plan"
            where = f"datapackage.json, solver.{name}"
            yield Violation("P00", where, 0, abs(shown - worked), f"{where} : {words}")
