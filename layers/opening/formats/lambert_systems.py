"""Systems that are Lambert-93 under another name: with heights, or of a later realisation."""

from __future__ import annotations

import pyproj

from layers.words.territory_paper import CRS

# RGF93 v1, v2 and v2b differ by millimetres: a hectare is the same in each.
REALISATIONS = (CRS, "EPSG:9793", "EPSG:9794")


def is_lambert(system: str) -> bool:
    """Say whether a system's plane is Lambert-93, whatever its height and its realisation.

    Parameters
    ----------
    system : a code or a WKT.

    Returns
    -------
    True for EPSG:2154, 9793, 9794, and for them with heights (EPSG:5698).

    Examples
    --------
    >>> is_lambert("EPSG:5698"), is_lambert("EPSG:9794"), is_lambert("EPSG:27572")
    (True, True, False)
    """
    plane = pyproj.CRS.from_user_input(system)
    if plane.is_compound:
        plane = plane.sub_crs_list[0]
    if plane.is_bound and plane.source_crs is not None:
        plane = plane.source_crs
    plane = plane.to_2d()
    return any(plane.equals(pyproj.CRS(one), ignore_axis_order=True) for one in REALISATIONS)
