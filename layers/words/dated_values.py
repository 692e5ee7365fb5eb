"""Numbers read in texts and papers: dated, with unit, status and reference, never in code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from layers.words.errors import SitingError

# The calendar every yearly figure is counted on: 365 days, no leap day.
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Status = Literal["read", "computed", "memory", "assumption"]

STATUS_FR: Mapping[str, str] = {
    "read": "lu",
    "computed": "calculé",
    "memory": "de mémoire – à vérifier",
    "assumption": "hypothèse",
}

SCOPE_FR: Mapping[str, str] = {
    "L": "loi ou règlement",
    "S": "SRADDET, SDAGE",
    "N": "Néo Terra",
    "C": "CESER",
    "T": "pratique du métier",
    "U": "choix",
    "P": "physique",
}

# What the scopes of regional texts are called where the territory does not name its own.
UNNAMED_FR: Mapping[str, str] = {
    "S": "schéma régional",
    "N": "stratégie régionale",
    "C": "avis d'une assemblée régionale",
}


def scopes_fr(texts: Mapping[str, str] | None) -> dict[str, str]:
    """Return what each scope is called in a territory.

    Parameters
    ----------
    texts : the names of its regional texts, by scope; None for the region whose papers ship.

    Returns
    -------
    French words by the letter of the scope.

    Examples
    --------
    >>> scopes_fr(None)["N"], scopes_fr({})["N"], scopes_fr({"N": "Feuille de route"})["N"]
    ('Néo Terra', 'stratégie régionale', 'Feuille de route')
    """
    return dict(SCOPE_FR) if texts is None else {**SCOPE_FR, **UNNAMED_FR, **texts}


# Who sets a value: a text is one thing, a threshold another.
SETTER_FR: Mapping[str, str] = {
    "read": "texte",
    "computed": "calcul",
    "memory": "texte, de mémoire – à vérifier",
    "assumption": "hypothèse",
}
USER_FR = "choix du scénario"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class DatedValue(_Part):
    """One value, from a day on; low and high bound it when the source or the doubt does."""

    since: date = Field(alias="from", default=date(2000, 1, 1))
    value: float | str | dict[str, float]
    low: float | None = None
    high: float | None = None
    law: Literal["triangular", "lognormal", "fixed"] = "fixed"
    status: Status
    reference: str = Field(min_length=8)
    note: str = ""


class Parameter(_Part):
    """A quantity that a text or a paper sets, with its successive values."""

    label_fr: str = Field(min_length=3)
    unit: str
    scope: Literal["L", "S", "N", "C", "T", "U", "P"] = "P"
    last_checked: date | None = None
    values: tuple[DatedValue, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Value:
    """A parameter's value in force on a day, with its papers; ``by_user``: a scenario sets it."""

    name: str
    label_fr: str
    unit: str
    scope: str
    value: float | str | dict[str, float]
    low: float | None
    high: float | None
    law: str
    status: str
    reference: str
    since: date
    note: str = ""
    by_user: bool = False

    @property
    def setter_fr(self) -> str:
        """Return who sets the value: a text, a computation, an assumption, or the scenario."""
        return USER_FR if self.by_user else SETTER_FR[self.status]

    @property
    def number(self) -> float:
        """Return the value as one number; a value by period has none."""
        if isinstance(self.value, dict | str):
            raise SitingError(
                "SIT501",
                f"« {self.name} » n'est pas un nombre unique",
                where=self.reference,
            )
        return float(self.value)

    def at(self, period: int) -> float:
        """Return the value at a period: the latest given year not after it, else the first.

        Parameters
        ----------
        period : a year, such as 2031.

        Returns
        -------
        The value in ``unit``; the same at every period when it is a single number.

        Raises
        ------
        SitingError : SIT501 when the value is a text.

        Examples
        --------
        >>> v = Value("x", "x", "1", "N", {"2031": 0.1, "2036": 0.2}, None, None, "fixed",
        ...           "assumption", "exemple", date(2026, 1, 1))
        >>> v.at(2031), v.at(2034), v.at(2040), v.at(2026)
        (0.1, 0.1, 0.2, 0.1)
        """
        if not isinstance(self.value, dict):
            return self.number
        years = sorted(int(year) for year in self.value)
        past = [year for year in years if year <= period]
        return float(self.value[str(past[-1] if past else years[0])])


def read_parameters(folder: Path) -> dict[str, Parameter]:
    """Read every dated TOML of a folder; names are « file stem.key ».

    Parameters
    ----------
    folder : where the « *.toml » lie; its subfolders are not read.

    Returns
    -------
    Parameters by name, file after file.

    Raises
    ------
    SitingError : SIT501 when a value lacks its unit, status or reference.
    """
    return {
        f"{path.stem}.{key}": parameter
        for path in sorted(folder.glob("*.toml"))
        for key, parameter in read_parameter_file(path).items()
    }


def read_parameter_file(path: Path) -> dict[str, Parameter]:
    """Read one dated TOML; names are its keys.

    Parameters
    ----------
    path : the TOML, one table a parameter.

    Returns
    -------
    Parameters by name, in the order of the file.

    Raises
    ------
    SitingError : SIT501 when a value lacks its unit, status or reference.
    """
    return dict(_each_parameter(path))


def _each_parameter(path: Path) -> Iterator[tuple[str, Parameter]]:
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, body in content.items():
        try:
            yield key, Parameter.model_validate(body)
        except ValidationError as problem:
            first = problem.errors()[0]
            raise SitingError(
                "SIT501",
                f"le paramètre « {path.stem}.{key} » est mal formé : {first['msg']}",
                where=f"{path.name}, {'.'.join(str(part) for part in first['loc'])}",
            ) from None


def in_force(parameters: Mapping[str, Parameter], day: date) -> dict[str, Value]:
    """Return each parameter's value in force on a day; one with none yet is left out.

    Parameters
    ----------
    parameters : dated parameters by name.
    day : values dated after it do not count.

    Returns
    -------
    Values by name, in the order of the parameters.
    """
    values: dict[str, Value] = {}
    for name, parameter in parameters.items():
        past = [dated for dated in parameter.values if dated.since <= day]
        if past:
            values[name] = _value(name, parameter, max(past, key=lambda dated: dated.since))
    return values


def _value(name: str, parameter: Parameter, dated: DatedValue) -> Value:
    return Value(
        name=name,
        label_fr=parameter.label_fr,
        unit=parameter.unit,
        scope=parameter.scope,
        value=dated.value,
        low=dated.low,
        high=dated.high,
        law=dated.law,
        status=dated.status,
        reference=dated.reference,
        since=dated.since,
        note=dated.note,
    )
