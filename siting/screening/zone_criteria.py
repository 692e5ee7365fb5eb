"""A zone that someone brings, as a criterion of its own: it rejects a site, or is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from layers.words.dated_values import Value
from siting.screening.criteria.criterion_registry import Criterion, knock_out

EXCLUDE = "exclude"


def zone_column(name: str) -> str:
    """Return the column of the sites that holds their hectares inside a zone.

    Parameters
    ----------
    name : « zone_1 ».

    Returns
    -------
    The column.
    """
    return f"{name}_overlap_ha"


def zone_verdicts(sites: pd.DataFrame, zone: Mapping[str, Any], since: date) -> pd.DataFrame:
    """Return the verdict of a zone on each site: a knock-out, or something to look at.

    Parameters
    ----------
    sites : index site_id, with the zone's column; NaN where nobody knows.
    zone : name, label, role (« exclude » or « attention »), source, file.
    since : the scenario's reference date.

    Returns
    -------
    As ``knock_out`` returns.
    """
    label = f"Hors zone « {zone['label']} »"
    criterion = f"zone.{zone['name'].removeprefix('zone_')}"
    column = zone_column(zone["name"])
    limit = Value(
        name=criterion, label_fr=label, unit="ha", scope="U", value=0.0, low=None, high=None,
        law="fixed", status="assumption", since=since,
        reference=f"Zone apportée : {zone['label']} ({zone['source']}, {zone['file']})",
    )  # fmt: skip
    entry = Criterion(
        criterion, label, "ha", lambda table: table[column], criterion, "<=", None, None, (),
        is_check=zone["role"] != EXCLUDE,
    )  # fmt: skip
    return knock_out(entry, sites, {criterion: limit})


__all__ = ["EXCLUDE", "zone_column", "zone_verdicts"]
