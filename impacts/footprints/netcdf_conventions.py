"""A footprint as a NetCDF others open: CF units and names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

_UNITS: Mapping[str, str] = {
    "tCO2e/MW": "t MW-1",
    "kgNOx/MW": "kg MW-1",
    "m3eq/MW": "m3 MW-1",
    "m3/MW": "m3 MW-1",
    "m2/MW": "m2 MW-1",
    "GWh/MW": "GWh MW-1",
    "MWh/MW": "MWh MW-1",
    "MW/MW": "1",
    "L/MW": "L MW-1",
    "L/kWh": "L kWh-1",
    "degC": "degree_Celsius",
}
"""This tool's units as UDUNITS reads them; what is counted (CO₂, NOx) stays in the long name."""
_COUNTED = {"tCO2e": "équivalent CO2", "m3eq": "équivalent mondial"}


def conform(figures: xr.Dataset) -> xr.Dataset:
    """Return the Dataset with CF-1.11 attributes: ``units``, ``long_name``, ``Conventions``.

    Values are untouched; ``siting_units`` keeps the unit this tool says; booleans become 0 and 1
    with ``flag_meanings``.

    Parameters
    ----------
    figures : Dataset with ``units`` and ``label_fr`` in attrs, from ``impacts.footprint``.

    Returns
    -------
    A copy, ready for ``to_netcdf``.
    """
    found = figures.copy()
    for name in [*found.data_vars, *found.coords]:
        array = found[name]
        attrs = dict(array.attrs)
        if array.dtype == bool:
            found[name] = (array.dims, array.to_numpy().astype(np.int8))
            attrs |= {"flag_values": np.array([0, 1], np.int8), "flag_meanings": "no yes"}
        said = str(attrs.get("units", ""))
        if said:
            attrs |= {"units": _UNITS.get(said, said), "siting_units": said}
        if "label_fr" in attrs:
            attrs["long_name"] = _named(str(attrs["label_fr"]), said)
        found[name].attrs = {key: attrs[key] for key in sorted(attrs)}
    return found.assign_attrs(
        Conventions="CF-1.11",
        title="Empreintes par MW informatique installé et par an",
    )


def _named(label: str, units: str) -> str:
    counted = next((words for start, words in _COUNTED.items() if units.startswith(start)), "")
    return f"{label} ({counted})" if counted else label
