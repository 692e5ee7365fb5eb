"""A plan drawn by hand, judged: its footprint, and what it takes of each rule, no solver."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, estimate, plural, significant
from scenarios.answers.plan_summary import plan_figures
from scenarios.answers.weather_said import weather_said
from scenarios.question.factors.scenario_factors import factors_of
from scenarios.question.program_settings import fact_values, rule_settings, screening_values
from scenarios.question.scenario_reading import Scenario
from scenarios.scenario_run import assess, program_inputs
from scenarios.site_evidence.brought.brought_things import with_brought
from scenarios.site_evidence.evidence_joining import Evidence, gather_evidence, heat_links
from scenarios.storage.results import SCHEMA_VERSION, records
from scenarios.verbs.announced_projects import PackWith, announced, as_brownfields
from scenarios.verbs.drawn_table import Drawing, read_drawing
from siting.program.plan_tables import Plan
from siting.program.presolve import check_inputs
from siting.program.program_inputs import Inputs
from siting.recheck.drawn_plan import Given, drawn_plan, spread_designs
from siting.recheck.plan_recheck import Violation, account, check_plan, unread_fr
from siting.screening import connection_limits
from siting.screening.candidates import CANDIDATE

PHYSICS = "P"
LIMITS_FR = {
    "P02": "terrain utilisable du site",
    "P03": "ce qui est bâti reste",
    "P05": "taille minimale d'un site nouveau, un choix du scénario",
    "P08": "plus petite tranche ajoutée à un site ouvert",
    "P12": "plancher de puissance de la tension",
    "P13": "un seul raccordement par site",
    "P06": "part refroidie par liquide",
    "P07": "puissance au compteur",
    "P09": "plafond de la ligne",
    "P14": "nombre de sites, un choix du scénario",
}


def evaluate(drawn: Path | pd.DataFrame, scenario: Scenario, pack: Pack) -> dict[str, Any]:
    """Return the footprint and the rule bill of a plan drawn by hand.

    ``drawn``: CSV « site_id;it_mw[;design;period] », GeoPackage or table of the same columns; a
    site is a brownfield of the pack or a project it announces (bxia, bx1, bouliac). The document
    has figures by period, the account of every rule, what is broken, and the verdicts of sites.

    Parameters
    ----------
    drawn : CSV « site_id;it_mw[;design;period] », GeoPackage or table of the same columns.
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    Figures by period, the account of every rule, what is broken, and the verdicts of sites.

    Raises
    ------
    SitingError : SIT100, SIT105 or SIT202 when the plan cannot be read.
    """
    drawing = read_drawing(drawn, scenario.periods, scenario.designs.cooling)
    pack, _ = with_brought(scenario, pack)
    names = drawing.sites
    projects = {name: body for name, body in pack.projects().items() if name in names}
    inputs, evidence = _inputs(scenario, pack, names, projects)
    check_inputs(inputs)
    _refuse_far_yards(drawing, inputs)
    plan = drawn_plan(inputs, spread_designs(inputs, drawing.rows), _given(drawing))
    report = document(scenario, inputs, plan, evidence, pack)
    report["answer_fr"] += [*drawing.notes_fr, *_assumed(drawing)]
    return report


def _given(drawing: Drawing) -> Given:
    """Return what a drawing says besides its megawatts."""
    if not drawing.exact:
        return Given(drawing.yards)
    exact = drawing.exact
    return Given(
        drawing.yards, frozenset(drawing.whole), exact["lines"], exact["heat"], exact["backups"]
    )


def _refuse_far_yards(drawing: Drawing, inputs: Inputs) -> None:
    """Refuse a yard that a site cannot reach: a line is never drawn from nowhere."""
    reach = inputs.connections.groupby("site_id")["yard_id"].agg(lambda yards: sorted(set(yards)))
    for site, yard in drawing.yards.items():
        here = reach.get(site, [])
        if yard not in here:
            raise SitingError(
                "SIT202",
                f"« {site} » n'atteint pas le poste « {yard} »",
                where="plan dessiné",
                hint=f"à portée : {', '.join(here[:8])}" if here else "aucun poste à portée",
            )


def _assumed(drawing: Drawing) -> list[str]:
    """Say what a drawing leaves open: a solver may share the same lines out better."""
    drawn = drawing.rows[~drawing.rows["site_id"].isin(drawing.whole)]
    whole = len(drawing.whole)
    told = []
    if whole:
        told.append(
            f"{plural(whole, 'site repris', 'sites repris')} tel{'s' if whole > 1 else ''} quel"
            f"{'s' if whole > 1 else ''}{NO_BREAK}: refroidissements, ligne et chaleur du plan."
        )
    if len(drawn):
        told.append(_supposed(bool((drawn["design"] == "").any())))
    return told


def _supposed(no_design: bool) -> str:
    cooling = f"{NARROW}; le refroidissement qui n'est pas donné est le plus sec"
    return (
        f"Supposé{NO_BREAK}: chaque site prend la ligne suffisante la moins chère, sans regarder "
        f"les autres{cooling if no_design else ''}. Un calcul répartit mieux les postes."
    )


def document(
    scenario: Scenario, inputs: Inputs, plan: Plan, evidence: Evidence, pack: Pack
) -> dict[str, Any]:
    """Write the figures, the account and the sentences of a plan nobody solved.

    Parameters
    ----------
    scenario : the question, checked.
    inputs : what the program read.
    plan : what the program answered.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    pack : the layers.

    Returns
    -------
    A document for JSON.
    """
    facts = fact_values(pack.facts())
    bill = account(inputs, plan)
    physics = [v for v in check_plan(inputs, plan) if v.rule_id.startswith(PHYSICS)]
    broken = bill[bill["excess"] > 0].sort_values(["rule_id", "period", "where"])
    verdicts = evidence.verdicts
    weather = weather_said(scenario, evidence.sites)
    failed = verdicts[
        (verdicts["state"] == "failed")
        & (verdicts["kind"] == "éliminatoire")
        & verdicts["site_id"].isin(inputs.sites.index)
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "status": plan.outcome.status,
        "plan": {
            str(t): plan_figures(inputs, plan, evidence.sites, t, facts) for t in scenario.periods
        },
        "bill": records(bill),
        "broken_rules": records(broken),
        "broken_physics": [vars(violation) for violation in physics],
        "failed_criteria": records(
            failed[["site_id", "criterion", "label_fr", "value", "threshold"]]
        ),
        **({"weather": weather} if weather else {}),
        "answer_fr": [
            *_sentences(bill, physics, failed),
            *unread_fr(inputs),
            *(weather["answer_fr"] if weather else []),
        ],
    }


def _inputs(
    scenario: Scenario, pack: Pack, names: list[str], projects: Mapping[str, Mapping[str, Any]]
) -> tuple[Inputs, Evidence]:
    """Return what the rules read of the drawn sites alone, whatever screening made of them."""
    widened: Any = PackWith(pack, as_brownfields(pack, projects))
    values, factors = _papers(scenario)
    evidence = gather_evidence(scenario, widened, values, factors)
    merged = evidence.sites["merged_into"].reindex(names).fillna("")
    known = set(evidence.sites.index)
    strangers = [name for name in names if name not in known]
    if strangers:
        raise SitingError(
            "SIT202",
            f"{'site inconnu' if len(strangers) == 1 else 'sites inconnus'} : "
            + ", ".join(f"« {name} »" for name in strangers),
            where="plan dessiné",
            hint=_nearest(strangers, known, pack),
        )
    if (merged != "").any():
        name = str(merged.index[merged != ""][0])
        raise SitingError(
            "SIT202",
            f"le site « {name} » est fusionné avec « {merged[name]} »",
            where="plan dessiné",
            hint=f"écrivez « {merged[name]} » à sa place",
        )
    evidence = _only(scenario, evidence, widened, names, values)
    coefficients = assess(scenario, pack, evidence, factors)
    inputs = program_inputs(scenario, pack, evidence, coefficients, values, factors)
    return announced(inputs, projects), evidence


def _nearest(strangers: Sequence[str], known: Collection[str], pack: Pack) -> str:
    near = [get_close_matches(name, known, n=1, cutoff=0.75) for name in strangers]
    asked = [
        f"« {ids[0]} » pour « {name} »" for name, ids in zip(strangers, near, strict=True) if ids
    ]
    if asked:
        return f"vouliez-vous dire {', '.join(asked)} ?"
    projects = ", ".join(sorted(pack.projects()))
    return f"donnez un identifiant de friche du lot, ou un projet annoncé : {projects}"


def _papers(scenario: Scenario) -> tuple[dict[str, Value], dict[str, Value]]:
    rule_settings(scenario)
    factors = factors_of(scenario)
    return screening_values(scenario, factors), factors


def _only(
    scenario: Scenario, evidence: Evidence, pack: Any, names: list[str], values: dict[str, Value]
) -> Evidence:
    """Keep the drawn sites as candidates, with every line and sink in their reach."""
    sites = evidence.sites.copy()
    sites["fate"] = np.where(sites.index.isin(names), CANDIDATE, "hors du plan")
    drawn = sites.loc[names]
    lines = connection_limits.connect(drawn, evidence.yards, values, evidence.posts)
    links = heat_links(drawn, evidence.sinks, pack)
    usable = drawn["area_m2"] * values["candidates.usable_share"].number
    sites.loc[names, "usable_area_m2"] = usable.fillna(0.0)
    return replace(evidence, sites=sites, connections=lines, links=links)


def _sentences(bill: pd.DataFrame, physics: Sequence[Violation], failed: pd.DataFrame) -> list[str]:
    judged = bill["rule_id"].nunique()
    broken = bill[bill["excess"] > 0]
    said = [
        f"{plural(judged, 'règle évaluée', 'règles évaluées')} sans solveur{NARROW}: "
        + (
            f"{plural(broken['rule_id'].nunique(), 'dépassée')}."
            if len(broken)
            else "toutes tiennent, le plan est compatible avec le jeu de règles déclaré."
        )
    ]
    worst = broken.sort_values("excess").groupby("rule_id").tail(1).sort_values("rule_id")
    for row in worst.to_dict("records"):
        kind = "règle dure" if row["hard"] else "règle souple"
        taken = f"{significant(row['activity'])} pour {significant(row['limit'])}"
        unit = f"{NO_BREAK}{row['unit']}"
        said.append(
            f"{row['rule_id']} {row['label_fr']} ({kind}), {row['where']}, {row['period']} : "
            f"{taken}{unit}, écart de {significant(row['excess'])}{unit}."
        )
    for each in physics:
        limit = LIMITS_FR.get(each.rule_id, "autre limite du programme")
        said.append(f"{each.rule_id} {limit}, {each.where}, {each.period} : non tenue.")
    for row in failed.to_dict("records"):
        said.append(f"{row['site_id']} : critère éliminatoire non tenu, {row['label_fr']}.")
    return said


def evaluate_lines(report: Mapping[str, Any]) -> list[str]:
    """Write the verdict for a terminal.

    Parameters
    ----------
    report : what ``evaluate`` gives.

    Returns
    -------
    Lines in French.
    """
    last = max(report["plan"])
    figures = report["plan"][last]
    head = (
        f"En {last}, sur les constantes, plan fixé : "
        f"{significant(figures['it_mw'])}{NO_BREAK}MW informatiques sur "
        f"{plural(figures['sites'], 'site')}, "
        f"{estimate(figures['electricity_twh'])}{NO_BREAK}TWh par an "
        f"(pompes à chaleur{NO_BREAK}: {estimate(figures['pump_gwh'])}{NO_BREAK}GWh), "
        f"{estimate(figures['water_input_m3'])}{NO_BREAK}m³ d'eau apportée, "
        f"{estimate(figures['heat_gwh'])}{NO_BREAK}GWh de chaleur utile, "
        f"{estimate(figures['carbon_kt'])}{NO_BREAK}kt CO2e."
    )
    return [head, *report["answer_fr"]]
