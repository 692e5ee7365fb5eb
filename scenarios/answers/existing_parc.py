"""What is in service already: centre by centre, place by place, and what nobody tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pyproj import Transformer

from layers.packs.data_pack import Pack
from layers.words.french import NARROW, NO_BREAK, listing, plural, significant
from layers.words.kept_figures import six_figures
from layers.words.territory_paper import CRS
from scenarios.question.audit.datacenter_audit import IN_SERVICE, MEASURED, Audit, status_fr, totals

# Figures a place adds up: our column, factor, unit, words.
SUMS = (
    ("it_mw", 1.0, "MW", "puissance informatique"),
    ("energy_mwh", 1e-3, "GWh/an", "électricité"),
    ("water_m3", 1.0, "m³/an", "eau apportée"),
    ("heat_mwh", 1e-3, "GWh/an", "chaleur remise"),
)
TOLD = (
    "operator", "status", "since_year", "figures_year", "it_mw", "it_used_mw", "grid_mw", "grid_kv",
    "energy_mwh", "pue", "water_m3", "wue", "cooling", "heat_mwh", "erf", "renewable_share",
    "gensets_mw", "gensets_fuel", "gensets_h", "floor_m2", "land_ha", "quality", "source",
)  # fmt: skip
ASKED = {
    "it_mw": "puissance informatique",
    "energy_mwh": "électricité",
    "pue": "PUE",
    "water_m3": "eau",
    "heat_mwh": "chaleur remise",
    "cooling": "refroidissement",
}


def existing_parc(audit: Audit, pack: Pack) -> dict[str, Any]:
    """Return the centres audited: each with its place, what is told of it and what is not.

    Parameters
    ----------
    audit : the audit, its centres in the territory.
    pack : the communes, their EPCI and départements.

    Returns
    -------
    ``file``, ``status_fr``, ``centres`` (Lambert-93 ``x_m`` and ``y_m``; ``placed_fr`` says how
    they are known), ``places`` (a row a département, then a row an EPCI) and ``indicators`` (by the
    figure of the follow-up).
    """
    communes = pack.table("communes").set_index("commune_code")
    centres = [_centre(row, communes) for row in _records(audit.rows)]
    return {
        "file": audit.file,
        "status_fr": status_fr(totals(audit)),
        "centres": centres,
        "places": [*_places(centres, "departement"), *_places(centres, "epci")],
        "indicators": indicators_of(audit),
    }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    plain = rows.astype(object).where(rows.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _centre(row: Mapping[str, Any], communes: pd.DataFrame) -> dict[str, Any]:
    code = str(row["commune_code"])
    place = communes.loc[[code]].iloc[0] if code in communes.index else None
    silent = [words for name, words in ASKED.items() if row[name] is None]
    x, y, placed = _spot(row, place)
    return {
        "name": row["name"],
        "commune_code": code,
        "commune": place["name"] if place is not None else code,
        "departement": place["departement_code"] if place is not None else code[:2],
        "epci": place["epci_name"] if place is not None else "",
        **{name: row[name] for name in TOLD if row[name] is not None},
        "untold_fr": listing(silent),
        "x_m": x,
        "y_m": y,
        "placed_fr": placed,
    }


def _spot(row: Mapping[str, Any], place: pd.Series | None) -> tuple[float | None, ...] | Any:
    """Return where a centre is drawn, in Lambert-93, and how that is known."""
    if row["lon"] is not None and row["lat"] is not None:
        to_ground = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
        x, y = to_ground.transform(row["lon"], row["lat"])
        return round(x), round(y), "position donnée"
    if place is None:
        return None, None, "non placé"
    point = place["geometry"].representative_point()
    return round(point.x), round(point.y), "point de la commune"


def _places(centres: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Add up the centres in service of each place; a figure nobody tells is missing, not nought."""
    found = []
    for name in sorted({one[kind] for one in centres if one[kind]}):
        here = [one for one in centres if one[kind] == name and one["status"] == IN_SERVICE]
        row: dict[str, Any] = {"kind": kind, "name": name, "centres": len(here)}
        untold = []
        for column, factor, unit, words in SUMS:
            told = [float(one[column]) for one in here if one.get(column) is not None]
            if told:
                row[column] = six_figures(factor * sum(told))
            if len(told) < len(here):
                untold.append(f"{words} ({len(here) - len(told)} sur {len(here)})")
            row[f"{column}_unit"] = unit
        row["untold_fr"] = listing(untold)
        found.append(row)
    return found


