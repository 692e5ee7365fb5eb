"""RTE yards: one row a yard, whatever its voltages, with whether it can host a connection."""

from __future__ import annotations

import tomllib

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import code_under, groups_within, near, points_from, region_of
from layers.words.errors import SitingError
from layers.words.place_names import place_name
from layers.words.territory_paper import CRS, PAPERS

SAME_YARD_M = 300.0
HOSTING_KV = (63, 90, 150, 225, 400)
FACTS = ("code_poste", "nom_poste", "fonction", "etat", "tension")
PLACE = ("longitude", "latitude")
# The headers of the file as RTE publishes it for download, beside those of its API.
PUBLISHED = {
    "Code poste": "code_poste",
    "Nom poste": "nom_poste",
    "FONCTION": "fonction",
    "Etat": "etat",
    "Tension (kV)": "tension",
    "Longitude poste (DD)": "longitude",
    "Latitude poste (DD)": "latitude",
}


def from_odre(table: pd.DataFrame) -> pd.DataFrame:
    """Return our columns from the RTE export, which had positions until 2024 and has none since.

    The downloaded file and the API do not have the same headers; both are read.

    Parameters
    ----------
    table : the export of either time, as texts.

    Returns
    -------
    ``FACTS`` and ``PLACE`` (longitude, latitude in degrees, missing since).

    Raises
    ------
    SitingError : SIT101 when a fact is absent.
    """
    renamed = table.rename(columns={f"{name}_poste": name for name in PLACE} | PUBLISHED)
    lacking = [name for name in FACTS if name not in renamed]
    if lacking:
        raise SitingError(
            "SIT101", f"colonne absente : {', '.join(lacking)}", where="postes-electriques-rte"
        )
    return renamed.reindex(columns=[*FACTS, *PLACE])


@layer(
    "yards",
    label_fr="Postes électriques",
    theme="Réseau électrique",
    key=("yard_id",),
    geometry="Point",
    columns={
        "yard_id": Column("Code du poste (niveau de tension le plus haut)"),
        "name": Column("Nom"),
        "voltages_kv": Column("Tensions, de la plus haute à la plus basse", "kV"),
        "max_voltage_kv": Column("Tension la plus haute", "kV", nullable=True),
        "can_host": Column("Peut accueillir un raccordement : yes, no, unknown"),
        "can_host_reason_fr": Column("Raison"),
        "functions": Column("Fonctions"),
        "in_territory": Column("Dans le territoire"),
        "departement_code": Column("Département", nullable=True),
        "codes": Column("Codes regroupés"),
    },
    exports={
        "rows": (
            Export("grid/postes-electriques-rte*.csv", separator="", adapt=from_odre),
            Export("grid/postes_electriques_rte_*.csv", (*FACTS, *PLACE)),
        ),
        "places": Export(
            "grid/postes_electriques_rte_*.csv", ("code_poste", *PLACE), optional=True
        ),
    },
    needs=("communes", "departements"),
)
def tidy(raw: Raw) -> Tidied:
    """Group rows within 300 m, because each row of the export is one (yard, voltage) pair."""
    rows, report = _located(raw)
    rows["yard"] = groups_within(rows.geometry, SAME_YARD_M, rows["code_poste"])
    rows = _judged(rows).sort_values(
        ["yard", "hosts", "kv", "code_poste"], ascending=[True, False, False, True]
    )
    grouped = rows.groupby("yard", sort=True)
    first = grouped.first()
    table = gpd.GeoDataFrame(
        {
            "yard_id": first["code_poste"],
            "name": first["nom_poste"].map(place_name),
            "voltages_kv": grouped.apply(_voltages),
            "max_voltage_kv": grouped.apply(_highest).astype("Int64"),
            "can_host": grouped["state"].agg(_best_state),
            "can_host_reason_fr": grouped.apply(_reason),
            "functions": grouped["fonction"].agg(lambda kinds: "|".join(sorted(set(kinds)))),
            "codes": grouped["code_poste"].agg(lambda codes: "|".join(sorted(set(codes)))),
        },
        geometry=gpd.GeoSeries(first["geometry"], crs=CRS),
        crs=CRS,
    )
    code = code_under(table.geometry, raw.layers["departements"], "departement_code")
    table["in_territory"] = code.notna()
    table["departement_code"] = code
    return Tidied(
        table.sort_values("yard_id").reset_index(drop=True), report + _report(rows, table)
    )


