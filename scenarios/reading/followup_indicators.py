"""The follow-up of a plan for the SRADDET: 29 indicators, and the audit that would measure them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import significant
from scenarios.answers.headline import headline
from scenarios.answers.plan_summary import total
from scenarios.question.audit.audit_columns import audit_columns
from scenarios.question.home_region import foreign_words, said_here, scopes_here
from scenarios.reading.indicator_details import detail
from scenarios.storage.french_spreadsheets import write_csv, write_ods
from scenarios.storage.results import Results, staged, write_json
from scenarios.writing.exports.table_schemas import resources_of
from scenarios.writing.folder_proofs import inputs_of

FOLDER = Path(__file__).parent / "followup"
ABSENT = "donnée non disponible"
# A rule to discuss: no text sets one.
COLOUR_FR = (
    "vert : trajectoire ou cible tenue ; orange : écart jusqu'à 10 % ; rouge : au-delà ; "
    "gris : donnée non disponible (proposition)"
)


def indicators(results: Results) -> pd.DataFrame:
    """Return the 29 indicators: definition, unit, baseline, trajectory by period, state.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    One row an indicator under French heads, a column « trajectoire » a period; figures are texts, «
    donnée non disponible » where the plan has none.
    """
    content = tomllib.loads((FOLDER / "indicators.toml").read_text(encoding="utf-8"))
    periods = [str(period) for period in results.summary["periods"]]
    rows = []
    for entry in content["indicators"]:
        measure = FIGURES.get(entry["figure"])
        values = [measure(results, period) if measure else None for period in periods]
        rows.append(
            {
                "n°": entry["id"],
                "thème": entry["theme"],
                "indicateur": entry["label_fr"],
                "unité": entry["unit"],
                "définition": entry["definition_fr"],
                "tenu par": entry["owner_fr"],
                "fréquence": "annuelle",
                "référence 2026": _baseline(entry["figure"], results),
                **{
                    f"trajectoire {period}": ABSENT if value is None else significant(value)
                    for period, value in zip(periods, values, strict=True)
                },
                "précision, dernière échéance": detail(entry["figure"], results),
                "cible": entry.get("target_fr", "à fixer par la Région"),
                "règle de couleur": COLOUR_FR,
                "état": _state(values),
            }
        )
    texts = results.scenario.get("texts")
    if texts is not None:  # the indicators were proposed in one region: its texts are not another's
        rows = said_here(rows, foreign_words(texts), scopes_here(texts))
    return pd.DataFrame(rows)


def _state(values: Sequence[float | None]) -> str:
    """Return « calculé » for a figure of the plan, which measures nothing built yet."""
    return ABSENT if all(value is None for value in values) else "calculé pour les sites du plan"


def _baseline(figure: str, results: Results) -> str:
    """Return what an audit measures; the installed power alone has an assumption before one."""
    if figure != "it_mw":
        known = _audited(results).get(figure)
        if known is None:
            return ABSENT
        unit = "" if known["unit"] == "1" else f" {known['unit']}"
        return f"{significant(known['value'])}{unit} ({known['said_fr']})"
    first = str(results.summary["periods"][0])
    power = results.summary["demand"][first]["existing_it_mw"]
    demand = results.summary["demand"][first]
    return f"{significant(power)} ({demand.get('existing_status_fr', 'hypothèse')})"


def _audited(results: Results) -> Mapping[str, Mapping[str, Any]]:
    """Return what the audit of a run measures, by figure; nothing without one."""
    try:
        found: Mapping[str, Mapping[str, Any]] = results.document("context/existing")["indicators"]
    except SitingError:
        return {}
    return found


Measure = Callable[[Results, str], float | None]


def _plan(name: str) -> Measure:
    """Measure a figure of the plan as every page shows it: its median where it was drawn."""
    return lambda results, period: headline(results.summary["plan"][period], name)


def _ratio(above: str, below: str, factor: float = 1.0) -> Measure:
    def measure(results: Results, period: str) -> float | None:
        plan = results.summary["plan"][period]
        return factor * plan[above] / plan[below] if plan[below] else None

    return measure


def _sum(variable: str) -> Measure:
    def measure(results: Results, period: str) -> float | None:
        placed = results.table("plan/placements")
        return total(results.impacts, placed[placed["period"] == int(period)], variable)

    return measure


def _brownfield_share(results: Results, period: str) -> float | None:
    """Share of the ground on a brownfield, counted as the rule C04 counts it."""
    placed = results.table("plan/placements")
    now = placed[placed["period"] == int(period)]
    on_one = now["site_id"].map(inputs_of(results).sites["is_brownfield"]).astype(bool)
    whole = total(results.impacts, now, "land")
    return 100.0 * total(results.impacts, now[on_one], "land") / whole if whole else None


def _dry_share(results: Results, period: str) -> float | None:
    placed = results.table("plan/placements")
    now = placed[placed["period"] == int(period)]
    wet = results.impacts["is_evaporative"].to_series()
    dry = now.loc[~now["design"].map(wet).astype(bool), "it_mw"].sum()
    whole = now["it_mw"].sum()
    return 100.0 * float(dry / whole) if whole else None


def _line_km(results: Results, period: str) -> float | None:
    used = results.table("plan/connections")
    keys = ["site_id", "yard_id", "domain"]
    now = used.loc[used["period"] == int(period), keys].drop_duplicates()
    return float(now.merge(results.table("plan/lines"), on=keys)["distance_km"].sum())


def _connection_mw(results: Results, period: str) -> float | None:
    used = results.table("plan/connections")
    return float(used.loc[used["period"] == int(period), "meter_mw"].sum())


def _measured(results: Results, period: str) -> float | None:
    """Share of the existing power that an audit has measured; none without an audit."""
    share = results.summary["demand"][period].get("measured_share")
    return None if share is None else 100.0 * float(share)


FIGURES: Mapping[str, Measure] = {
    "it_mw": _plan("it_mw"),
    "electricity_twh": _plan("electricity_twh"),
    "pue": _ratio("site_energy_twh", "it_energy_twh"),
    "enaf_high_ha": _plan("enaf_high_ha"),
    "brownfield_share": _brownfield_share,
    "mw_per_ha": _ratio("it_mw", "land_ha"),
    "water_input_m3": _plan("water_input_m3"),
    "wue": _ratio("water_input_m3", "it_energy_twh", 1e-6),
    "dry_share": _dry_share,
    "heat_gwh": _plan("heat_gwh"),
    "connection_mw": _connection_mw,
    "line_km": _line_km,
    "carbon_kt": _plan("carbon_kt"),
    "refrigerant_t": _sum("carbon_refrigerant"),
    "departements": _plan("departements"),
    "measured_share": _measured,
}


def write_follow_up(results: Results, into: Path) -> Path:
    """Write the indicators as ODS, CSV and JSON, and an empty audit template.

    Parameters
    ----------
    results : a run's folder; only read.
    into : the folder, written whole or not at all.

    Returns
    -------
    The folder.

    Raises
    ------
    SitingError : what ``staged`` raises.
    """
    table = indicators(results)
    with staged(into) as folder:
        write_csv(table, folder / "indicateurs.csv")
        write_ods({"Indicateurs": table}, folder / "indicateurs.ods")
        write_json(folder / "indicateurs.json", table.to_dict("records"))
        heads = [column.head for column in audit_columns()]
        write_csv(pd.DataFrame(columns=heads), folder / "audit-modele.csv")
        notes = "\n".join(f"{column.head} : {column.note_fr}" for column in audit_columns())
        (folder / "audit-lisez-moi.txt").write_text(notes + "\n", encoding="utf-8")
        told = {"name": "suivi-sraddet", "resources": resources_of(folder)}
        write_json(folder / "datapackage.json", told)
    return into
