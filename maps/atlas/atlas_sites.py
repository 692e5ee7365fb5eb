"""Sites and verdicts as the page reads them: one row a site, columns packed."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.words.french import of_place
from maps.look.data_packing import (
    pack_decided,
    pack_outlines,
    pack_points,
    pack_table,
    pack_texts,
    plain_value,
)
from maps.look.retained_footprints import by_site
from maps.look.true_outlines import true_outlines
from scenarios.storage.results import Results

SITE_COLUMNS = (
    "name_fr", "source", "fate", "fate_reason_fr", "merged_into", "merged_ids", "commune_code",
    "commune_name", "epci_name", "departement_code", "departement_name", "area_m2",
    "usable_area_m2", "status_fr", "quality_fr", "plu_zone", "enaf", "sector_code", "sector_name",
    "zre", "elevation_m", "land_cover_fr", "yard_name", "yard_distance_km", "yard_voltage_kv",
    "plan_yard_name", "plan_yard_km", "plan_voltage_kv", "plan_meter_mw",
    "connection_limit_mw", "sinks_fr", "score_low", "score_high", "rank",
    "first_share", "design_fr", "why_fr", "entry_meur_per_mw",
)  # fmt: skip
# A column decides others: each of its values has one of theirs.
DECIDED = {
    "commune_code": ("commune_name", "epci_name", "departement_code", "departement_name"),
    "area_m2": ("usable_area_m2",),
    "yard_name": ("yard_voltage_kv",),
    "sector_code": ("sector_name",),
}
OF_A_VALUE = ("state", "score_low", "score_best")
RANK = "⟦rang⟧"
"""Stands for the site's rank in its sentences; the page writes the number."""


def packed_sites(results: Results) -> dict[str, Any]:
    """Return every site, whatever its fate: where it is, and what the page tells of it.

    Parameters
    ----------
    results : opened results folder; an older one may lack columns of ``SITE_COLUMNS``.

    Returns
    -------
    ``points`` (WGS 84), ``outline`` when areas are drawn, and ``table`` packed by column, all in
    the order of site_id. ``why_fr`` says ``RANK`` where a rank stands; footprints of retained sites
    are columns ``site_energy_gwh_2031``…, absent elsewhere.
    """
    sites = results.sites.sort_index()
    power = [column for column in sites.columns if column.startswith(("it_mw_", "heat_gwh_"))]
    table = present(sites, (*SITE_COLUMNS, *power))
    table.insert(0, "site_id", sites.index.astype(str))
    # The page makes the plain name itself.
    named = table["commune_name"].map(of_place, na_action="ignore")
    plain = "Friche " + named + " (" + table["site_id"] + ")"
    table["name_fr"] = table["name_fr"].mask(table["name_fr"] == plain, None)
    table = table.join(by_site(results))
    scores = [column for column in ("score_low", "score_high") if column in table]
    packed = pack_table(table.drop(columns=[*scores, "why_fr"], errors="ignore"))
    for key, names in DECIDED.items():
        packed["columns"] |= _decided(table, packed["columns"], key, names)
    packed["columns"] |= pack_table(table[scores], digits=6)["columns"]
    if "why_fr" in table:
        packed["columns"]["why_fr"] = pack_texts(_ranks_aside(table))
    return _ground_of(_with_outlines(results, sites.geometry)) | {"table": packed}


def _with_outlines(results: Results, places: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the outline of each site that has one, and the point of every other."""
    outlines = true_outlines(results)
    return places if outlines is None else outlines.reindex(places.index).fillna(places)


def _ranks_aside(table: pd.DataFrame) -> list[str]:
    # A rank makes every sentence unique: it is left to the page, so that sentences repeat.
    told = zip(table["why_fr"].fillna("").astype(str), table["rank"], strict=True)
    return [
        text.replace(f"au rang {rank},", f"au rang {RANK},") if pd.notna(rank) else text
        for text, rank in told
    ]


def _ground_of(shapes: gpd.GeoSeries) -> dict[str, Any]:
    """Pack where sites are: a point each, and an outline when the results know one."""
    areas = shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    if not areas.any():
        return {"points": pack_points(shapes)}
    points = shapes.where(~areas, shapes.representative_point())
    return {"points": pack_points(points), "outline": pack_outlines(shapes.where(areas, None))}


def packed_criteria(results: Results) -> list[dict[str, Any]]:
    """Return each criterion with its verdict on every site, in the order of the sites.

    Parameters
    ----------
    results : opened results folder; ``verdicts`` is read, and the order of ``sites``.

    Returns
    -------
    One entry a criterion: criterion, label_fr, kind, unit, sense, weight, and ``verdicts`` packed
    by column, a row a site (all None where a site has no verdict).
    """
    order = results.sites.sort_index().index
    found = []
    weighed = results.verdicts[results.verdicts["kind"] != "à vérifier"]
    for name, rows in weighed.groupby("criterion", sort=False):
        first = rows.iloc[0]
        verdicts = rows.set_index("site_id").reindex(order)
        plain = present(verdicts, ("state", "value", "threshold", "status", "reference"))
        packed = pack_table(plain)
        packed["columns"] |= _scores(verdicts)
        packed["columns"] |= _decided(_with_best(verdicts), packed["columns"], "value", OF_A_VALUE)
        found.append(
            {
                "criterion": str(name),
                **{key: first[key] for key in ("label_fr", "kind", "unit")},
                "sense": plain_value(first["sense"]) or _better(rows),
                "weight": plain_value(first["weight"], digits=9),
                "verdicts": packed,
            }
        )
    return found


def _better(verdicts: pd.DataFrame) -> str:
    # Older folders do not say which way of a criterion is better: the notes of its ends do.
    known = verdicts[verdicts["value"].notna()].sort_values("value")["score_low"]
    return ">=" if len(known) and known.iloc[-1] > known.iloc[0] else "<="


def _with_best(verdicts: pd.DataFrame) -> pd.DataFrame:
    # What is known has one note: the best end is written only where it differs.
    if not {"score_low", "score_high"} <= set(verdicts.columns):
        return verdicts
    same = verdicts["score_high"] == verdicts["score_low"]
    return verdicts.assign(score_best=verdicts["score_high"].mask(same, np.nan))


def _scores(verdicts: pd.DataFrame) -> dict[str, Any]:
    scores = present(_with_best(verdicts), ("score_low", "score_best"))
    return dict(pack_table(scores, digits=12)["columns"])


def _decided(
    table: pd.DataFrame, packed: dict[str, Any], key: str, names: tuple[str, ...]
) -> dict[str, Any]:
    """Pack again, where it is shorter, the columns that ``key`` decides."""
    if "code" not in packed.get(key, {}):
        return {}
    deciders = table[key].tolist()
    return {
        name: pack_decided(key, packed[key], deciders, table[name].tolist(), digits=12)
        for name in names
        if name in packed and "of" in packed[name]
    }


def present(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns that an older results folder may lack, when it has them.

    Parameters
    ----------
    table : any table.
    columns : names wanted, in the order wanted; those the table lacks are skipped.

    Returns
    -------
    Table of the columns found, same rows.
    """
    return pd.DataFrame(table[[column for column in columns if column in table.columns]])
