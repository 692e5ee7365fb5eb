"""What a connector is: it says what it will ask, then asks it, and lands one official export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.fetch.download_cache import Received, Request
from layers.fetch.official_services import Product, Service
from layers.geometry.vector_overlay import region_of
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import plural
from layers.words.territory_paper import CRS, Territory


@dataclass(frozen=True)
class Place:
    """Where to ask for: a territory, its communes as the pack has them, and its rectangle."""

    territory: Territory
    pack: Pack

    @cached_property
    def communes(self) -> gpd.GeoDataFrame:
        """Return the communes of the territory."""
        communes = self.pack.table("communes")
        here = communes["departement_code"].isin(self.territory.departements)
        return communes[here].sort_values("commune_code").reset_index(drop=True)

    @cached_property
    def region(self) -> shapely.Geometry:
        """Return the ground of the territory, in Lambert-93."""
        return region_of(self.communes)

    @property
    def departements(self) -> tuple[str, ...]:
        """Return the codes of the départements, in order."""
        return tuple(sorted(self.territory.departements))

    def rectangle(self, crs: str = CRS) -> tuple[float, float, float, float]:
        """Return the territory's rectangle with its margin.

        Parameters
        ----------
        crs : the system wanted.

        Returns
        -------
        West, south, east, north, easting or longitude first, in the unit of the system.
        """
        west, south, east, north = self.communes.total_bounds
        margin = 1000.0 * self.territory.margin_km
        box = shapely.box(west - margin, south - margin, east + margin, north + margin)
        west, south, east, north = gpd.GeoSeries([box], crs=CRS).to_crs(crs).total_bounds
        return float(west), float(south), float(east), float(north)

    def former_rows(self, layer: str) -> Mapping[str, int]:
        """Return how many rows of a layer the pack has in each département, if it says.

        Parameters
        ----------
        layer : the layer's name.

        Returns
        -------
        Counts by département code; empty when the layer is absent or does not name communes.
        """
        if not self.pack.has(layer):
            return {}
        table = self.pack.table(layer)
        if "commune_code" not in table:
            return {}
        return dict(table["commune_code"].astype("str").str[:2].value_counts())


@dataclass(frozen=True)
class Foreseen:
    """A request as known before asking: how many times, and how many bytes in all (expected)."""

    request: Request
    times: int = 1
    bytes: float = 0.0


@dataclass(frozen=True)
class Landed:
    """What a connector landed: rows received, rows announced (if said), and what to know."""

    rows: int
    announced: int | None
    notes_fr: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True)
class Errand:
    """What a connector works with: its product, its place, a way to ask, a folder to land in."""

    product: Product
    service: Service
    place: Place
    into: Path
    get: Callable[[Request], Received] = field(repr=False)
    forget: Callable[[Request], None] = field(repr=False)

    @property
    def path(self) -> Path:
        """Return where the export lands, its folder made."""
        path = self.into / self.product.file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def request(self, path: str, kind: str, params: Iterable[tuple[str, object]] = ()) -> Request:
        """Return a request to this service; a whole address is taken as it is.

        Parameters
        ----------
        path : what follows the service's address; a whole address is taken as it is.
        kind : what the answer must be: json, xml, csv, zip or gz.
        params : names and values of the query, in order.

        Returns
        -------
        The request, not yet asked.
        """
        url = path if path.startswith(("https:", "http:")) else f"{self.service.url}{path}"
        return Request(
            self.service.name, url, tuple((key, str(value)) for key, value in params), kind
        )

    def json(self, request: Request) -> Any:
        """Ask and parse; an answer that does not parse is forgotten and refused.

        Parameters
        ----------
        request : what to ask.

        Returns
        -------
        The answer as plain Python values.

        Raises
        ------
        SitingError : SIT111 when it is not JSON, and what asking raises (SIT110, SIT111, SIT113).
        """
        received = self.get(request)
        try:
            return json.loads(received.path.read_text(encoding="utf-8-sig"))
        except (ValueError, UnicodeError, RecursionError):
            raise self.refuse("SIT111", "réponse JSON illisible", request) from None

    def refuse(self, code: str, why: str, request: Request, hint: str | None = None) -> SitingError:
        """Forget an answer that must not be believed, and return the error that says why.

        Parameters
        ----------
        code : the error's code.
        why : what is wrong, in French.
        request : the request whose answer it is.
        hint : the way out, when the code's own is not enough.

        Returns
        -------
        The error, to be raised.
        """
        self.forget(request)
        text = f"« {self.product.label_fr} » : {why}"
        return SitingError(code, text, where=request.address, hint=hint)

    def check_fields(self, found: Iterable[str], request: Request) -> None:
        """Refuse an answer that lacks a promised field: renamed, most often.

        Parameters
        ----------
        found : names of the fields received.
        request : the request whose answer it is.

        Raises
        ------
        SitingError : SIT101 when a field of the product is absent; the hint lists those found.
        """
        names = {str(name) for name in found}
        lacking = [name for name in self.product.columns if name not in names]
        any_of = self.product.options.get("any_of", ())
        if any_of and not names & set(any_of):
            lacking.append(" ou ".join(any_of))
        if lacking:
            hint = f"champs trouvés : {', '.join(sorted(names)[:30]) or 'aucun'}"
            why = f"champ absent, renommé peut-être : {', '.join(lacking)}"
            raise self.refuse("SIT101", why, request, hint)

    def check_total(self, rows: int, announced: int, request: Request, what: str = "") -> None:
        """Refuse fewer or more rows than the service announced.

        Parameters
        ----------
        rows : how many were received.
        announced : how many the service said.
        request : the request whose answer it is.
        what : French words after the number of rows received.

        Raises
        ------
        SitingError : SIT112 when the two differ.
        """
        if rows != announced:
            why = f"{plural(rows, 'ligne reçue', 'lignes reçues')}{what}, {announced} annoncées"
            raise self.refuse("SIT112", why, request)


Foresee = Callable[[Errand], Iterator[Foreseen]]
Collect = Callable[[Errand], Landed]


@dataclass(frozen=True)
class Connector:
    """One service's two functions: what it will ask, and asking it."""

    foresee: Foresee
    collect: Collect


