"""The plan on two printable pages: finding, answer and places; figures, rules, what is assumed."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.words.dated_values import SETTER_FR, scopes_fr
from layers.words.french import NO_BREAK, day, plural
from maps.look.locator_map import NOTE, locator
from maps.look.page_geography import Ground
from maps.look.page_wording import amount, measure, text_of
from maps.look.publisher import Identity
from maps.look.typeface import ASSETS, typeface
from maps.printed.plan_basis import assumed, decided, lacks, silent
from scenarios.answers.first_look import first_look
from scenarios.answers.headline import headline, kept
from scenarios.answers.neo_terra_matrix.demand_choices import bxia_said
from scenarios.answers.neo_terra_matrix.matrix_table import matrix
from scenarios.answers.told.rule_answers import equivalents_fr
from scenarios.storage.results import Results

NAME = "synthese.html"
MOST_SITES = 24
UNTOLD = "non chiffré"
# Term of the plan → words, unit, digits (None: three significant figures).
# A pair of terms is a low and a high end.
FIGURES: Sequence[tuple[str, str, str, int | None]] = (
    ("it_mw", "Puissance informatique placée", "MW", 0),
    ("electricity_twh", "Électricité des sites et des pompes à chaleur", "TWh/an", None),
    ("pump_gwh", "dont pompes à chaleur", "GWh/an", None),
    ("regional_share_pct", "Part de l'électricité régionale", "%", 1),
    ("water_input_m3", "Eau apportée sur site, refroidissement du plan", "m³/an", None),
    ("water_dry_m3", "Eau apportée si tout est sec", "m³/an", None),
    ("water_choice_m3", "Eau apportée si l'opérateur choisit", "m³/an", None),
    ("offsite_water_m3", "Eau consommée hors site", "m³/an", None),
    ("scarcity_m3eq", "Eau pondérée par la rareté", "m³-éq/an", None),
    ("land_ha", "Sol occupé", "ha", None),
    ("reused_ha", "dont déjà artificialisé, réemployé", "ha", None),
    ("enaf_ha", "ENAF consommé", "ha", None),
    ("heat_gwh", "Chaleur utile", "GWh/an", None),
    ("heat_avoided_kt", "Carbone épargné aux réseaux, hors bilan", "kt CO₂e/an", None),
    ("carbon_kt", "Carbone", "kt CO₂e/an", None),
    ("connection_cost_meur", "Raccordement", "M€", 0),
)


def draw_synthesis(results: Results, into: Path, identity: Path | None = None) -> Path:
    """Write ``synthese.html``, two A4 pages without script or network.

    Parameters
    ----------
    results : opened results folder.
    into : existing folder.
    identity : TOML file read by :class:`maps.look.publisher.Identity`; neutral without one.

    Returns
    -------
    Path of the page.

    Raises
    ------
    SitingError : SIT204 for a wrong identity.
    """
    shown = Identity.read(identity)
    page = (ASSETS / "synthese.html").read_text(encoding="utf-8")
    style = (ASSETS / "synthese.css").read_text(encoding="utf-8")
    colours = f":root {{ --accent: {shown.accent}; --kept: {shown.retained}; }}\n"
    parts = {"style": typeface() + colours + style, **_parts(results, shown)}
    # One pass: a text that looks like a mark is never filled in turn.
    page = re.sub(r"<!--(\w+)-->", lambda mark: parts[mark.group(1)], page)
    path = into / NAME
    path.write_bytes(page.encode("utf-8"))
    return path


def _parts(results: Results, identity: Identity) -> dict[str, str]:
    summary = results.summary
    planned = planned_sites(results)
    last = summary["periods"][-1]
    power = planned[f"it_mw_{last}"].to_numpy(dtype=np.float64)
    ground = Ground.of(results)
    head = first_look(summary)
    return {
        "finding": text_of(head.finding),
        "head": "".join(
            f"<div><dt>{text_of(each.label)}</dt><dd>{text_of(each.value)}</dd>"
            f"<dd>{text_of(each.doubt)}</dd></div>"
            for each in head.figures
        ),
        "decides": text_of(head.decides),
        "unknown": text_of(head.unknown),
        "lacks": lacks(summary.get("impossible")),
        "note": text_of(NOTE) if len(planned) else "",
        "title": text_of(summary["title"]),
        "kicker": text_of(_kicker(summary, identity)),
        "logo": _logo(identity),
        "question": text_of(summary.get("question") or ""),
        "answer": "".join(f"<li>{text_of(text)}</li>" for text in summary["answer_fr"]),
        "map": locator(ground, planned, power, identity.retained),
        "sites": _sites(planned, last),
        "figures": _figures(summary),
        "rules": _rules(results),
        "texts": "Textes régionaux" if results.is_elsewhere else "Néo Terra, et le besoin",
        "commitments": _commitments(results),
        "silent": silent(summary),
        "assumed": assumed(results) + _equal(summary),
        "decided": decided(results),
        "foot": text_of(_foot(results)),
    }


def _equal(summary: Mapping[str, Any]) -> str:
    """Say what the weights of the plan take for equal."""
    return "".join(f"<p>{text_of(sentence)}</p>" for sentence in equivalents_fr(summary))


def _commitments(results: Results) -> str:
    """Say where the plan stands on Néo Terra, where to read it all, and the need beside BXIA."""
    if results.is_elsewhere:
        return "<p>Aucun engagement régional n'est renseigné pour ce territoire.</p>"
    standing = matrix([results])["said_fr"][1]
    told = [f"{standing} La page entière{NO_BREAK}: matrice.html."]
    if results.scenario.get("demand") and results.summary.get("demand"):
        told.append(bxia_said(results))
    return "".join(f"<p>{text_of(line)}</p>" for line in told)


def _kicker(summary: Mapping[str, Any], identity: Identity) -> str:
    territory = summary.get("territory_fr") or str(summary["territory"])
    on = day(date.fromisoformat(summary["reference_date"]))
    told = (
        f"Centres de données (datacenters) · {territory} · {summary['title']} · "
        f"règles en vigueur le {on}"
    )
    return f"{identity.organisation} · {told}" if identity.organisation else told


def _logo(identity: Identity) -> str:
    if not identity.logo:
        return ""
    said = html.escape(identity.logo_text or identity.organisation, quote=True)
    return f'<img class="logo" alt="{said}" src="{identity.logo}">'


def planned_sites(results: Results) -> gpd.GeoDataFrame:
    """Return the sites of the plan, the most powerful first.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    Rows of ``sites`` with power in the last period; ties by rank.
    """
    last = f"it_mw_{results.summary['periods'][-1]}"
    sites = results.sites
    return sites[sites[last].fillna(0) > 0].sort_values([last, "rank"], ascending=[False, True])


def _sites(planned: pd.DataFrame, last: int) -> str:
    lines = [
        f"<li>{text_of(name)} <span>{amount(mw, 1)}</span></li>"
        for name, mw in zip(
            told_apart(planned.head(MOST_SITES)), planned[f"it_mw_{last}"], strict=False
        )
    ]
    more = len(planned) - len(lines)
    if more > 0:
        lines.append(
            f'<li class="more">et {text_of(plural(more, "autre site", "autres sites"))}</li>'
        )
    return "".join(lines)


def told_apart(sites: pd.DataFrame) -> list[str]:
    """Return the commune of each site, with its area where two sites share a commune.

    Parameters
    ----------
    sites : columns commune_name, area_m2.

    Returns
    -------
    One text a site, in the same order.
    """
    twins = sites["commune_name"].duplicated(keep=False)
    return [
        f"{commune}, {amount(m2 / 1e4, 1)} ha" if twin else str(commune)
        for commune, m2, twin in zip(sites["commune_name"], sites["area_m2"], twins, strict=True)
    ]


def _figures(summary: Mapping[str, Any]) -> str:
    periods = [str(period) for period in summary["periods"]]
    plans = [summary["plan"].get(period, {}) for period in periods]
    head = "".join(f'<th scope="col" class="number">{period}</th>' for period in periods)
    drawn = any("electricity_twh_p50" in plan for plan in plans)
    lines = "".join(_figure(plans, *line) for line in FIGURES)
    doubt = f'<th scope="col">Doute, en {periods[-1]}</th>'
    what = "Par an, médianes" if drawn else "Par an, sur les constantes"
    return f'<thead><tr><th scope="col">{what}</th>{head}{doubt}</tr></thead><tbody>{lines}</tbody>'


def _figure(
    plans: Sequence[Mapping[str, Any]], name: str, label: str, unit: str, digits: int | None
) -> str:
    line = figure_line(plans, name, digits)
    if line is None:
        return ""
    *values, doubt = line
    cells = "".join(f'<td class="number">{value}</td>' for value in values)
    told = doubt if doubt != UNTOLD else f'<span class="quiet">{UNTOLD}</span>'
    head = f'<th scope="row">{text_of(label)} <small>{unit}</small></th>'
    return f"<tr>{head}{cells}<td>{told}</td></tr>"


def figure_line(
    plans: Sequence[Mapping[str, Any]], name: str, digits: int | None
) -> tuple[str, ...] | None:
    """Return a figure of each period and the doubt on the last, none when no plan has it.

    Parameters
    ----------
    plans : totals of each period, from the summary, first to last.
    name : term of ``FIGURES``; ends are looked for as « _low_/_high_ », then « _p5/_p95 ».
    digits : decimals; None for three significant figures.

    Returns
    -------
    A French text a period, then the doubt or ``UNTOLD``; None when no plan has the figure.
    """
    ends = [_ends(plan, name) for plan in plans]
    if all(
        plan.get(name) is None and low is None for plan, (low, _) in zip(plans, ends, strict=True)
    ):
        return None
    low, high = ends[-1]
    known = low is not None and high is not None
    doubt = _between(low, high, digits, kept(plans[-1], name)) if known else UNTOLD
    return (*(_value(plan, name, digits) for plan in plans), doubt)


def _ends(plan: Mapping[str, Any], name: str) -> tuple[float | None, float | None]:
    # « connection_cost_meur » has « connection_cost_low_meur »; « enaf_ha » has « enaf_low_ha ».
    stem, _, unit = name.rpartition("_")
    for low, high in ((f"{stem}_low_{unit}", f"{stem}_high_{unit}"), (f"{name}_p5", f"{name}_p95")):
        if plan.get(low) is not None and plan.get(high) is not None:
            return headline(plan, low), headline(plan, high)
    return None, None


def _value(plan: Mapping[str, Any], name: str, digits: int | None) -> str:
    value = headline(plan, name)
    if value is not None:
        return amount(value, digits, kept(plan, name))
    low, high = _ends(plan, name)
    return _between(low, high, digits, kept(plan, name))


def _between(low: float | None, high: float | None, digits: int | None, figures: int = 3) -> str:
    """Write both ends, or one figure when they read the same; a dash when an end is unknown."""
    if low is None or high is None:
        return "–"
    ends = dict.fromkeys((amount(low, digits, figures), amount(high, digits, figures)))
    return " à ".join(ends)


def _rules(results: Results) -> str:
    return "".join(_rule(line) for line in rule_lines(results))


@dataclass(frozen=True)
class RuleLine:
    """A rule of the bill on one line; ``kind`` is « over », « tight » or nothing."""

    rule_id: str
    label: str
    force: str
    state: str
    kind: str
    source: str


def rule_lines(results: Results) -> list[RuleLine]:
    """Return the bill of the evaluated rules, one line each, in their order.

    Parameters
    ----------
    results : opened results folder; ``rules`` is read.

    Returns
    -------
    By rule_id; the state of a rule is that of its worst or nearest line.
    """
    bill = results.rules[results.rules["evaluated"].astype(bool)]
    scopes = scopes_fr(results.scenario.get("texts"))
    return [_rule_line(rows, scopes) for _, rows in bill.groupby("rule_id", sort=True)]


def _rule_line(rows: pd.DataFrame, scopes: Mapping[str, str]) -> RuleLine:
    first = rows.iloc[0]
    excess = rows["excess"].fillna(0.0)
    tight = rows[rows["binding"].astype(bool)]
    if excess.max() > 1e-6:
        worst = rows.iloc[int(excess.to_numpy().argmax())]
        state, kind = f"dépassée de {measure(worst['excess'], worst['unit'])}", "over"
    elif len(tight):
        where = plural(int(tight["where"].nunique()), "endroit")
        state, kind = f"limite atteinte ({where})", "tight"
    elif rows["limit"].notna().any():
        least, unit = _least(rows)
        state, kind = _margin(least, unit, rows["limit"]), ""
    else:
        state, kind = "portée par les données", ""
    hard = "dure" if bool(first["hard"]) else "souple"
    source = str(first.get("basis_fr") or "")
    if not source:  # a folder written before text and threshold were told apart
        source = f"{scopes[str(first['scope'])]} ; seuil{NO_BREAK}: {SETTER_FR[first['status']]}"
    return RuleLine(str(first["rule_id"]), str(first["label_fr"]), hard, state, kind, source)


def _rule(line: RuleLine) -> str:
    return (
        f'<tr class="{line.kind}"><td>{text_of(line.rule_id)}</td>'
        f'<th scope="row">{text_of(line.label)}</th><td>{line.force}</td>'
        f"<td>{text_of(line.state)}</td><td>{text_of(line.source)}</td></tr>"
    )


def _least(rows: pd.DataFrame) -> tuple[float, str]:
    # A rule may count megawatts, sites and cubic metres: the nearest is so in share of its limit.
    size = rows["limit"].abs().where(rows["limit"].abs() > 1e-6, 1.0)
    nearest = rows.iloc[int((rows["slack"].abs() / size).fillna(np.inf).to_numpy().argmin())]
    return abs(float(nearest["slack"])), str(nearest["unit"])


def _margin(least: float, unit: str, limits: pd.Series) -> str:
    """Say what is left; of a limit of zero, reached by nothing, only the figures."""
    if least > 1e-6:
        return f"marge de {measure(least, unit)}"
    nothing = limits.fillna(0.0).abs().max() <= 1e-6
    return f"0 pour une limite de {measure(0.0, unit)}" if nothing else "marge nulle"


def _foot(results: Results) -> str:
    version = results.descriptor.get("version", "")
    best = "Meilleur selon les pondérations choisies. " if results.summary["n_sites"] else ""
    return (
        f"Plan « {results.summary['scenario']} », version {version} du programme. {best}"
        "Sources, licences et dates : la carte, onglet « Lire »."
    )
