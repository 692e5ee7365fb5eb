"""What the program is given: tables, coefficients, curves and settings, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import significant
from layers.words.three_states import may_be


@dataclass(frozen=True)
class FixedProject:
    """A project already decided, which enters every sum as a constant.

    Powers in MW, water in m³ a year, land in ha, heat in GWh a year; ``it_mw`` by year of
    commissioning; ``yard_shares`` split its connection between yards; ``control`` says who
    holds the operator: european, foreign or unknown.
    """

    name: str
    label_fr: str
    it_mw: Mapping[int, float]
    grid_mw: float
    departement_code: str
    commune_code: str
    yard_shares: Mapping[str, float]
    water_m3: float
    land_ha: float
    enaf_ha: float
    heat_gwh: float
    status: str
    reference: str
    control: str = "unknown"

    def it_mw_at(self, period: int) -> float:
        """Return the IT MW in service on 31 December of a period.

        Parameters
        ----------
        period : a year.

        Returns
        -------
        The most of the years up to it; 0 before the first.
        """
        return max((mw for year, mw in self.it_mw.items() if year <= period), default=0.0)


@dataclass(frozen=True)
class Demand:
    """The need: total installed IT MW by period, of which existing and fixed projects.

    An audit tells more of what exists: ``told_gwh`` of the meters it gives, ``untold_mw`` of the
    centres whose meter it does not (None: all), ``existing_water_m3`` (None: nobody tells) and
    ``silent_water``, the centres whose water it does not.
    """

    it_mw: Mapping[int, float]
    existing_it_mw: float
    utilisation: float
    fixed: tuple[FixedProject, ...] = ()
    told_gwh: float = 0.0
    untold_mw: float | None = None
    existing_water_m3: float | None = None
    silent_water: int = 0

    @property
    def assumed_mw(self) -> float:
        """Return the existing IT MW whose energy is an assumption, no meter being told."""
        return self.existing_it_mw if self.untold_mw is None else self.untold_mw

    @property
    def periods(self) -> tuple[int, ...]:
        """Return the periods in order."""
        return tuple(sorted(self.it_mw))

    def fixed_it_mw(self, period: int) -> float:
        """Return the IT MW of the fixed projects in service at a period.

        Parameters
        ----------
        period : a year.

        Returns
        -------
        IT MW in service on 31 December.
        """
        return sum(project.it_mw_at(period) for project in self.fixed)

    def to_place_mw(self, period: int) -> float:
        """Return what is left to place: total less existing less fixed, never below zero.

        Parameters
        ----------
        period : a key of ``it_mw``, a year.

        Returns
        -------
        IT MW, ≥ 0.
        """
        return max(0.0, self.it_mw[period] - self.existing_it_mw - self.fixed_it_mw(period))


@dataclass(frozen=True)
class RuleSetting:
    """How a scenario takes a rule: on or off, hard or soft, and what it overrides."""

    enabled: bool = True
    hard: bool = True
    penalty: float = 10.0
    overrides: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Objective:
    """What the program minimises: the weighted sum, or goals in order of importance.

    ``goals`` names terms of ``siting.program.objective.GOALS``, the first mattering most; empty,
    the weighted sum alone. ``give`` is the share of each goal that the next ones may use up;
    ``ceilings`` bound a goal (in its own unit), for a front between two of them.
    """

    goals: tuple[str, ...] = ()
    give: float = 0.0
    ceilings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class HeatSink:
    """What a sink asks beside its curve.

    ``pump_ratio`` : GWh of electricity that raises one GWh taken at the source to the network's
    temperature; ``least`` and ``most`` scale the curve to both ends of what is known of the heat
    that may be replaced there; ``delivered_ratio`` : GWh that reach users for one taken at the
    source; ``content_g_per_kwh`` : gCO2e of the heat they stop using.
    """

    pump_ratio: float = 0.0
    least: float = 1.0
    most: float = 1.0
    delivered_ratio: float = 1.0
    content_g_per_kwh: float = 0.0


def scaled_curve(curve: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return the curve of a sink that asks so many times its demand; of none, the origin alone.

    Parameters
    ----------
    curve : (k, 2) breakpoints (MW of steady heat, GWh a year).
    scale : multiplies both columns; zero or less gives the origin.

    Returns
    -------
    (k, 2), or (1, 2) for the origin alone.

    Examples
    --------
    >>> scaled_curve(np.array([[0.0, 0.0], [2.0, 8.0]]), 0.0).tolist()
    [[0.0, 0.0]]
    """
    return np.zeros((1, 2)) if scale <= 0 else curve * scale


LOCK_FR = {"keep": "gardé", "ban": "écarté", "min_mw": "au moins", "max_mw": "au plus"}


