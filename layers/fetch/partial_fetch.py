"""A part of the region fetched again leaves the rest of the pack as it was."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import LAYERS, LayerKind
from layers.packs.data_pack import Pack
from layers.words.territory_paper import Territory


def elsewhere(base: Pack, layer: str, territory: Territory) -> pd.DataFrame:
    """Return the rows of the pack that lie outside the territory asked for.

    Parameters
    ----------
    base : the pack that is completed.
    layer : the layer's name.
    territory : what was asked for.

    Returns
    -------
    Rows by their commune, else by their shape; all of them for a layer that has neither, none when
    the whole pack was asked for.
    """
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


def together(kind: LayerKind, fetched: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return what was fetched and what was kept; where both have a row, the fetched one wins.

    Rows that the file gave no identifier to were numbered: they are numbered again.

    Parameters
    ----------
    kind : the layer, whose key says which rows are the same.
    fetched : the new rows.
    kept : the former rows; may be empty.

    Returns
    -------
    Rows in the order of the key, a GeoDataFrame when the new ones are.
    """
    if kept.empty:
        return fetched
    key = list(kind.key)
    known = pd.MultiIndex.from_frame(fetched[key].astype("str"))
    again = pd.MultiIndex.from_frame(kept[key].astype("str")).isin(known)
    again &= ~_numbered(kind, kept).to_numpy()
    whole: pd.DataFrame = pd.concat([fetched, kept[~again]], ignore_index=True)
    loose = _numbered(kind, whole)
    whole.loc[loose, key[0]] = [f"{kind.name}-{row:06d}" for row in range(1, int(loose.sum()) + 1)]
    whole = whole.sort_values(key, ignore_index=True)
    if isinstance(fetched, gpd.GeoDataFrame):
        whole = gpd.GeoDataFrame(whole, geometry="geometry", crs=fetched.crs)
    return whole


def _numbered(kind: LayerKind, table: pd.DataFrame) -> pd.Series:
    return table[kind.key[0]].astype("str").str.fullmatch(rf"{kind.name}-\d+")