def indicators_of(audit: Audit) -> dict[str, dict[str, Any]]:
    """Return the follow-up's figures that an audit measures, by the figure of each indicator.

    Parameters
    ----------
    audit : the audit, its centres in the territory.

    Returns
    -------
    ``value``, ``unit`` and ``said_fr`` by figure; a figure of which nothing is told is absent.
    """
    rows = audit.working
    energy, it_energy = rows["energy_mwh"], _it_energy(rows)
    both = energy.notna() & it_energy.notna()
    cooled = rows["cooling"].notna() & rows["it_mw"].notna()
    dry = rows["cooling"].isin(["air sec", "eau glacée sèche", "liquide direct"])
    landed = rows["land_ha"].notna() & rows["it_mw"].notna() & (rows["land_ha"] > 0)
    watered = rows["water_m3"].notna() & it_energy.notna()
    power, water = rows["it_mw"], rows["water_m3"]
    found = {
        "electricity_twh": (energy.sum() / 1e6, "TWh/an", energy.notna(), ""),
        "pue": (_over(energy[both], it_energy[both]), "1", both, _range(rows["pue"])),
        "water_input_m3": (water.sum(), "m³/an", water.notna(), ""),
        "wue": (_over(water[watered], it_energy[watered]), "L/kWh", watered, ""),
        "dry_share": (_over(100 * power[cooled & dry], power[cooled]), "%", cooled, ""),
        "heat_gwh": (rows["heat_mwh"].sum() / 1e3, "GWh/an", rows["heat_mwh"].notna(), _erf(rows)),
        "mw_per_ha": (_over(power[landed], rows["land_ha"][landed]), "MW/ha", landed, ""),
        "connection_mw": (rows["grid_mw"].sum(), "MW", rows["grid_mw"].notna(), ""),
    }
    return {
        figure: {
            "value": six_figures(float(value)),
            "unit": unit,
            "said_fr": _said(audit, told, more),
        }
        for figure, (value, unit, told, more) in found.items()
        if told.any() and value == value
    }


def _it_energy(rows: pd.DataFrame) -> pd.Series:
    """Return the IT energy told, else that of the meter and the PUE told."""
    worked = rows["energy_mwh"] / rows["pue"]
    energy: pd.Series = rows["it_energy_mwh"].fillna(worked)
    return energy


def _over(above: pd.Series, below: pd.Series) -> float:
    whole = float(below.sum())
    return float(above.sum()) / whole if whole else float("nan")


def _range(values: pd.Series) -> str:
    known = values.dropna()
    if len(known) < 2:
        return ""
    return f"de {significant(known.min())} à {significant(known.max())}"


def _erf(rows: pd.DataFrame) -> str:
    both = rows["heat_mwh"].notna() & rows["energy_mwh"].notna()
    share = _over(rows["heat_mwh"][both], rows["energy_mwh"][both])
    return f"ERF {significant(100 * share)}{NARROW}%" if share == share else ""


def _said(audit: Audit, told: pd.Series, more: str) -> str:
    """Say whose figure it is: years, centres that tell it, of how many, and what is measured."""
    rows = audit.working
    years = sorted({int(year) for year in rows.loc[told, "figures_year"].dropna()})
    when = "année non dite" if not years else str(years[0])
    if len(years) > 1:
        when = f"{years[0]} à {years[-1]}"
    measured = int((audit.rows.loc[told[told].index, "quality"] == MEASURED).sum())
    parts = [
        more,
        when,
        f"{plural(int(told.sum()), 'centre')} sur {len(rows)}",
        plural(measured, "mesuré") if measured else "aucun mesuré",
    ]
    return " ; ".join(part for part in parts if part)


def existing_said(audit: Audit) -> list[str]:
    """Write what a meeting reads of the centres in service.

    Parameters
    ----------
    audit : the audit, its centres in the territory.

    Returns
    -------
    Sentences in French.
    """
    found, known = totals(audit), indicators_of(audit)
    words = (
        ("electricity_twh", "électricité"),
        ("pue", "PUE"),
        ("water_input_m3", "eau apportée"),
        ("heat_gwh", "chaleur remise"),
    )
    told = [
        f"{name} {significant(known[figure]['value'])}"
        + (f"{NO_BREAK}{known[figure]['unit']}" if known[figure]["unit"] != "1" else "")
        + f" ({known[figure]['said_fr']})"
        for figure, name in words
        if figure in known
    ]
    silent = [name for figure, name in words if figure not in known]
    head = (
        f"Parc en service, audité : {plural(found['sites'], 'centre')}, "
        f"{significant(found['existing_it_mw'])}{NO_BREAK}MW informatiques"
    )
    return [
        head + (f" ; {listing(told)}" if told else "") + ".",
        *([f"L'audit ne dit pas : {listing(silent)}."] if silent else []),
    ]
