"""The national standard for brownfields (CNIG 1.0.6), turned into the columns of Cartofriches."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.geometry.vector_overlay import number, polygons_of, rounded
from layers.words.territory_paper import CRS

# The owner's name, address and land unit are in the standard; they are never read.
SITE_COLUMNS = (
    "site_id",
    "site_nom",
    "site_type",
    "site_identif_date",
    "site_actu_date",
    "site_statut",
    "comm_insee",
    "sol_pollution_existe",
    "urba_zone_type",
    "source_nom",
    "geompoint",
    "geomsurf",
)
API_COLUMNS = (*SITE_COLUMNS, "site_surface")
OUTLINE_COLUMNS = ("site_id", "geomsurf")
MISSING = ("", "NA", "NaN", "N/A", "<NA>")
LOOKED_AT = ("friche sans projet", "friche avec projet")
# Metropolitan France in degrees: the standard's own example writes the latitude first.
LATITUDES, LONGITUDES = (41.0, 52.0), (-6.0, 10.0)


def to_cartofriches(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the columns of Cartofriches; a site that is no longer a brownfield is left out.

    A « friche potentielle » is unverified. A site without a position is left out.

    Parameters
    ----------
    table : ``SITE_COLUMNS`` as texts, and ``site_surface`` when it comes from the API.

    Returns
    -------
    One row a site: ``site_surface`` in m² is the area published, else that of the outline, absent
    without one; ``long`` and ``lat`` in degrees.
    """
    table = _present(table).drop_duplicates("site_id").set_index("site_id", drop=False)
    area = outlines_of(table).area.reindex(table.index).round(1)
    if "site_surface" in table:
        published = number(table["site_surface"])
        area = published.where(published > 0).fillna(area)
    points = _shapes(table["geompoint"]).to_crs("EPSG:4326")
    status = table["site_statut"].fillna("inconnu")
    plain = pd.DataFrame(table.drop(columns=["geompoint", "geomsurf"])).assign(
        site_surface=area.astype(object).where(area.notna(), None),
        dep=table["comm_insee"].map(_departement),
        nature="standard CNIG",
        # The standard has neither the zone's wording nor the distance to a station.
        urba_zone_lib=None,
        desserte_distance_ferroviaire=None,
        checked=np.where(status.isin(LOOKED_AT), "True", "False"),
        long=points.x,
        lat=points.y,
    )
    kept = (status != "friche reconvertie") & plain["long"].notna()
    shaped = gpd.GeoDataFrame(plain, geometry=points)
    return shaped[kept].reset_index(drop=True)


def outlines_of(table: pd.DataFrame) -> gpd.GeoSeries:
    """Return the outlines in Lambert-93 by site, for the sites that have a readable one.

    Parameters
    ----------
    table : ``site_id`` and ``geomsurf``, WKT in degrees or in Lambert-93 metres.

    Returns
    -------
    Valid polygons rounded to 0.1 m, by ``site_id``.
    """
    shapes = _shapes(_present(table).set_index("site_id", drop=False)["geomsurf"])
    found = shapes[~(shapes.isna() | shapes.is_empty)]
    flat = polygons_of(rounded(found, 0.1))
    areal: gpd.GeoSeries = flat[flat.area > 0]
    return areal


def _present(table: pd.DataFrame) -> pd.DataFrame:
    return table.replace(dict.fromkeys(MISSING))


def _shapes(text: pd.Series) -> gpd.GeoSeries:
    """Read WKT in degrees, latitude first or last, or in Lambert-93 metres; to Lambert-93."""
    words = [word if isinstance(word, str) else None for word in text]
    shapes = shapely.from_wkt(np.array(words, dtype=object), on_invalid="ignore")
    bounds = shapely.bounds(shapes)
    metres = np.abs(np.nan_to_num(bounds)).max(axis=1) > 360.0
    swapped = _between(bounds[:, [0, 2]], LATITUDES) & _between(bounds[:, [1, 3]], LONGITUDES)
    turned = shapely.transform(shapes[swapped], lambda xy: xy[:, ::-1])
    shapes[swapped] = turned
    degrees = shapes.copy()
    degrees[metres] = None
    lambert: gpd.GeoSeries = gpd.GeoSeries(degrees, index=text.index, crs="EPSG:4326").to_crs(CRS)
    lambert[metres] = shapes[metres]
    return lambert


def _between(values: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray(((values >= limits[0]) & (values <= limits[1])).all(axis=1), dtype=bool)


def _departement(commune: str) -> str:
    text = str(commune)
    return text[:3] if text.startswith("97") else text[:2]
