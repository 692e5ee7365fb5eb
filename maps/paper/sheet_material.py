"""A results folder as the sheets read it: opened once, and one site at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.words.french import NO_BREAK, estimate, number, significant
from maps.look.page_wording import french_unit
from maps.look.retained_footprints import by_site
from maps.look.true_outlines import true_outlines
from scenarios.storage.results import Results

OLDER = "dossier écrit par une version antérieure : relancez « siting run »"
ABSENT = "couche absente du lot"
# Figures of the footprint that no hour of weather enters.
NO_WEATHER = (
    "carbon_servers", "carbon_building", "carbon_refrigerant", "it_energy", "heat_capacity",
    "land", "impervious_land", "first_fill", "standby_thermal", "option_land",
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """Everything the sheets share; tables that an older folder lacks are empty."""

    results: Results
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _grounds: dict[str, gpd.GeoDataFrame | None] = field(default_factory=dict, repr=False)

    @cached_property
    def periods(self) -> list[int]:
        """Return the periods of the plan, first to last."""
        return [int(period) for period in self.results.summary["periods"]]

    @cached_property
    def layers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return each source of the descriptor by the name of its layer."""
        return {str(s.get("layer", s["title"])): s for s in self.results.descriptor["sources"]}

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, Any]]:
        """Return each value used by its name."""
        return {str(value["name"]): value for value in self.results.parameters}

    @cached_property
    def footprints(self) -> pd.DataFrame:
        """Return the footprint of each retained site, a column a term and period."""
        return by_site(self.results)

    def table(self, name: str) -> pd.DataFrame:
        """Return a plain table of the folder, empty when the folder has none.

        Parameters
        ----------
        name : name in the folder without « .parquet », e.g. « plan/placements ».

        Returns
        -------
        The table, read once; empty, without columns, when the folder has none.
        """
        if name not in self._tables:
            path = self.results.folder / f"{name}.parquet"
            self._tables[name] = self.results.table(name) if path.is_file() else pd.DataFrame()
        return self._tables[name]

    def context(self, name: str) -> gpd.GeoDataFrame | None:
        """Return a table of the territory, none when the folder has none.

        Parameters
        ----------
        name : name in ``context/`` without « .parquet ».

        Returns
        -------
        Places in the CRS of the results, read once; None when the folder has none.
        """
        if name not in self._grounds:
            path = self.results.folder / "context" / f"{name}.parquet"
            self._grounds[name] = self.results.context(name) if path.is_file() else None
        return self._grounds[name]

    def rows(self, name: str, site_id: str) -> pd.DataFrame:
        """Return the rows of a table that are about a site.

        Parameters
        ----------
        name, site_id : the table, as for `table`, and the site.

        Returns
        -------
        Its rows; none when the table has no ``site_id``.
        """
        table = self.table(name)
        return table[table["site_id"] == site_id] if "site_id" in table else table.iloc[:0]

    def verdicts_of(self, site_id: str) -> pd.DataFrame:
        """Return the verdicts on a site.

        Parameters
        ----------
        site_id : the site.

        Returns
        -------
        A row a criterion, columns of ``verdicts``; empty for a site without verdict.
        """
        return self._verdicts.get(site_id, self.results.verdicts.iloc[:0])

    @cached_property
    def _verdicts(self) -> Mapping[str, pd.DataFrame]:
        return {str(site): rows for site, rows in self.results.verdicts.groupby("site_id")}

    def paper(self, key: str) -> str:
        """Return the note that a source key stands for.

        Parameters
        ----------
        key : ``layer:`` a layer, ``value:`` a parameter, ``impact:`` a figure of the footprint;
            anything else is a note as it stands.

        Returns
        -------
        French note; empty when the folder has no such source.
        """
        kind, _, name = key.partition(":")
        if kind == "layer" and name in self.layers:
            return _layer_note(self.layers[name])
        if kind == "value" and name in self.values:
            return _value_note(self.values[name])
        if kind == "impact" and name in self.impact_notes:
            return self.impact_notes[name]
        return "" if kind in ("layer", "value", "impact") else key

    @cached_property
    def impact_notes(self) -> Mapping[str, str]:
        """Return how each figure of the footprint is reckoned."""
        if not (self.results.folder / "impacts.nc").is_file():
            return {}
        brought = " ; météo apportée, à sa portée" if "weather_file" in self.layers else ""
        attrs = {str(n): a.attrs for n, a in self.results.impacts.data_vars.items()}
        end = dict.fromkeys(NO_WEATHER, "")
        return {
            name: f"{told['label_fr']} : {told['reference']} (calculé{end.get(name, brought)})"
            for name, told in attrs.items()
            if told.get("label_fr") and told.get("reference")
        }

    def absent(self, layer: str) -> str:
        """Say who would know what a layer says, and whether the pack has it.

        Parameters
        ----------
        layer : name of the layer.

        Returns
        -------
        French words without stop.
        """
        source = self.layers.get(layer)
        if source is None:
            return ABSENT
        state = "couche absente" if source.get("state") == "absent" else "sans réponse ici"
        return f"{state}, {source['title']} ({source['producer']})"

    def has(self, layer: str) -> bool:
        """Say whether a layer was in the pack of the run.

        Parameters
        ----------
        layer : name of the layer.

        Returns
        -------
        False too for a layer listed as absent.
        """
        return layer in self.layers and self.layers[layer].get("state") != "absent"