@dataclass(frozen=True)
class Lock:
    """A choice made outside the program about a site, or about the sites of a place.

    ``kind`` : keep (one of them opens), ban (none does), min_mw or max_mw (between them, IT MW
    at the last period); ``name`` as the scenario wrote it, ``label_fr`` as a planner reads it.
    """

    kind: str
    name: str
    label_fr: str
    sites: tuple[str, ...]
    mw: float = 0.0

    @property
    def kind_fr(self) -> str:
        """Return what is asked, in French."""
        bound = f" {significant(self.mw)} MW" if self.kind in ("min_mw", "max_mw") else ""
        return LOCK_FR[self.kind] + bound


def may_be_in_deficit(sites: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which sites are in a deficit sector (ZRE), or may be: an unknown state is no leave.

    Parameters
    ----------
    sites : a table with a column zre: yes, no or unknown.

    Returns
    -------
    One boolean a row.
    """
    return may_be(sites["zre"])


@dataclass(frozen=True)
class Inputs:
    """Everything the program reads.

    Attributes
    ----------
    sites : one row a candidate, index ``site_id`` (sorted): usable_area_m2, commune_code,
        epci_code, departement_code, sector_code, zre (yes|no|unknown), enaf (no|unknown),
        is_brownfield, is_verified, distance_km; ``retainable`` (all, when absent): a plan may
        hold the site.
    connections : one row a (site, yard, domain): site_id, yard_id, domain
        (HTA|HTB1|HTB2|HTB3), voltage_kv, distance_km, limit_mw (at the meter),
        cost_low_meur, cost_meur, cost_high_meur (whole line and bay), delay_years.
    yards : index ``yard_id``: name, max_voltage_kv, departement_code, room_low_mw, room_mw,
        room_high_mw, room_status, reserve_share (C16), hta_limit_mw.
    zones : index ``departement_code``: cap_mw (upstream withdrawal cap), status.
    links : one row a (site, sink): site_id, sink_id, distance_km.
    coefficients : per MW of installed IT, dims (site_id, design) and month; see
        ``impacts.footprint``.
    heat_curves : sink_id → array (k, 2) of breakpoints (MW of steady heat, GWh usable a year),
        from (0, 0), concave; chords between them never exceed the true curve.
    heat_sinks : sink_id → its heat pump and its doubt; a sink not named needs no pump.
    pump_carbon : gCO2e per kWh of the heat pumps' electricity.
    refuse_missing : stop (SIT106) when a rule asked for lacks its data, instead of reporting it.
    objective : what is minimised: the weighted sum, one goal, or several in order.
    max_sites : the most sites the plan may open; None, as many as it takes.
    locks : sites kept, left out or bounded by the scenario, by site or by place.

    A site may also carry x_m, y_m and ``*_overlap_ha`` columns; a rule that reads a column
    nobody gives is « non évaluée ».
    """

    sites: pd.DataFrame
    connections: pd.DataFrame
    yards: pd.DataFrame
    zones: pd.DataFrame
    links: pd.DataFrame
    coefficients: xr.Dataset
    heat_curves: Mapping[str, NDArray[np.float64]]
    demand: Demand
    rules: Mapping[str, RuleSetting]
    policy: Mapping[str, Value]
    weights: Mapping[str, float]
    references: Mapping[str, Value]
    max_liquid_share: float
    min_mw: float
    opening_cost_meur: float
    start_year: int
    refuse_missing: bool = False
    objective: Objective = Objective()
    max_sites: int | None = None
    heat_sinks: Mapping[str, HeatSink] = field(default_factory=dict)
    pump_carbon: float = 0.0
    locks: tuple[Lock, ...] = ()

    def pump_ratio(self, sink: str) -> float:
        """Return the GWh of pump electricity a GWh taken at the source for a sink costs.

        Parameters
        ----------
        sink : a sink_id.

        Returns
        -------
        GWh per GWh; 0 for a sink that ``heat_sinks`` does not name.
        """
        return self.heat_sinks[sink].pump_ratio if sink in self.heat_sinks else 0.0

    def coefficient(self, name: str, sites: Sequence[str]) -> NDArray[np.float64]:
        """Return a coefficient as an array (site, design), designs as the dataset orders them.

        Reads the arrays under the dataset's labels: the program asks hundreds of times.

        Parameters
        ----------
        name : a variable of ``coefficients``, of dims (site_id, design).
        sites : site_ids, in the order wanted.

        Returns
        -------
        (site, design), in the unit of the dataset.

        Raises
        ------
        SitingError : SIT105 when a site has no coefficients.
        """
        array = self.coefficients.variables[name].transpose("site_id", "design")
        places = self.coefficients.indexes["site_id"].get_indexer(pd.Index(sites))
        if (places < 0).any():
            lost = list(sites)[int(np.argmin(places))]
            raise SitingError("SIT105", f"le coefficient « {name} » manque", where=f"site {lost}")
        return np.asarray(array.values[places], dtype=np.float64)
