"""The ledger of impacts: one function a quantity, whose arguments are what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

import xarray as xr

from layers.words.dated_values import Value
from layers.words.errors import SitingError

Formula = Callable[..., xr.DataArray]


@dataclass(frozen=True)
class Entry:
    """A quantity of the ledger: its formula, its papers, and the units of what it needs."""

    name: str
    units: str
    label_fr: str
    reference: str
    needs: Mapping[str, str]
    formula: Formula


LEDGER: dict[str, Entry] = {}


def impact(
    units: str, label_fr: str, *, reference: str, **needs: str
) -> Callable[[Formula], Formula]:
    """Register a function as an impact: its name is the quantity, its arguments the needs.

    A need is the name of another quantity, or of a constant written ``family_key`` for
    « family.key »; each is given with the units expected.

    Parameters
    ----------
    units : unit of the quantity, as its attrs say it.
    label_fr : French name.
    reference : where the formula comes from.
    needs : name of each argument → units expected, compared letter for letter.

    Returns
    -------
    Decorator that registers the function and returns it unchanged.
    """

    def register(formula: Formula) -> Formula:
        name = formula.__name__
        LEDGER[name] = Entry(name, units, label_fr, reference, needs, formula)
        return formula

    return register


def constants(factors: Mapping[str, Value]) -> dict[str, xr.DataArray]:
    """Return constants as the ledger names them (« water.offsite » becomes water_offsite).

    Parameters
    ----------
    factors : constants in force, from ``impacts.factors``; tables and texts are left out.

    Returns
    -------
    Name → scalar with ``units`` in attrs.
    """
    return {
        name.replace(".", "_"): xr.DataArray(value.number, attrs={"units": value.unit})
        for name, value in factors.items()
        if not isinstance(value.value, dict | str)
    }


def work_out(known: Mapping[str, xr.DataArray]) -> xr.Dataset:
    """Work out every impact of the ledger from what is known, in an order that works.

    Parameters
    ----------
    known : arrays by name, ``units`` in attrs, dims that broadcast; a quantity given is not worked
        out again.

    Returns
    -------
    Dataset of the whole ledger: units, label_fr and reference in attrs.

    Raises
    ------
    SitingError : SIT500 when a need is lacking, SIT501 when it comes in another unit; both name who
        needs it.
    """
    values = dict(known)
    for name in _order():
        if name in values:
            continue
        if name not in LEDGER:
            raise _lacking(name)
        entry = LEDGER[name]
        for need, units in entry.needs.items():
            _same_units(entry.name, need, units, values[need])
        result = entry.formula(**{need: values[need] for need in entry.needs})
        # Replaced, not merged: merging leaves attributes in an order that changes between runs.
        result.attrs = {
            "units": entry.units,
            "label_fr": entry.label_fr,
            "reference": entry.reference,
        }
        values[name] = result
    return xr.Dataset({name: values[name] for name in LEDGER})


def _order() -> list[str]:
    graph = {name: sorted(LEDGER[name].needs) for name in sorted(LEDGER)}
    return list(TopologicalSorter(graph).static_order())


def _lacking(name: str) -> SitingError:
    users = sorted(entry.name for entry in LEDGER.values() if name in entry.needs)
    return SitingError(
        "SIT500",
        f"« {name} » manque, et {', '.join(users)} en dépend",
        where="impacts, registre des empreintes",
    )


def _same_units(user: str, need: str, units: str, given: xr.DataArray) -> None:
    found = given.attrs.get("units")
    if found != units:
        raise SitingError(
            "SIT501",
            f"{user} attend « {need} » en {units}, reçu en {found}",
            where="impacts, registre des empreintes",
        )
