"""From the words of a scenario to what the program takes: rules, thresholds, projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import siting
import siting.program.rules
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value, in_force, read_parameter_file, read_parameters
from layers.words.errors import SitingError
from layers.words.french import listing, plural
from layers.words.french_cells import folded
from scenarios.question.audit.datacenter_audit import Audit, read_audit, status_fr, totals
from scenarios.question.known_names import OWN_KEYS, advice, rule_names, rule_values
from scenarios.question.scenario_reading import Scenario
from siting.program.program_inputs import Demand, FixedProject, RuleSetting
from siting.program.rule_registry import RULES, Rule, policy_parameters
from siting.screening.criteria import CRITERIA

__all__ = [
    "demand_of",
    "departements_asked",
    "known_territory",
    "rule_settings",
    "screening_values",
]

SCREENING = Path(siting.__file__).parent / "screening"
PROCEDURES = Path(__file__).parent / "procedures.toml"

# Values of rules that are shares of a whole.
SHARES = ("_share", "erf_min", "reduction")


def screening_values(scenario: Scenario, factors: Mapping[str, Value]) -> dict[str, Value]:
    """Return the thresholds in force, with those that the scenario replaces, its area and reach.

    Parameters
    ----------
    scenario : gives the day, the minimum area (ha) and the smallest site (IT MW).
    factors : constants of the footprints; ``grid.connection_floor`` turns IT MW into MW at the
        meter.

    Returns
    -------
    Values by name, « criteria.min_area_ha » and « criteria.reach_min_mw » among them.
    """
    values = in_force(read_parameters(SCREENING), scenario.reference_date)
    for name in (*scenario.candidates.criteria, *scenario.ranking.weights):
        values |= {value.name: value for value in (CRITERIA[name].own if name in CRITERIA else ())}
    ratio = factors["grid.connection_floor"].number
    for key, label, unit, number in (
        ("min_area_ha", "Surface minimale d'un site", "ha", scenario.candidates.min_area_ha),
        ("reach_min_mw", "Raccordement minimal utile", "MW", scenario.sizes.min_mw * ratio),
    ):
        values[f"criteria.{key}"] = chosen(f"criteria.{key}", label, unit, number, scenario)
    values |= {
        name: chosen(name, values[name].label_fr, values[name].unit, number, scenario)
        for name, number in scenario.assumptions.items()
    }
    if scenario.candidates.with_project:
        name = "criteria.no_project_max"
        values[name] = replace(values[name], value=1.0)
    return values | {"grid.hta_site_mw": _hta_practice(scenario)}


def _hta_practice(scenario: Scenario) -> Value:
    """Return the most a site draws in HTA: one value bounds each line, and bills the rule C15."""
    asked = scenario.rules.get("grid.yard_capacity")
    if isinstance(asked, Mapping) and "hta_site_mw" in asked:
        return _setting("grid.yard_capacity", asked, scenario).overrides["hta_site_mw"]
    return in_force(policy_parameters(), scenario.reference_date)["grid.hta_site_mw"]


def fact_values(facts: Mapping[str, Any]) -> dict[str, Value]:
    """Return the territory's figures that are one number, with their papers, as values.

    Parameters
    ----------
    facts : the pack's facts by name, see ``Pack.facts``; those that are not one number are left
        out.

    Returns
    -------
    Values by name, « facts.… ».
    """
    return {
        f"facts.{name}": Value(
            name=f"facts.{name}",
            label_fr=body["label_fr"],
            unit=body["unit"],
            scope="P",
            value=float(body["value"]),
            low=body.get("low"),
            high=body.get("high"),
            law="fixed",
            status=body["status"],
            reference=body["reference"],
            since=date(int(body.get("year", 2026)), 1, 1),
        )
        for name, body in facts.items()
        if isinstance(body, dict) and isinstance(body.get("value"), int | float)
    }


def procedure_values(day: date) -> dict[str, Value]:
    """Return the thresholds of the procedures that a sheet cites; the program reads none.

    Parameters
    ----------
    day : the reference date.

    Returns
    -------
    Values in force that day by name, « procedures.… ».
    """
    found = read_parameter_file(PROCEDURES)
    return in_force({f"procedures.{key}": entry for key, entry in found.items()}, day)


def pack_projects(pack: Pack) -> dict[str, FixedProject]:
    """Return the announced and existing projects of the pack, as the program takes them.

    Parameters
    ----------
    pack : where they are declared.

    Returns
    -------
    Projects by name; what the program does not take of them is left out.
    """
    wanted = {field.name for field in fields(FixedProject)} - {"name"}
    return {
        name: FixedProject(name=name, **{key: body[key] for key in wanted if key in body})
        for name, body in pack.projects().items()
    }


def chosen(
    name: str, label: str, unit: str, value: Any, scenario: Scenario, decision: str = ""
) -> Value:
    """Return a value that the scenario itself sets: an assumption of scope « choix ».

    Parameters
    ----------
    name : key of the value, such as « criteria.min_area_ha ».
    label : what it is, in French.
    unit : its unit, « 1 » for none.
    value : a number, or a table of numbers by year.
    scenario : who sets it, and since when.
    decision : words added to the reference: who decided it, when and why.

    Returns
    -------
    A value without a range, of status « assumption ».
    """
    return Value(
        name=name,
        label_fr=label,
        unit=unit,
        scope="U",
        value=value,
        low=None,
        high=None,
        law="fixed",
        status="assumption",
        reference=f"Scénario « {scenario.name} »{decision}",
        since=scenario.reference_date,
        by_user=True,
    )


def rule_settings(scenario: Scenario) -> dict[str, RuleSetting]:
    """Return how the scenario takes each rule; every unknown name or key is told at once.

    Parameters
    ----------
    scenario : its table [rules].

    Returns
    -------
    One setting a rule named, by name; values replaced are for the rules the program builds.

    Raises
    ------
    SitingError : SIT200 when a value is impossible (negative, not a number, a share above 1),
        SIT202 when only names are wrong.
    """
    wrong = [text for _, text in rule_values(scenario.rules)]
    faults = [*wrong, *(text for _, text in rule_names(scenario.rules))]
    if faults:
        raise SitingError(
            "SIT200" if wrong else "SIT202",
            f"{plural(len(faults), 'défaut')} dans les règles",
            where=f"scénario « {scenario.name} », table [rules]",
            hint=" ; ".join(faults),
        )
    asked = {name: _setting(name, body, scenario) for name, body in sorted(scenario.rules.items())}
    return asked | ({"sites.locks": RuleSetting()} if scenario.sites.any else {})


def _setting(name: str, body: bool | Mapping[str, Any], scenario: Scenario) -> RuleSetting:
    if isinstance(body, bool):
        return RuleSetting(enabled=body)
    overrides = (
        {
            key: _override(RULES[name], key, value, body, scenario)
            for key, value in body.items()
            if key not in OWN_KEYS
        }
        if name in RULES
        else {}
    )
    return RuleSetting(
        enabled=bool(body.get("enabled", True)),
        hard=bool(body.get("hard", True)),
        penalty=float(body.get("penalty", RuleSetting().penalty)),
        overrides=overrides,
    )


def _override(
    rule: Rule, key: str, value: Any, body: Mapping[str, Any], scenario: Scenario
) -> Value:
    decided = ""
    if body.get("decided_by"):
        on = body.get("decided_on")
        day = f"{on:%d/%m/%Y}" if isinstance(on, date) else str(on or "")
        decided = f", décidé par {body['decided_by']} {day} : {body.get('why', '')}".rstrip(" :")
    table = {str(year): float(v) for year, v in value.items()} if isinstance(value, dict) else value
    if not isinstance(table, dict | float | int) or isinstance(table, bool):
        raise SitingError(
            "SIT200", f"« {key} » doit être un nombre", where=f"règle {rule.name}, clé {key}"
        )
    _refuse_impossible(table, rule, key)
    name = rule.values[key]
    known = policy_parameters()[name]
    return chosen(name, known.label_fr, known.unit, table, scenario, decided)


def _refuse_impossible(value: float | dict[str, float], rule: Rule, key: str) -> None:
    numbers = value.values() if isinstance(value, dict) else [value]
    if key.endswith(SHARES) and any(number > 1 for number in numbers):
        raise SitingError(
            "SIT200",
            f"« {key} » est une part, de 0 à 1",
            where=f"règle {rule.name}, clé {key}",
            hint="écrivez 0.8 pour 80 %",
        )
    if any(number < 0 or number != number for number in numbers):
        raise SitingError(
            "SIT200",
            f"« {key} » ne peut pas être négatif ni indéfini",
            where=f"règle {rule.name}, clé {key}",
        )


def departements_asked(scenario: Scenario, pack: Pack) -> tuple[str, ...] | None:
    """Return the départements a scenario is limited to, named by their codes or their names.

    Parameters
    ----------
    scenario : its territory: a pack's name, or a list such as ["33", "Creuse"].
    pack : the départements it holds.

    Returns
    -------
    Codes in the order asked, without repeats; None for the whole pack.
    """
    if isinstance(scenario.territory, str):
        return None
    names = _departement_names(pack)
    return tuple(dict.fromkeys(names.get(folded(each), each) for each in scenario.territory))


def _departement_names(pack: Pack) -> dict[str, str]:
    """Return the code of each département by its code and by its name, as they are compared."""
    table = pack.table("departements")
    codes = table["departement_code"].astype(str)
    by_name = dict(zip(table["name"].map(folded), codes, strict=True))
    return by_name | {folded(code): code for code in codes}


def known_territory(scenario: Scenario, pack: Pack) -> None:
    """Refuse a territory the pack does not hold: a name, or codes of départements.

    Parameters
    ----------
    scenario : its territory.
    pack : the départements it holds, and its folder's name.

    Raises
    ------
    SitingError : SIT202, naming every stranger and what is known.
    """
    asked = scenario.territory
    near: list[str] = []
    if isinstance(asked, str):
        known = sorted({pack.territory.name, pack.folder.resolve().name})
        strangers = [asked] if asked not in known else []
    else:
        names = _departement_names(pack)
        known = sorted(set(names.values()))
        strangers = [code for code in asked if folded(code) not in names] or [""][: not asked]
        near = get_close_matches(folded(strangers[0]), names, n=1) if strangers else []
    if strangers:
        told = f"vouliez-vous dire « {near[0]} » ({names[near[0]]}) ? " if near else ""
        raise SitingError(
            "SIT202",
            f"territoire inconnu du lot : « {listing(strangers)} »",
            where="territory",
            hint=f"{told}connus : {', '.join(known)} ; un autre territoire se construit avec "
            "« siting layers build --from exports --territory 19,23,87 »",
        )


def existing(scenario: Scenario) -> dict[str, Any]:
    """Return the existing IT MW and who says so: an assumption until an audit is read.

    Parameters
    ----------
    scenario : its figure, or the audit that replaces it.

    Returns
    -------
    ``existing_it_mw`` (IT MW), ``existing_status_fr``, ``measured_share`` (0 to 1, None without an
    audit), and the audit's other figures.

    Raises
    ------
    SitingError : what ``read_audit`` raises.
    """
    audit = audit_of(scenario)
    if audit is None:
        return {
            "existing_it_mw": scenario.demand.existing_it_mw,
            "existing_status_fr": "hypothèse",
            "measured_share": None,
        }
    found = totals(audit)
    return {**found, "existing_status_fr": status_fr(found)}


def audit_of(scenario: Scenario, pack: Pack | None = None) -> Audit | None:
    """Return the audit that a scenario gives, its centres in the territory asked; None without.

    Parameters
    ----------
    scenario : names the file.
    pack : the communes, to check the codes against; None to check their form only.

    Returns
    -------
    The audit, without a fault.

    Raises
    ------
    SitingError : what ``read_audit`` raises.
    """
    if scenario.demand.audit is None:
        return None
    communes = None
    if pack is not None:
        communes = pack.table("communes").set_index("commune_code")["name"].to_dict()
    inside = None if isinstance(scenario.territory, str) else scenario.territory
    return read_audit(Path(scenario.demand.audit), communes).inside(inside)


def projects_of(
    scenario: Scenario, projects: Mapping[str, FixedProject]
) -> tuple[FixedProject, ...]:
    """Return the announced projects the scenario takes as decided.

    Parameters
    ----------
    scenario : its list of names.
    projects : those of the pack, by name.

    Returns
    -------
    The projects, in the scenario's order.

    Raises
    ------
    SitingError : SIT202, naming every unknown project.
    """
    wanted = scenario.demand.fixed_projects
    unknown = [name for name in wanted if name not in projects]
    if unknown:
        raise SitingError(
            "SIT202",
            " ; ".join(f"projet inconnu « {n} »{advice(n, projects)}" for n in unknown),
            where="demand.fixed_projects",
            hint=f"connus : {', '.join(projects)}",
        )
    return tuple(projects[name] for name in wanted)


def demand_of(scenario: Scenario, projects: Mapping[str, FixedProject]) -> Demand:
    """Return the need, with the announced projects the scenario takes as decided.

    Parameters
    ----------
    scenario : IT MW by period, existing power and utilisation.
    projects : those of the pack, by name.

    Returns
    -------
    Need and existing power in IT MW; utilisation from 0 to 1.

    Raises
    ------
    SitingError : what ``existing`` and ``projects_of`` raise.
    """
    found = existing(scenario)
    return Demand(
        it_mw={year: scenario.demand.it_mw[year] for year in scenario.periods},
        existing_it_mw=found["existing_it_mw"],
        utilisation=scenario.demand.utilisation,
        fixed=projects_of(scenario, projects),
        told_gwh=found.get("told_gwh", 0.0),
        untold_mw=found.get("untold_mw"),
        existing_water_m3=found.get("told_water_m3"),
        silent_water=found.get("silent_water", 0),
    )


def opening_cost(scenario: Scenario, policy: Mapping[str, Value]) -> float:
    """Return the M€ an opening costs: the scenario's, else the dated assumption.

    Parameters
    ----------
    scenario : the question, checked.
    policy : the dated assumptions in force, by name.

    Returns
    -------
    M€ a site opened.
    """
    told = scenario.sizes.opening_cost_meur
    return policy["sizes.opening_cost_meur"].number if told is None else told
