"""Projects announced, as sites of a plan drawn by hand: what they said, and nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import xarray as xr

from layers.packs.data_pack import Pack
from siting.program.program_inputs import Inputs


class PackWith:
    """A pack whose brownfields also hold the projects a drawing names."""

    def __init__(self, pack: Pack, extra: gpd.GeoDataFrame) -> None:
        self._pack = pack
        self._extra = extra

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pack, name)

    def table(self, name: str) -> gpd.GeoDataFrame:
        """Return a table of the pack, the brownfields with the projects below them.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        The table, in the system of the pack's.
        """
        table = self._pack.table(name)
        if name != "brownfields" or self._extra.empty:
            return table
        both = pd.concat([pd.DataFrame(table), pd.DataFrame(self._extra)], ignore_index=True)
        return gpd.GeoDataFrame(both, geometry="geometry", crs=table.crs)


def as_brownfields(pack: Pack, projects: Mapping[str, Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Write announced projects as sites: their ground, and the place they were announced at.

    Parameters
    ----------
    pack : gives the communes.
    projects : as the pack announces them, by name.

    Returns
    -------
    Rows of the layer of brownfields, Lambert-93.
    """
    communes = pack.table("communes").set_index("commune_code")
    rows = []
    for name, body in projects.items():
        code = str(body["commune_code"])
        place = (
            shapely.Point(float(body["x_m"]), float(body["y_m"]))
            if "x_m" in body
            else communes.loc[code].geometry.centroid
        )
        land = max(float(body["land_ha"]), 0.01) * 1e4
        rows.append(
            {
                "site_id": name,
                "name": body["label_fr"],
                "status": "avec projet",
                "status_is_verified": True,
                "site_surface_m2": land,
                "area_state": "ok",
                "commune_code": code,
                "plu_zone": "U" if float(body["enaf_ha"]) == 0 else "inconnue",
                "buildings": float(float(body["enaf_ha"]) == 0),  # 0 ha announced: built already
                "geometry": place,
            }
        )
    return gpd.GeoDataFrame(
        pd.DataFrame(rows), geometry="geometry" if rows else None, crs="EPSG:2154" if rows else None
    )


def announced(inputs: Inputs, projects: Mapping[str, Mapping[str, Any]]) -> Inputs:
    """Give a project what it announced: its ground, its connection and its yards.

    Parameters
    ----------
    inputs : what the program reads.
    projects : as the pack announces them, by name.

    Returns
    -------
    The inputs, the lines of projects in place of those of their sites.
    """
    sites, coefficients = inputs.sites.copy(), inputs.coefficients.copy(deep=True)
    lines = inputs.connections[~inputs.connections["site_id"].isin(list(projects))]
    told = []
    for name, body in projects.items():
        mw = max(float(value) for value in body["it_mw"].values())
        land = float(body["land_ha"]) * 1e4
        sites.loc[name, "usable_area_m2"] = land or 1e4
        sites.loc[name, "is_brownfield"] = float(body["enaf_ha"]) == 0
        sites.loc[name, "retainable"] = True  # whoever announced it answers for its land
        _set(coefficients, "connection_ratio", name, float(body["grid_mw"]) / mw)
        _set(coefficients, "land", name, (land or 1e4) / mw)
        told += [
            _line(inputs, name, body, yard, share) for yard, share in body["yard_shares"].items()
        ]
    both = pd.concat([lines, pd.DataFrame(told, columns=list(lines.columns))], ignore_index=True)
    return replace(inputs, sites=sites, coefficients=coefficients, connections=both)


def _set(coefficients: xr.Dataset, variable: str, site: str, value: float) -> None:
    coefficients[variable].loc[{"site_id": site}] = value


def _line(
    inputs: Inputs, name: str, body: Mapping[str, Any], yard: str, share: float
) -> dict[str, Any]:
    """Return the announced share of a project's connection; its line is not priced."""
    level = int(inputs.yards["max_voltage_kv"].astype(int)[yard])
    grid_mw, hta_mw = float(body["grid_mw"]), inputs.policy["grid.hta_site_mw"].number
    domain = "HTA" if grid_mw <= hta_mw else "HTB1" if level < 150 else "HTB2"
    return {
        "site_id": name,
        "yard_id": yard,
        "domain": domain,
        "voltage_kv": level,
        "distance_km": 0.0,
        "limit_mw": grid_mw * float(share) * (1 + 1e-9),
        "cost_low_meur": 0.0,
        "cost_meur": 0.0,
        "cost_high_meur": 0.0,
        "delay_years": 0.0,
    }