def _layer_note(source: Mapping[str, Any]) -> str:
    return f"{source['title']}, {source['producer']}, {source['vintage']} ({source['licence']})"


def _value_note(value: Mapping[str, Any]) -> str:
    status = value.get("status_fr") or value.get("status", "")
    return f"{value['label_fr']} : {amount_of(value)} ({status}). {value['reference']}"


def amount_of(value: Mapping[str, Any]) -> str:
    """Write a parameter with its unit and range.

    Parameters
    ----------
    value : entry of ``parameters``: value (number, text, or table), unit, low and high if known.

    Returns
    -------
    French text, « 40 MW, de 20 à 60 ».
    """
    plain, unit = value["value"], french_unit(str(value.get("unit") or ""))
    if isinstance(plain, Mapping):
        return _amounts(plain) + ("" if unit in ("1", "") else f"{NO_BREAK}{unit}")
    if not isinstance(plain, int | float):
        return str(plain)
    told = significant(float(plain)) + ("" if unit in ("1", "") else f"{NO_BREAK}{unit}")
    low, high = value.get("low"), value.get("high")
    if low is None or high is None:
        return told
    return f"{told}, de {significant(float(low))} à {significant(float(high))}"


def _amounts(plain: Mapping[str, Any]) -> str:
    """Write values by year, voltage or domain with their key; by an inner name without it."""
    if not any(_is_said(key) for key in plain):
        return ", ".join(significant(x) for x in sorted(float(x) for x in plain.values()))
    ordered = sorted(plain.items(), key=lambda pair: (str(pair[0]).zfill(9), pair[0]))
    return ", ".join(f"{key} : {significant(float(x))}" for key, x in ordered)


def _is_said(key: object) -> bool:
    """Say whether a reader knows the key: a year, a voltage, a domain; not an inner name."""
    return str(key).isdigit() or str(key).isupper() or str(key)[-1:].isdigit()


