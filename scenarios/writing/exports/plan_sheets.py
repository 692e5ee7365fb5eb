"""The tables of a plan under French heads: plan, candidates, rules, sources, dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from layers.words.dated_values import STATUS_FR
from scenarios.answers.neo_terra_matrix.matrix_table import matrix_sheet
from scenarios.answers.told.answer_sentences import compatible
from scenarios.storage.results import Results
from scenarios.writing.exports.column_words import dictionary, french
from scenarios.writing.exports.exact_plan import COLUMN, exact_plan
from siting.program.rulebook.rule_texts import BASIS_COLUMNS

PLAN_COLUMNS = (
    "site_id", "name_fr", "source_fr", "commune_code", "commune_name", "epci_name",
    "departement_code", "area_ha", "status_fr", "quality_fr", "plu_zone", "enaf_fr", "zre_fr",
    "rank", "score_low", "score_high", "design_fr", "yard_name", "yard_distance_km",
    "plan_yard_name", "plan_yard_km", "plan_voltage_kv", "plan_meter_mw", "cause", "cost_meur",
)  # fmt: skip
CANDIDATE_COLUMNS = (
    "site_id", "name_fr", "source_fr", "commune_code", "commune_name", "epci_name",
    "departement_code", "area_ha", "status_fr", "quality_fr", "plu_zone", "enaf_fr", "zre_fr",
    "pollution", "rank", "rank_low", "rank_high", "score_low", "score_high", "yard_name",
    "yard_distance_km", "natura2000_centre_km", "fate", "fate_reason_fr", "cause", "cost_meur",
    "why_fr",
)  # fmt: skip
RULE_COLUMNS = (
    "rule_id", "rule_label_fr", "basis_fr", "text_fr", "threshold_fr", "bite_fr", "hard_fr",
    "where", "period", "unit", "activity",
    "limit", "excess", "binding_fr", "price_text_fr", "status_value_fr", "reference", "note_fr",
)  # fmt: skip
SOURCE_COLUMNS = ("title", "producer", "licence", "vintage", "state_fr", "caveat_fr")
ENAF_FR = {"no": "0 (bâti constaté)", "unknown": "non évalué"}
SOURCE_FR = {"friches": "friche", "areas": "aire hors friche",
             "platforms": "plateforme connue", "own": "site apporté"}  # fmt: skip
YES_NO_FR = {"yes": "oui", "no": "non", "unknown": "non évalué"}


def worded_sites(results: Results) -> pd.DataFrame:
    """Return every site with the words that readers see, index site_id kept as a column.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Rows by ``site_id``, geometry included; ``area_ha`` and the French words are added, scores, IT
    MW and GWh of heat have one decimal.
    """
    sites = results.sites.sort_index()
    rounded = {name: sites[name].round(1) for name in sites if _is_estimate(str(name))}
    words = rounded | {
        "area_ha": (sites["area_m2"] / 1e4).round(2),
        "enaf_fr": sites["enaf"].map(ENAF_FR),
        "zre_fr": sites["zre"].map(YES_NO_FR),
        "source_fr": sites["source"].map(SOURCE_FR).fillna(sites["source"]),
    }
    worded: pd.DataFrame = sites.assign(**words).reset_index()
    return worded


def plan_table(results: Results) -> pd.DataFrame:
    """Return the retained sites under French heads, largest last-period MW first.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    One row a site; MW and GWh of heat by period.
    """
    periods = results.summary["periods"]
    table = worded_sites(results)
    last = f"it_mw_{periods[-1]}"
    kept = table[table["retained"]].sort_values([last, "site_id"], ascending=[False, True])
    kept = kept.assign(**{COLUMN: kept["site_id"].map(exact_plan(results))})
    return french(kept, [*_known(PLAN_COLUMNS, kept), *_by_period(kept, periods), COLUMN])


def candidates_table(results: Results) -> pd.DataFrame:
    """Return every brownfield and area of the territory with its fate, candidates by rank.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    One row a site under French heads; those without rank come last.
    """
    table = worded_sites(results).sort_values(["rank", "site_id"], na_position="last")
    return french(table, _known(CANDIDATE_COLUMNS, table))


def rules_table(results: Results) -> pd.DataFrame:
    """Return the rows of the rules that the plan takes something of, with their sources.

    A row where the plan takes nothing and that holds it nowhere (a basin or a site without
    datacenter) is left out: it says nothing of the plan.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    One row a rule, place and period under French heads; amounts in the rule's unit.
    """
    bill = results.rules
    said = (bill["activity"].fillna(0.0).abs() > 0) | bill["binding"].astype(bool)
    bill = bill[bill["evaluated"].astype(bool) & (said | (bill["excess"].fillna(0.0) > 0))]
    # A folder written before text and threshold were told apart says neither.
    bill = bill.reindex(columns=list(dict.fromkeys([*bill.columns, *BASIS_COLUMNS])))
    worded = bill.assign(
        rule_label_fr=bill["label_fr"],
        hard_fr=bill["hard"].map({True: "dure", False: "souple"}),
        binding_fr=bill["binding"].map({True: "oui", False: "non"}),
        status_value_fr=bill["status"].map(STATUS_FR),
    )
    return french(worded, RULE_COLUMNS)


def sources_table(results: Results) -> pd.DataFrame:
    """Return the layers of the run, absent ones included: what was not looked at.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    One row a layer under French heads: producer, licence, vintage, state, caveat.
    """
    table = pd.DataFrame(results.descriptor.get("sources", []))
    return french(table.reindex(columns=list(SOURCE_COLUMNS)), SOURCE_COLUMNS)


def dictionary_table() -> pd.DataFrame:
    """Return the meaning of every column of the spreadsheets.

    Returns
    -------
    One row a column, see ``column_words.dictionary``.
    """
    names = [*PLAN_COLUMNS, "it_mw", "heat_gwh", "pump_gwh", *CANDIDATE_COLUMNS, *RULE_COLUMNS]
    return dictionary([*names, *SOURCE_COLUMNS])


def reading_table(results: Results) -> pd.DataFrame:
    """Return the few sentences to read before the figures.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    « objet » and « à lire », one row a sentence.
    """
    summary = results.summary
    claim = compatible(summary)
    said = [
        ("plan", summary["title"]),
        *(("réponse", sentence) for sentence in summary["answer_fr"]),
        ("règles", f"{claim[:1].upper()}{claim[1:].rstrip('.')} ; voir la feuille « Règles »."),
        ("inconnu", "« non évalué » n'est jamais une bonne nouvelle : la donnée manque."),
        ("badge", "« hypothèse » : valeur posée, à confirmer ; aucune n'est une mesure."),
        ("licence", "Licence Ouverte 2.0 ; les objets OpenStreetMap (ODbL) sont à part."),
        ("version", f"siting {results.descriptor.get('version', '')}"),
    ]
    return pd.DataFrame(said, columns=["objet", "à lire"])


def workbook(results: Results) -> Mapping[str, pd.DataFrame]:
    """Return the sheets of the spreadsheet, in reading order.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Tables by name of sheet.
    """
    return {
        "À lire": reading_table(results),
        "Plan": plan_table(results),
        "Candidats": candidates_table(results),
        "Règles": rules_table(results),
        **({} if results.is_elsewhere else {"Néo Terra": matrix_sheet(results)}),
        "Sources": sources_table(results),
        "Colonnes": dictionary_table(),
    }


def _is_estimate(column: str) -> bool:
    """Return whether a column is worth one decimal at most."""
    return column.startswith(("score_", "it_mw_", "heat_gwh_", "pump_gwh_"))


def _known(columns: Sequence[str], table: pd.DataFrame) -> list[str]:
    """Return the columns the folder holds: one made by an older version may lack some."""
    return [name for name in columns if name in table]


def _by_period(table: pd.DataFrame, periods: Sequence[int]) -> list[str]:
    names = [f"{stem}_{year}" for stem in ("it_mw", "heat_gwh", "pump_gwh") for year in periods]
    return _known(names, table)
