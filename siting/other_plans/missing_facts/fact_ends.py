"""Inputs at an end: without some sites, with a scaled term; and the two ends of a value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from layers.words.dated_values import Value
from layers.words.french import NARROW, number
from siting.program.program_inputs import Inputs

ASSUMED = ("assumption", "memory")


def two_ends(value: Value | None) -> tuple[float, float, float] | None:
    """Return low, usual and high of a value that has two ends and that nobody has read.

    Parameters
    ----------
    value : a dated value, or None.

    Returns
    -------
    The three in the value's unit, or None; a value by key gives its high end as usual.
    """
    if value is None or value.low is None or value.high is None or value.status not in ASSUMED:
        return None
    usual = value.high if isinstance(value.value, dict) else value.number
    return value.low, usual, value.high


def without(inputs: Inputs, lost: pd.Index) -> Inputs:
    """Return the inputs without some candidates.

    Parameters
    ----------
    inputs : the question.
    lost : ids of sites.

    Returns
    -------
    Inputs without them, their lines and their links to sinks.
    """
    return replace(
        inputs,
        sites=inputs.sites.drop(index=lost),
        connections=inputs.connections[~inputs.connections["site_id"].isin(lost)],
        links=inputs.links[~inputs.links["site_id"].isin(lost)],
    )


def scaled(inputs: Inputs, name: str, factor: float) -> Inputs:
    """Return the inputs with a term of the footprint multiplied.

    Parameters
    ----------
    inputs : the question.
    name : of the coefficient.
    factor : what it is multiplied by.

    Returns
    -------
    Inputs whose other coefficients are as they were.
    """
    coefficients = inputs.coefficients
    scaled = (coefficients[name] * np.float64(factor)).assign_attrs(coefficients[name].attrs)
    return replace(inputs, coefficients=coefficients.assign({name: scaled}))


def is_blank(sites: pd.DataFrame, column: str) -> bool:
    """Return whether a layer that the sites could have been judged on says nothing anywhere.

    Parameters
    ----------
    sites : the table of sites.
    column : what the layer gives each.

    Returns
    -------
    False when the column is absent.
    """
    return column in sites and bool(sites[column].isna().all())


def percent(share: float) -> str:
    """Write a share.

    Parameters
    ----------
    share : 1.0 for the whole.

    Returns
    -------
    Text in French, such as « 25 % ».
    """
    return f"{number(100 * share)}{NARROW}%"