def _located(raw: Raw) -> tuple[gpd.GeoDataFrame, list[ReportLine]]:
    source = raw.exports["rows"].drop_duplicates().reset_index(drop=True)
    twice = len(raw.exports["rows"]) - len(source)
    source, lost = _with_places(source, raw.exports.get("places"))
    rows = gpd.GeoDataFrame(source, geometry=points_from(source["longitude"], source["latitude"]))
    kept = near(rows.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    report = [
        ReportLine("yards", "dropped", twice, "ligne répétée à l'identique"),
        ReportLine("yards", "dropped", lost, "poste sans position publiée ni ancienne"),
        ReportLine("yards", "dropped", int((~kept).sum()), "plus loin que la marge du territoire"),
        ReportLine("yards", "kept", int(kept.sum()), "ligne (poste, tension) lue"),
    ]
    return rows[kept].reset_index(drop=True), report


def _with_places(source: pd.DataFrame, places: pd.DataFrame | None) -> tuple[pd.DataFrame, int]:
    """Give a yard that lost its position the one an older export had under the same code."""
    source = source.copy()
    if places is not None:
        known = places.drop_duplicates("code_poste").set_index("code_poste")
        for name in PLACE:
            older = source["code_poste"].map(known[name])
            source[name] = source[name].astype("str").fillna(older)
    lost = source["longitude"].isna() | source["latitude"].isna()
    return source[~lost].reset_index(drop=True), int(lost.sum())


def _judged(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Judge each row: hosting needs a transformer post in service, 63–400 kV, not a client's."""
    kv = pd.to_numeric(rows["tension"].str.extract(r"^(\d+)kV$")[0], errors="coerce")
    reserved, private = (rows["nom_poste"].str.contains(words) for words in _name_words())
    reasons = [
        (
            rows["fonction"] != "Poste de transformation",
            "no",
            "point de piquage, sans transformation",
        ),
        (
            rows["etat"] != "EN EXPLOITATION",
            "no",
            "accord administratif, pas encore en exploitation",
        ),
        (reserved, "no", "poste d'un client ou de traction ferroviaire"),
        (private, "unknown", "nom d'un industriel ou d'une centrale : accueil à confirmer par RTE"),
        (rows["tension"] == "HORS TENSION", "unknown", "hors tension, niveau inconnu"),
        (~kv.isin(HOSTING_KV), "no", "moins de 63 kV"),
    ]
    tests = [np.asarray(test, dtype=bool) for test, _, _ in reasons]
    rows["kv"] = kv
    rows["state"] = np.select(tests, [state for _, state, _ in reasons], "yes")
    rows["why"] = np.select(
        tests, [why for _, _, why in reasons], "poste de transformation en exploitation"
    )
    rows["hosts"] = rows["state"] == "yes"
    return rows


def _name_words() -> tuple[str, str]:
    """Return the patterns of names that close a yard, and of those that make it unknown."""
    content = tomllib.loads((PAPERS / "yard_words.toml").read_text(encoding="utf-8"))
    return "|".join(content["reserved"]), "|".join(content["private"])


def _voltages(yard: pd.DataFrame) -> str:
    levels = yard["kv"][yard["hosts"]] if yard["hosts"].any() else yard["kv"]
    return "|".join(str(int(kv)) for kv in sorted(set(levels.dropna()), reverse=True))


def _highest(yard: pd.DataFrame) -> float:
    levels = yard["kv"][yard["hosts"]] if yard["hosts"].any() else yard["kv"]
    return float(levels.max())


def _best_state(states: pd.Series) -> str:
    return next(state for state in ("yes", "unknown", "no") if (states == state).any())


def _reason(yard: pd.DataFrame) -> str:
    best = _best_state(yard["state"])
    return " ; ".join(sorted(set(yard["why"][yard["state"] == best])))


def _report(rows: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> list[ReportLine]:
    hosts = table["can_host"]
    return [
        ReportLine(
            "yards",
            "merged",
            len(rows) - len(table),
            "ligne à moins de 300 m ou de même code : même poste",
        ),
        ReportLine("yards", "kept", int((hosts == "yes").sum()), "poste pouvant accueillir"),
        ReportLine(
            "yards",
            "unknown",
            int((hosts == "unknown").sum()),
            "poste à confirmer : hors tension, ou nom d'un industriel",
        ),
        ReportLine("yards", "kept", int((hosts == "no").sum()), "poste montré, ne peut accueillir"),
    ]
