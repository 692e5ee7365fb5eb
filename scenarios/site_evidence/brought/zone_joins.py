"""Own zones laid over the sites: hectares inside, verdicts, and what is said of each site."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.geometry import site_joins
from layers.own_layers.zone_file import zone_papers
from layers.packs.data_pack import Pack
from layers.words.french import NO_BREAK, plural
from siting.screening.zone_criteria import EXCLUDE, zone_column, zone_verdicts

SEPARATOR = " ; "


def join_zones(sites: gpd.GeoDataFrame, ground: site_joins.Shapes, pack: Pack) -> gpd.GeoDataFrame:
    """Add to each site its hectares inside each zone brought; unknown where the zone cannot say.

    Parameters
    ----------
    sites : index site_id, departement_code; columns are added.
    ground : the ground of each site.
    pack : the layers, with what is brought.

    Returns
    -------
    The same table.
    """
    for name in zone_papers(pack)["name"]:
        zones = pack.table(name)
        inside = pd.Series(
            site_joins.overlap_ha(ground, zones[zones["in_zone"]]), index=sites.index
        )
        known = pack.entry(name).complete_for(sites["departement_code"])
        blind = zones[~zones["in_zone"]]
        if len(blind):
            known &= site_joins.overlap_ha(ground, blind) <= 0.0
        inside = inside.round(4).clip(lower=0.0001).where(inside > 0, 0.0)
        sites[zone_column(name)] = inside.where(known | (inside > 0))
    return sites


def judge_zones(sites: gpd.GeoDataFrame, pack: Pack, since: date) -> list[pd.DataFrame]:
    """Return the verdicts of the zones brought, one table a zone.

    Parameters
    ----------
    sites : with the columns of ``join_zones``.
    pack : the layers, with what is brought.
    since : the scenario's reference date.

    Returns
    -------
    Tables as ``knock_out`` returns; none without a zone.
    """
    papers = [{str(k): v for k, v in row.items()} for row in zone_papers(pack).to_dict("records")]
    return [zone_verdicts(sites, zone, since) for zone in papers]


def zones_said(verdicts: pd.DataFrame) -> list[str]:
    """Say, zone by zone, how many sites it holds, and of how many nobody knows.

    Parameters
    ----------
    verdicts : every verdict; those of zones are named « zone.1 », « zone.2 »…

    Returns
    -------
    Sentences in French, none without a zone.
    """
    own = verdicts[verdicts["criterion"].str.startswith("zone.")]
    told = []
    for _, rows in own.groupby("criterion", sort=True):
        first = rows.iloc[0]
        states = rows["state"].value_counts()
        what = "écarte" if first["kind"] == "éliminatoire" else "signale, sans les écarter,"
        told.append(
            f"{first['reference']}{NO_BREAK}: {what} "
            f"{plural(int(states.get('failed', 0)), 'site')} ; "
            f"{plural(int(states.get('unknown', 0)), 'non évalué', 'non évalués')}."
        )
    return told


def with_zone_flags(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Say, of each site inside a zone to be said, that it is: it costs nothing and is never hidden.

    Parameters
    ----------
    sites : ``flags_fr`` and the columns of ``join_zones``.
    pack : the layers, with what is brought.

    Returns
    -------
    The same table.
    """
    for zone in zone_papers(pack).to_dict("records"):
        if zone["role"] == EXCLUDE:
            continue
        told = f"dans la zone «{NO_BREAK}{zone['label']}{NO_BREAK}» ({zone['source']})"
        inside = sites[zone_column(zone["name"])] > 0
        before = sites["flags_fr"]
        sites["flags_fr"] = np.where(
            inside, before + np.where(before != "", SEPARATOR, "") + told, before
        )
    return sites