CONNECTORS: dict[str, Connector] = {}


def connector(service: str, *, foresee: Foresee) -> Callable[[Collect], Collect]:
    """Register the function that lands the products of a service.

    Parameters
    ----------
    service : the service's name, that of its file in ``services``.
    foresee : gives the requests that the function will ask.

    Returns
    -------
    A decorator that gives the function back as it was.

    Raises
    ------
    ValueError : when the service has a connector already.
    """

    def register(collect: Collect) -> Collect:
        if service in CONNECTORS:
            raise ValueError(f"connecteur déclaré deux fois : {service}")
        CONNECTORS[service] = Connector(foresee, collect)
        return collect

    return register


def chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Cut a list into pieces of at most a size.

    Parameters
    ----------
    items : the list.
    size : the most items of a piece.

    Yields
    ------
    The pieces, in order.
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]


def write_geojson(path: Path, features: Iterable[Mapping[str, Any]], crs: str) -> None:
    """Write features as GeoJSON in a declared system, so that any reader knows it.

    Parameters
    ----------
    path : the file, written over.
    features : GeoJSON features, in the order written.
    crs : the system of their coordinates, such as « EPSG:2154 ».
    """
    lines = ",\n".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features
    )
    authority, _, code = crs.partition(":")
    name = json.dumps(
        {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{authority}::{code}"}}
    )
    text = f'{{"type":"FeatureCollection","crs":{name},"features":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as a CSV of the official exports: semicolons, one line a row, names first.

    Parameters
    ----------
    path : the file, written over.
    rows : values by column, in the order written; a missing one is left empty.
    columns : the columns written, in order.
    """
    table = pd.DataFrame(list(rows), columns=list(columns))
    table.to_csv(path, sep=";", index=False, lineterminator="\n")
