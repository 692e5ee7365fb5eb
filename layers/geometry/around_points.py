"""How many live around a site: cells of one kilometre, each counted by its share in the circle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CELL_KM = 1.0


def people_within(sites_xy: Floats, cells_xy: Floats, people: Floats, radius_km: float) -> Floats:
    """Return the inhabitants within a radius of each site, from cells given by their centre.

    Parameters
    ----------
    sites_xy, cells_xy : shape (n, 2), Lambert-93, in metres.
    people : inhabitants of each cell.
    radius_km : of the circle around the site's point.

    Returns
    -------
    shape (sites,): a cell counts whole inside the circle, not at all outside, and in proportion
    to how far its centre stands from the edge when the circle cuts it.
    """
    from scipy.spatial import cKDTree

    half = 0.5 * CELL_KM
    reach_m = 1000.0 * (radius_km + half)
    pairs = cKDTree(sites_xy).sparse_distance_matrix(
        cKDTree(cells_xy), reach_m, output_type="ndarray"
    )
    share = np.clip((radius_km + half - pairs["v"] / 1000.0) / CELL_KM, 0.0, 1.0)
    found: Floats = np.zeros(len(sites_xy))
    np.add.at(found, pairs["i"], share * people[pairs["j"]])
    return found
