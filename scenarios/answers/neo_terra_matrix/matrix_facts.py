"""What the matrix reads of a plan at a period: its figures, its limits, and who sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

import siting.program.rules  # noqa: F401 - registers the rules
from layers.words.dated_values import SETTER_FR, USER_FR
from scenarios.storage.results import Results
from siting.program.rule_registry import PARTLY_FR, RULES

HOURS = 8.76  # thousand hours a year: MW → GWh


@dataclass(frozen=True)
class Reading:
    """An indicator between two ends, the same when it is known; ``partly`` when a layer lacks."""

    low: float
    high: float
    partly: bool = False


@dataclass(frozen=True)
class Limit:
    """A declared target, and who sets it."""

    value: float
    setter_fr: str


@dataclass(frozen=True)
class Facts:
    """A plan at a period; ``empty`` keeps only the existing centres, ``placed`` the new sites too.

    Attributes
    ----------
    results : an opened folder.
    period : one of its periods.
    placed : count the sites of the plan.
    decided : count the projects already decided.
    """

    results: Results
    period: int
    placed: bool = True
    decided: bool = True

    @property
    def nothing_new(self) -> Facts:
        """Return the same territory with its existing centres only."""
        return replace(self, placed=False, decided=False)

    @property
    def before_the_plan(self) -> Facts:
        """Return the same territory with its existing centres and its decided projects."""
        return replace(self, placed=False)

    def figure(self, name: str) -> float:
        """Return a total of the plan's sites, on the constants as the bill of the rules is.

        Parameters
        ----------
        name : a figure of the summary.

        Returns
        -------
        The total, 0 when the plan's sites do not count.
        """
        if not self.placed:
            return 0.0
        return float(self.results.summary["plan"].get(str(self.period), {}).get(name) or 0.0)

    def power_mw(self) -> float:
        """Return the IT MW that the plan places.

        Returns
        -------
        IT MW; 0 when the plan's sites do not count.
        """
        return self.figure("it_mw")

    def existing_mw(self) -> float:
        """Return the IT MW in service today.

        Returns
        -------
        IT MW; 0 when the folder does not say it.
        """
        told = self.results.summary.get("demand", {}).get(str(self.period), {})
        return float(told.get("existing_it_mw", 0.0))

    def fixed(self, name: str) -> float:
        """Return what the decided projects take, in the share of them in service.

        Parameters
        ----------
        name : « it_mw », or an annual or a land amount of a project.

        Returns
        -------
        The sum; 0 when decided projects do not count.
        """
        projects = self.results.document("parameters").get("projects", [])
        return sum(self._of_project(each, name) for each in projects if self.decided)

    def _of_project(self, project: Mapping[str, Any], name: str) -> float:
        powers = {int(year): float(mw) for year, mw in project["it_mw"].items()}
        served = max((mw for year, mw in powers.items() if year <= self.period), default=0.0)
        if name == "it_mw":
            return served
        whole = max(powers.values())
        return float(project[name]) * (served / whole if whole else 0.0)

    @property
    def utilisation(self) -> float | None:
        """Return the mean IT load, as a share of the IT power installed; None when not held."""
        told = self.results.scenario.get("demand", {}).get("utilisation")
        return None if told is None else float(told)

    def limit(self, rule: str, key: str) -> Limit | None:
        """Return a value of a rule at the period: the scenario's own first, applied or not.

        Parameters
        ----------
        rule : a registered rule.
        key : one of its values.

        Returns
        -------
        The value and who sets it; None when the folder does not hold it.
        """
        own = self.results.scenario.get("rules", {}).get(rule)
        if isinstance(own, Mapping) and key in own:
            return Limit(at(own[key], self.period), USER_FR)
        name = RULES[rule].values[key]
        for entry in self.results.parameters:
            if entry["name"] == name:
                return Limit(at(entry["value"], self.period), SETTER_FR[entry["status"]])
        return None

    def billed(self, rule: str) -> pd.DataFrame:
        """Return the rows of a rule at the period, none when nothing could judge it.

        Parameters
        ----------
        rule : a registered rule.

        Returns
        -------
        Rows of the bill.
        """
        bill = self.results.rules
        here = (bill["rule"] == rule) & bill["evaluated"].astype(bool)
        return bill[here & (bill["period"] == self.period)]

    def retained(self) -> pd.DataFrame:
        """Return the sites of the plan with their IT MW at the period, in ``it_mw``.

        Returns
        -------
        Columns of ``sites`` without geometry, and ``it_mw`` (MW); no rows when the plan's sites do
        not count.
        """
        sites = self.results.sites
        table = pd.DataFrame(sites.drop(columns="geometry"))
        for name in ("source", "plu_zone", "departement_code"):
            if name not in table:  # a folder of an older version
                table[name] = None
        mw = table[f"it_mw_{self.period}"].fillna(0.0) if self.placed else 0.0
        table["it_mw"] = mw
        return table[table["it_mw"] > 0]


def at(value: float | Mapping[str, float], period: int) -> float:
    """Return a value at a period: that of the latest year given not after it, else of the first.

    Parameters
    ----------
    value : a number, or numbers by year.
    period : a year.

    Returns
    -------
    The number.

    Examples
    --------
    >>> at({"2031": 0.1, "2036": 0.2}, 2034), at(3, 2031)
    (0.1, 3.0)
    """
    if not isinstance(value, Mapping):
        return float(value)
    years = sorted(int(year) for year in value)
    past = [year for year in years if year <= period]
    return float(value[str(past[-1] if past else years[0])])


def is_partly(rows: pd.DataFrame) -> bool:
    """Return whether a rule was judged on some of its layers only.

    Parameters
    ----------
    rows : rows of the bill.

    Returns
    -------
    True when a note says so.
    """
    return bool(rows["note_fr"].fillna("").str.startswith(PARTLY_FR).any())
