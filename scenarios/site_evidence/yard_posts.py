"""The yards under the posts that have transformers to HTA: their code, name and point."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.place_names import place_name, with_accents

# A yard is the rows within this distance of one another.
SAME_YARD_M = 300.0


def named_yards(pack: Pack) -> gpd.GeoDataFrame:
    """Return the yards of the pack, each under the post that has transformers to HTA.

    A yard is several posts within 300 m of one another. Where transformers stand at another post
    than the one it is filed under, it takes that post's code, name and point: there a line ends.

    Parameters
    ----------
    pack : the layers; the yards' own register has no accents.

    Returns
    -------
    The table of the yards, its ``name`` as the commune writes it when it bears one's name; a yard
    with several posts that have transformers bears all their names.
    """
    yards = pack.table("yards")
    posts, places = _listed(pack), pack.table("communes")["name"]
    yards = yards.assign(name=with_accents(yards["name"], places))
    if posts is not None:
        spelt = with_accents(posts["name"].fillna("").astype(str).map(place_name), places)
        yards = _under_transformers(yards, posts.assign(name=spelt))
    return yards.sort_values("yard_id", ignore_index=True)


def posts_at_yards(pack: Pack) -> gpd.GeoDataFrame | None:
    """Return the posts that Caparéseau or a distributor lists, each at its yard.

    Parameters
    ----------
    pack : the layers.

    Returns
    -------
    Points, with yard_id as in ``named_yards``, is_source and installed_mva; None when the pack has
    no such list.
    """
    posts = _listed(pack)
    if posts is None:
        return None
    main = _main_posts(pack.table("yards"), posts)["code"]
    return posts.assign(yard_id=posts["yard_id"].map(main).fillna(posts["yard_id"]))


def yard_of_code(yards: pd.DataFrame) -> Mapping[str, str]:
    """Return the yard of each code, whichever of its posts it names.

    Parameters
    ----------
    yards : yard_id and codes, parted by « | ».

    Returns
    -------
    Yards by code.
    """
    return {
        code: yard
        for yard, codes in zip(yards["yard_id"], yards["codes"], strict=True)
        for code in str(codes).split("|")
    }


def _listed(pack: Pack) -> gpd.GeoDataFrame | None:
    """Give each post its yard in the pack: by code, else the nearest within a yard's size."""
    if not pack.has("source_substations"):
        return None
    posts, yards = pack.table("source_substations"), pack.table("yards")
    hosts = yards.loc[yards["can_host"] == "yes", ["yard_id", "geometry"]]
    near = gpd.sjoin_nearest(
        posts[["geometry"]],
        hosts.rename(columns={"yard_id": "near_id"}),
        how="left",
        max_distance=SAME_YARD_M,
    )["near_id"]
    near = near[~near.index.duplicated()]
    yard = posts["yard_id"].where(posts["yard_id"].notna(), near.reindex(posts.index))
    return posts.assign(yard_id=yard).dropna(subset=["yard_id"])


def _main_posts(yards: gpd.GeoDataFrame, posts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return by yard the post it goes under: its own if it has transformers, else the largest."""
    source = posts[posts["is_source"] != "no"]
    codes = source["yard_id"].map(yards.set_index("yard_id")["codes"]).fillna("").astype(str)
    ours = [
        zone in held.split("|")
        for zone, held in zip(source["zone_id"].astype(str), codes, strict=True)
    ]
    # A distributor's own list has its own identifiers, which are no code of a yard.
    code = source["zone_id"].where(ours, source["yard_id"])
    ordered = source.assign(code=code, own=code == source["yard_id"]).sort_values(
        ["own", "installed_mva", "code"], ascending=[False, False, True]
    )
    return ordered.drop_duplicates("yard_id").set_index("yard_id")


def _under_transformers(yards: gpd.GeoDataFrame, posts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    main = _main_posts(yards, posts)
    source = posts[(posts["is_source"] != "no") & (posts["name"] != "")]
    first = source["yard_id"].map(main["zone_id"]) == source["zone_id"]
    ordered = source.assign(first=first).sort_values(["first", "zone_id"], ascending=[False, True])
    by_yard = ordered.groupby("yard_id")["name"]
    names = by_yard.agg(lambda each: " / ".join(dict.fromkeys(each)))
    several = names.str.contains(" / ", regex=False)
    code = yards["yard_id"].map(main["code"])
    point = gpd.GeoSeries(yards["yard_id"].map(main.geometry), crs=yards.crs)
    # The register's own spelling stays where the yard already is under its one source.
    renamed = (code.notna() & (code != yards["yard_id"])) | yards["yard_id"].map(several).eq(True)
    return yards.assign(
        yard_id=code.fillna(yards["yard_id"]),
        name=yards["name"].where(~renamed, yards["yard_id"].map(names).fillna(yards["name"])),
        geometry=point.where(point.notna(), yards.geometry),
    )
