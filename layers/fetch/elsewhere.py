"""A part of the region fetched again leaves the rest of the pack as it was."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from layers.contract import LAYERS
from layers.pack import Pack
from layers.territory import Territory


def elsewhere(base: Pack, layer: str, territory: Territory) -> pd.DataFrame:
    """Return the rows of the pack that lie outside the territory asked for."""
    if not base.has(layer):
        return pd.DataFrame()
    table: pd.DataFrame = base.table(layer)
    communes: pd.DataFrame = base.table("communes")
    asked = communes["departement_code"].isin(territory.departements)
    if asked.all():
        return table.iloc[:0]
    if "commune_code" in table:
        here = table["commune_code"].isin(communes.loc[asked, "commune_code"])
        return table[~here]
    if LAYERS[layer].geometry is None:
        return table
    ground = shapely.STRtree(communes["geometry"][asked].to_numpy())
    rows = ground.query(table["geometry"].to_numpy(), predicate="intersects")[0]
    return table[~table.index.isin(table.index[rows])]


def together(fetched: pd.DataFrame, kept: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return what was fetched and what was kept; where both have a row, the fetched one wins."""
    if kept.empty:
        return fetched
    columns = list(key)
    known = pd.MultiIndex.from_frame(fetched[columns].astype("str"))
    again = pd.MultiIndex.from_frame(kept[columns].astype("str")).isin(known)
    whole: pd.DataFrame = pd.concat([fetched, kept[~again]], ignore_index=True)
    whole = whole.sort_values(columns, ignore_index=True)
    if isinstance(fetched, gpd.GeoDataFrame):
        whole = gpd.GeoDataFrame(whole, geometry="geometry", crs=fetched.crs)
    return whole
