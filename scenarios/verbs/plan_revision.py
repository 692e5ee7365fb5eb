"""Next year's revision: what was decided is kept, and what new data would change is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, estimate, listing, number, plural
from scenarios.question.scenario_model import Decision
from scenarios.question.scenario_reading import Scenario
from scenarios.scenario_run import Draw, assess, prepare, program_inputs
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import SCHEMA_VERSION, Results, read_json, records, write_json
from scenarios.terminal.progress import Tell, silent, step
from siting.program.plan_tables import Plan
from siting.solve import solve

DOCUMENT, TABLE = "revision.json", "revision.csv"
# A decision is kept to the kilowatt: a thousandth of a MW below what was written is no change.
KILOWATT = 1e-3
PLACES = {"departement": "departement_code", "epci": "epci_code"}


@dataclass(frozen=True)
class Revision:
    """A question with what was decided locked in, and what is compared once it is answered.

    ``decided`` : index site_id, ``mw_before``, ``is_possible`` and ``lost_fr`` (why not);
    ``free`` : the plan of the same question without these locks; ``euro`` : M€-equivalent a unit
    of the objective.
    """

    scenario: Scenario
    before: Results
    decided: pd.DataFrame
    free: Plan
    euro: float


def revision_of(scenario: Scenario, pack: Pack, before: Results, tell: Tell = silent) -> Revision:
    """Return the question with the sites of a former plan held at least at their MW.

    Parameters
    ----------
    scenario : the question, on today's data.
    pack : today's layers.
    before : the results folder of what was decided.
    tell : hears the steps.

    Returns
    -------
    The question to run; a site that is no longer a candidate is not held, and says why.

    Raises
    ------
    SitingError : SIT400 when the folder retains no site, and what the question raises by itself.
    """
    last = before.summary["periods"][-1]
    retained = before.sites[before.sites[f"it_mw_{last}"] > 0]
    if retained.empty:
        raise SitingError("SIT400", "ce plan ne retient aucun site", where=str(before.folder))
    with step(tell, "sites décidés retrouvés dans les données d'aujourd'hui"):
        evidence, values, factors = prepare(scenario, pack)
    decided = pd.DataFrame({"mw_before": retained[f"it_mw_{last}"].astype(float)})
    lost = {site: _lost(evidence.sites, site) for site in decided.index}
    decided = decided.assign(
        lost_fr=pd.Series(lost), is_possible=[not lost[site] for site in decided.index]
    ).sort_index()
    with step(tell, "le même besoin, sans rien garder"):
        coefficients = assess(scenario, pack, evidence, factors)
        inputs = program_inputs(scenario, pack, evidence, coefficients, values, factors)
        free = solve(inputs, answers=False)
    weight = inputs.weights.get("connection_cost", 0.0)
    euro = inputs.references["connection_cost"].number / weight if weight else float("nan")
    return Revision(_held(scenario, decided, before), before, decided, free, euro)


def _lost(sites: pd.DataFrame, site: str) -> str:
    """Say why a site cannot be held any more; nothing when it can."""
    if site not in sites.index:
        return "absent des données d'aujourd'hui"
    row = sites.loc[site]
    if row["fate"] != "candidat":
        return str(row.get("fate_reason_fr") or "n'est plus candidat")
    if not bool(row.get("retainable", True)):
        return "candidat, mais à vérifier sur place avant d'être retenu"
    return ""


def _held(scenario: Scenario, decided: pd.DataFrame, before: Results) -> Scenario:
    """Return the question with each decided site bounded from below, and the journal saying so."""
    least = dict(scenario.sites.min_mw)
    for site, mw in decided.loc[decided["is_possible"], "mw_before"].items():
        kept = math.floor(float(mw) / KILOWATT) * KILOWATT
        least[str(site)] = max(round(kept, 3), least.get(str(site), 0.0))
    entry = Decision(
        key="sites.min_mw",
        decided_by="plan précédent",
        decided_on=date.fromisoformat(before.summary["reference_date"]),
        why=f"sites déjà décidés dans le dossier « {before.folder.name} »",
    )
    return scenario.model_copy(
        update={
            "sites": scenario.sites.model_copy(update={"min_mw": least}),
            "journal": (*scenario.journal, entry),
        }
    )


def drawn_with(revision: Revision, draw: Draw) -> Draw:
    """Return what draws a run's pages, and writes the revision beside them.

    Parameters
    ----------
    revision : from ``revision_of``.
    draw : what draws the pages of a run.

    Returns
    -------
    What ``run`` takes as ``draw``.
    """

    def drawn(results: Results, into: Path) -> Path:
        document = compared(revision, results)
        write_json(into / DOCUMENT, document)
        write_csv(pd.DataFrame(document["sites"]), into / TABLE)
        return draw(results, into)

    return drawn


def compared(revision: Revision, results: Results) -> dict[str, Any]:
    """Return what was kept, what new data would change, and what keeping costs.

    Parameters
    ----------
    revision : from ``revision_of``.
    results : the run of its question.

    Returns
    -------
    A document for JSON: ``sites`` (one row a site of any of the three plans, MW before, now, and
    without keeping), bounds in M€-equivalent, ``text_fr``.
    """
    last = results.summary["periods"][-1]
    now = results.sites[f"it_mw_{last}"].astype(float)
    free = revision.free.it_mw(last)
    before, decided = revision.decided["mw_before"], revision.decided
    every = sorted({*before.index, *now.index[now > 0], *free.index})
    table = pd.DataFrame(index=pd.Index(every, name="site_id"))
    for column, mw in (("mw_before", before), ("mw_now", now), ("mw_free", free)):
        table[column] = mw.reindex(table.index).fillna(0.0).round(6)
    table["lost_fr"] = decided["lost_fr"].reindex(table.index).fillna("")
    places = ["commune_name", "departement_code", "epci_code"]
    known = pd.concat([results.sites[places], revision.before.sites[places]])
    table = table.join(known[~known.index.duplicated()])
    outcome, solver = revision.free.outcome, results.summary["solver"]
    low = max(0.0, solver["bound"] - outcome.objective) * revision.euro
    high = max(0.0, solver["objective"] - outcome.bound) * revision.euro
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "after": revision.before.folder.name,
        "period": last,
        "low_meur": round(low, 6) if low == low else None,
        "high_meur": round(high, 6) if high == high else None,
        "same": {grain: _same(table, grain) for grain in (*PLACES, "site")},
        "sites": records(table.reset_index()),
    }
    return document | {"text_fr": _said(document, table)}


def _same(table: pd.DataFrame, grain: str) -> float:
    """Return the share of the MW decided that the new plan leaves in the same place."""
    keys = table.index if grain == "site" else table[PLACES[grain]].astype(str)
    held = table[["mw_before", "mw_now"]].groupby(np.asarray(keys)).sum()
    return round(float(held.min(axis=1).sum() / held["mw_before"].sum()), 6)


def _said(document: dict[str, Any], table: pd.DataFrame) -> list[str]:
    kept = table[(table["mw_before"] > 0) & (table["lost_fr"] == "")]
    department, epci, site = (
        f"{number(100 * document['same'][grain])}{NARROW}%" for grain in (*PLACES, "site")
    )
    lines = [
        f"{plural(len(kept), 'site décidé', 'sites décidés')} dans « {document['after']} » gardés, "
        "avec au moins leur puissance.",
        f"Des MW décidés, {department} restent dans leur département, {epci} dans leur "
        f"intercommunalité, {site} sur leur site.",
    ]
    lost = table[table["lost_fr"] != ""]
    lines += [f"{_name(row)} n'est pas gardé : {row['lost_fr']}" for row in _rows(lost)]
    added = table[(table["mw_before"] == 0) & (table["mw_now"] > 0)]
    lines += _listed("Entrent pour servir le besoin d'aujourd'hui", added)
    out = kept[kept["mw_free"] == 0]
    into = table[(table["mw_before"] == 0) & (table["mw_free"] > 0)]
    if out.empty:
        lines.append("Les données d'aujourd'hui ne font sortir aucun site gardé.")
    lines += _listed("Sans rien garder, sortiraient", out)
    lines += _listed("Sans rien garder, entreraient", into)
    return [*lines, *_cost(document)]


def _cost(document: dict[str, Any]) -> list[str]:
    low, high = document["low_meur"], document["high_meur"]
    if high is None:
        return ["Ce que garder coûte n'est pas évalué : le coût ne pèse pas dans ce scénario."]
    most = f"{estimate(high, 2)}{NO_BREAK}M€ pondérés"
    if low == 0:
        return [f"Garder ces sites coûte au plus {most}{NO_BREAK}: peut-être rien."]
    return [f"Garder ces sites coûte de {estimate(low, 2)} à {most} de plus que tout revoir."]


def _listed(title: str, table: pd.DataFrame) -> list[str]:
    if table.empty:
        return []
    return [f"{title}{NO_BREAK}: {listing(_name(row) for row in _rows(table))}."]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return records(table.reset_index())


def _name(row: dict[str, Any]) -> str:
    return f"{row['commune_name']} ({row['site_id']})"


def revision_lines(folder: Path) -> list[str]:
    """Return what a run « after » another says, read back from its folder.

    Parameters
    ----------
    folder : a results folder.

    Returns
    -------
    French lines; none when it is no revision.
    """
    path = folder / DOCUMENT
    return list(read_json(path)["text_fr"]) if path.is_file() else []
