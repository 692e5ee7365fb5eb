"""What a verb shows first, on one screen of 80 columns: the rest is a question away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from layers.words.french import NARROW, NO_BREAK, estimate, number, plural, quantity, significant
from scenarios.answers.headline import headline, water_lines
from scenarios.reading.site_explanation import FATES

# Criteria named of a site: those that weigh most against it.
WORST_TOLD = 4
# Columns that a comparison has room for.
MOST_PLANS = 3
LABEL_WIDTH = 24
COVERAGE_FR = {"whole": "présente", "partial": "en partie", "absent": "absente"}


def layers_screen(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write how much is known by theme: layers present, in part, absent.

    Parameters
    ----------
    table : one row a layer, in the order of themes.

    Returns
    -------
    Lines in French, a head, a theme a line, then how to see more.
    """
    themes = [(str(theme), list(rows)) for theme, rows in groupby(table, key=lambda r: r["theme"])]
    width = max(len(theme) for theme, _ in themes)
    head = f"{'couches':<{width}}  présentes  en partie  absentes (non évaluées)"
    lines = [head]
    for theme, rows in themes:
        count = {name: sum(row["coverage"] == name for row in rows) for name in COVERAGE_FR}
        lines.append(
            f"{theme:<{width}}  {count['whole']:>9}  {count['partial']:>9}  {count['absent']:>8}"
        )
    return [
        *lines,
        f"{plural(len(table), 'couche')}. Leurs noms : --all. Source, licence et réserves : "
        "--details.",
    ]