@dataclass(frozen=True)
class Subject:
    """One site, with what the folder says of it."""

    material: Material
    site_id: str

    @cached_property
    def site(self) -> pd.Series:
        """Return the row of the site."""
        row: pd.Series = self.material.results.sites.loc[self.site_id]
        return row

    def words(self, column: str, otherwise: str = "") -> str:
        """Return a text of the site, or what to say when it has none.

        Parameters
        ----------
        column, otherwise : column of ``sites``, and what to say when it is absent or blank.

        Returns
        -------
        Text of the cell, or ``otherwise``.
        """
        value = self.site.get(column)
        return otherwise if not _is_known(value) or str(value).strip() == "" else str(value)

    def number(self, column: str) -> float | None:
        """Return a number of the site, none when it is unknown.

        Parameters
        ----------
        column : numeric column of ``sites``.

        Returns
        -------
        The number in the column's unit; None also when the folder lacks the column.
        """
        value: Any = self.site.get(column)
        return float(value) if _is_known(value) else None

    @property
    def is_area(self) -> bool:
        """Say whether the site is a candidate area, and not a brownfield."""
        return self.words("source") == "areas"

    @property
    def is_own(self) -> bool:
        """Say whether somebody brought the site."""
        return self.words("source") == "own"

    @property
    def origin(self) -> tuple[str, ...]:
        """Return the papers of what the site is: the inventory, or the rules that cut areas."""
        if self.is_own:
            return ("layer:own_sites",)
        areas = ("value:areas.max_ha", "value:areas.per_yard")
        return areas if self.is_area else ("layer:brownfields",)

    @cached_property
    def ground(self) -> shapely.Geometry:
        """Return the site's ground: its outline when one is held, else the disc of its surface."""
        held = true_outlines(self.material.results)
        if held is not None and self.site_id in held.index:
            outline: shapely.Geometry = held[self.site_id]
            return outline
        radius = np.sqrt((self.number("area_m2") or 0.0) / np.pi)
        disc: shapely.Geometry = shapely.buffer(shapely.centroid(self.site.geometry), radius)
        return disc

    @property
    def last(self) -> int:
        """Return the last period."""
        return self.material.periods[-1]

    def power(self, period: int) -> float:
        """Return the IT MW that the plan places here.

        Parameters
        ----------
        period : year of the plan.

        Returns
        -------
        MW; 0 for a site the plan leaves.
        """
        return self.number(f"it_mw_{period}") or 0.0

    @property
    def is_retained(self) -> bool:
        """Say whether the plan places anything here."""
        return bool(self.site.get("retained", False))

    def rows(self, name: str, period: int | None = None) -> pd.DataFrame:
        """Return the rows of a table about the site, of one period if given.

        Parameters
        ----------
        name, period : the table, as for `Material.table`, and a year; None for all.

        Returns
        -------
        Rows of the site; may be empty.
        """
        rows = self.material.rows(name, self.site_id)
        return rows[rows["period"] == period] if period is not None and len(rows) else rows

    def rows_of_verdicts(self, kind: str, state: str) -> pd.DataFrame:
        """Return the verdicts of one kind and state on the site.

        Parameters
        ----------
        kind, state : « éliminatoire » or « classant »; « passed », « failed » or « unknown ».

        Returns
        -------
        A row a criterion.
        """
        verdicts = self.material.verdicts_of(self.site_id)
        return verdicts[(verdicts["kind"] == kind) & (verdicts["state"] == state)]

    def footprint(self, term: str, period: int) -> float | None:
        """Return a term of the footprint, none for a site the plan leaves.

        Parameters
        ----------
        term, period : a key of ``retained_footprints.TERMS``, and a year.

        Returns
        -------
        The term in the unit that ends its name, a year.
        """
        table, column = self.material.footprints, f"{term}_{period}"
        if column not in table or self.site_id not in table.index:
            return None
        value: Any = table.at[self.site_id, column]
        return float(value)

    def doubt(self, figure: str, factor: float = 1.0) -> tuple[float, float] | None:
        """Return p5 and p95 of a figure of the last period, none when the folder has none.

        Parameters
        ----------
        figure, factor : « figure » of ``plan/doubt``, and what brings its unit to the page's.

        Returns
        -------
        p5 and p95, times the factor.
        """
        rows = self.rows("plan/doubt")
        rows = rows[rows["figure"] == figure] if len(rows) else rows
        if rows.empty:
            return None
        return float(rows["p5"].iloc[0]) * factor, float(rows["p95"].iloc[0]) * factor

    def median(self, figure: str, factor: float = 1.0) -> float | None:
        """Return the median of a figure of the last period, none when the folder has none.

        Parameters
        ----------
        figure : a figure of ``plan/doubt``.
        factor : what the median is multiplied by.

        Returns
        -------
        The 50th percentile, in the figure's unit times ``factor``.
        """
        rows = self.rows("plan/doubt")
        rows = rows[rows["figure"] == figure] if len(rows) else rows
        return None if rows.empty else float(rows["p50"].iloc[0]) * factor

    def with_doubt(self, term: str, figure: str, unit: str, factor: float = 1.0) -> str:
        """Write the median of a figure of the last period with its nine chances in ten.

        Parameters
        ----------
        term, figure : as for `footprint` and `doubt`.
        unit, factor : unit of the term in French, and what brings the doubt to it.

        Returns
        -------
        French text; empty when the plan leaves the site.
        """
        value, ends = self.footprint(term, self.last), self.doubt(figure, factor)
        if value is None:
            return ""
        middle = self.median(figure, factor)
        if ends is None or middle is None:
            return f"{estimate(value)}{NO_BREAK}{unit} (sur les constantes, doute non chiffré)"
        told = f"{estimate(middle)}{NO_BREAK}{unit}"
        return f"{told} (9 chances sur 10 entre {estimate(ends[0])} et {estimate(ends[1])})"

    def value(self, name: str) -> float | None:
        """Return a parameter of the run that is one number.

        Parameters
        ----------
        name : full name of the parameter.

        Returns
        -------
        Its number; None when it is a table, a text, or unknown.
        """
        found = self.material.values.get(name, {}).get("value")
        return float(found) if isinstance(found, int | float) else None

    def distance_km(self, table: str, where: pd.Series | None = None) -> pd.Series:
        """Return the crow-fly distance to each object of a context table, nearest first.

        Parameters
        ----------
        table, where : name in ``context/``, and a mask of its rows; None for all.

        Returns
        -------
        km, indexed as the table; empty when the folder lacks it.
        """
        ground = self.material.context(table)
        if ground is None or ground.empty:
            return pd.Series(dtype=float)
        kept = ground if where is None else ground[where]
        away: pd.Series = kept.distance(self.site.geometry) / 1000.0
        return away.sort_values(kind="stable")


def _is_known(value: object) -> bool:
    if value is None or value is pd.NA:
        return False
    return not (isinstance(value, float | np.floating) and np.isnan(value))


def rank_of(subject: Subject) -> str:
    """Write the rank of a candidate among its fellows.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    « 1er sur 40 », or nothing for a site without rank.
    """
    rank = subject.number("rank")
    if rank is None:
        return ""
    count = int(subject.material.results.sites["rank"].notna().sum())
    return f"{number(rank)}{'er' if rank == 1 else 'e'} sur {number(count)}"