def rules_screen(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write a line a rule, those that the scenario applies first.

    Parameters
    ----------
    table : from ``rule_table``.

    Returns
    -------
    Lines in French, the head first.
    """
    order = sorted(table, key=lambda rule: not _applied(rule))
    lines = [f"{'':<4} {'règle':<43} {'prise':<12} portée"]
    for rule in order:
        taken = rule["taken_fr"].partition(",")[0].removeprefix("règle ")
        state = taken if rule["can_bite"] != "donnée absente" else "non évaluée"
        label = rule["label_fr"]
        label = label if len(label) <= 43 else f"{label[:42]}…"
        lines.append(f"{rule['rule_id']:<4} {label:<43} {state or 'non évaluée':<12} "
                     f"{rule['scope_fr']}")  # fmt: skip
    return lines


def _applied(rule: Mapping[str, Any]) -> bool:
    return str(rule["taken_fr"]).startswith("règle") and rule["can_bite"] != "donnée absente"


def explain_screen(answer: Mapping[str, Any]) -> list[str]:
    """Write why a site is in or out, what weighs against it, and what would change the answer.

    Parameters
    ----------
    answer : from ``explain_site``.

    Returns
    -------
    French lines.
    """
    state = "retenu" if answer["retained"] else FATES[answer["fate"]]
    lines = [f"{answer['name_fr']}, {answer['commune']}{NO_BREAK}: {state}", answer["why_fr"]]
    if answer["merged_into"]:
        lines.append(f"Voir : {answer['merged_into']}")
    if answer["retained"]:
        power = " ; ".join(f"{t} : {quantity(mw, 'MW', 1)}" for t, mw in answer["it_mw"].items())
        lines.append(f"Puissance informatique : {power}")
    if answer["rank"] is not None:
        low, high = (number(each, 0) for each in answer["score"])
        score = f"{low}" if low == high else f"entre {low} et {high}"
        lines.append(f"Rang {answer['rank']}, score {score} sur 100.")
    lines += _verdicts_told(answer["verdicts"])
    if answer["yards_fr"]:
        more = len(answer["yards_fr"]) - 1
        rest = f" ; {plural(more, 'autre ligne', 'autres lignes')}" if more else ""
        lines.append(f"Raccordement : {answer['yards_fr'][0]}{rest}.")
    lines += [f"Ce qui changerait l'avis : {text}." for text in answer["would_change_fr"]]
    if answer["next_best"]:
        best = answer["next_best"]
        lines.append(f"Meilleur non retenu : {best['name_fr']}, rang {best['rank']}.")
    count = plural(len(answer["verdicts"]), "critère")
    return [
        *lines,
        f"Les {count} avec leurs sources, les refroidissements et les lignes : --all.",
    ]


def _verdicts_told(verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the criteria failed, then those that cost most points."""
    failed = [v for v in verdicts if v["state"] == "failed"]
    graded = [v for v in verdicts if v["state"] == "graded" and v["score"][0] is not None]
    weak = [v for v in sorted(graded, key=lambda v: v["score"][0]) if v["score"][0] < 1]
    told = [f"✗ {v['label_fr']}{_value(v)}" for v in failed]
    told += [
        f"· {v['label_fr']}{_value(v)}, note {number(v['score'][0], 2)}"
        for v in weak[: max(0, WORST_TOLD - len(failed))]
    ]
    return ["Ce qui pèse contre lui :", *(f"  {text}" for text in told)] if told else []


def _value(verdict: Mapping[str, Any]) -> str:
    if verdict["value"] is None:
        return ""
    unit = "" if verdict["unit"] == "1" else verdict["unit"].replace("m3", "m³")
    return f"{NO_BREAK}: {significant(verdict['value'])} {unit}".rstrip()


def compare_screen(document: Mapping[str, Any], plans: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write the plans in columns, each with its year, then what every two of them share.

    Parameters
    ----------
    document : from ``compare``.
    plans : the summary of each plan, in the order of the columns.

    Returns
    -------
    French lines; none when there are more columns than a screen holds.
    """
    if len(plans) > MOST_PLANS:
        return []
    heads = [
        f"{column['name']} {summary['periods'][-1]}"
        for column, summary in zip(document["columns"], plans, strict=True)
    ]
    figures = [summary["plan"][str(summary["periods"][-1])] for summary in plans]
    rows = [
        ("puissance (MW IT)", [number(each["it_mw"]) for each in figures]),
        ("sites", [number(each["sites"]) for each in figures]),
        ("départements", [number(each["departements"]) for each in figures]),
        ("électricité (TWh/an)", _row(figures, "electricity_twh")),
        ("eau (milliers m³/an)", [_water(each) for each in figures]),
        ("sol occupé (ha)", _row(figures, "land_ha")),
        ("chaleur utile (GWh/an)", _row(figures, "heat_gwh")),
        ("carbone (kt CO2e/an)", _row(figures, "carbon_kt")),
        ("raccordement (M€)", [_between(each) for each in figures]),
    ]
    width = max(len(cell) for _, cells in (("", heads), *rows) for cell in cells)
    lines = [
        f"{label:<{LABEL_WIDTH}}" + "".join(f"  {cell:>{width}}" for cell in cells)
        for label, cells in (("", heads), *rows)
    ]
    for pair in document["shared"]:
        shares = ", ".join(
            f"{grain} {number(share)}{NARROW}%" for grain, share in pair["shared_mw_pct"].items()
        )
        lines.append(f"MW en commun, {pair['plans'][0]} et {pair['plans'][1]} : {shares}")
    return [*lines, "Doutes, règles qui serrent et projets autour : --all, ou la page."]


def _row(figures: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    values = [headline(each, name) for each in figures]
    return ["non évalué" if value is None else estimate(value, 2) for value in values]


def _water(figures: Mapping[str, Any]) -> str:
    known = [
        value / 1e3
        for _, name in water_lines(figures)
        if (value := headline(figures, name)) is not None
    ]
    if not known:
        return "non évalué"
    least, most = estimate(min(known), 2), estimate(max(known), 2)
    return least if least == most else f"{least} à {most}"


def _between(figures: Mapping[str, Any]) -> str:
    costs = [figures.get(f"connection_cost_{end}_meur") or 0.0 for end in ("low", "high")]
    low, high = (estimate(cost, 2) for cost in costs)
    return low if low == high else f"{low} à {high}"
