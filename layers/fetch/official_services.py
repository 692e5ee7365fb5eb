"""The official services: where they are, what they give, what they allow — read from dated TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from layers.words.dated_values import Parameter, Value, in_force
from layers.words.errors import SitingError
from layers.words.french import day

FOLDER = Path(__file__).parent / "services"
COMMON = "_limites"


@dataclass(frozen=True)
class Product:
    """One file that a service gives: where it lands among the exports, and which layers read it.

    ``rows`` and ``kb_a_row`` are what to expect (assumptions, to size a fetch); ``columns`` are
    the fields without which the answer is refused; a heavy product may come ``only_when_named``;
    ``options`` belong to the connector.
    """

    name: str
    service: str
    label_fr: str
    file: str
    layers: tuple[str, ...]
    rows: int
    kb_a_row: float
    columns: tuple[str, ...] = ()
    may_be_empty: bool = False
    only_when_named: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """One official service, its papers, its limits in force and its products.

    ``verified_on`` is the day someone read it live; without it, everything below comes from its
    documentation. ``diverted`` means that another address was given for it.
    """

    name: str
    label_fr: str
    url: str
    licence: str
    producer: str
    gives_fr: str
    reference: str
    verified_on: date | None
    limits: Mapping[str, Value]
    products: tuple[Product, ...]
    diverted: bool = False

    def limit(self, name: str) -> float:
        """Return a limit in force.

        Parameters
        ----------
        name : one of ``services/_limites.toml``, or of the service's own.

        Returns
        -------
        A number, in the unit its papers say.
        """
        return self.limits[name].number

    @property
    def verified_fr(self) -> str:
        """Say whether the service was read live, and when."""
        if self.verified_on is None:
            return "non vérifié en direct"
        return f"vérifié en direct le {day(self.verified_on)}"

    def at(self, url: str) -> Service:
        """Return the same service at another address (a proxy, a mirror, a test).

        Parameters
        ----------
        url : the address, its last slashes dropped.

        Returns
        -------
        The service, marked ``diverted``: its pace is then not held back.
        """
        return replace(self, url=url.rstrip("/"), diverted=True)


@cache
def services() -> Mapping[str, Service]:
    """Return every service by name, with the latest limits known.

    Returns
    -------
    Services in the order of their names; read once.
    """
    common = common_limits()
    names = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != COMMON)
    return {name: _read(FOLDER / f"{name}.toml", common) for name in names}


@cache
def common_limits() -> Mapping[str, Value]:
    """Return the limits of every service, which each may tighten.

    Returns
    -------
    Limits by name; read once.
    """
    return _limits(tomllib.loads((FOLDER / f"{COMMON}.toml").read_text(encoding="utf-8")))


def _read(path: Path, common: Mapping[str, Value]) -> Service:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    papers = content["service"]
    verified = papers.pop("verified_on", "")
    return Service(
        name=path.stem,
        **papers,
        verified_on=date.fromisoformat(verified) if verified else None,
        limits={**common, **_limits(content.get("limits", {}))},
        products=tuple(
            _product(name, path.stem, body) for name, body in content["products"].items()
        ),
    )


def _limits(content: Mapping[str, Any]) -> dict[str, Value]:
    parameters = {name: Parameter.model_validate(body) for name, body in content.items()}
    # The latest known, whatever the clock of the machine says.
    return in_force(parameters, date.max)


def _product(name: str, service: str, body: Mapping[str, Any]) -> Product:
    own = {"label_fr", "file", "rows", "kb_a_row", "may_be_empty", "only_when_named"}
    return Product(
        name=name,
        service=service,
        layers=tuple(body.get("layers", ())),
        columns=tuple(body.get("columns", ())),
        options={key: body[key] for key in body if key not in own | {"layers", "columns"}},
        **{key: body[key] for key in own if key in body},
    )


def service_of(layer: str) -> Service | None:
    """Return the service that brings a layer, if one does.

    Parameters
    ----------
    layer : the layer's name.

    Returns
    -------
    The first such service by name, or None.
    """
    return next(
        (one for one in services().values() if any(layer in p.layers for p in one.products)), None
    )


def asked(names: tuple[str, ...], known: Mapping[str, Service]) -> list[Product]:
    """Return the products asked for by service, product or layer name; all of them by default.

    A layer brings every product it is made of.

    Parameters
    ----------
    names : what is asked for; a heavy product (``only_when_named``) needs its own name.
    known : services by name.

    Returns
    -------
    Products in the order of the services, none twice.

    Raises
    ------
    SitingError : SIT202 for an unknown name.
    """
    every = [product for service in known.values() for product in service.products]
    usual = [product for product in every if not product.only_when_named]
    if not names:
        return usual
    chosen: list[Product] = []
    for name in names:
        found = [p for p in every if name == p.name]
        found += [p for p in usual if name == p.service or name in p.layers]
        if not found:
            raise _unknown(name, every)
        chosen.extend(product for product in found if product not in chosen)
    # Half of a layer would be a silently smaller layer: its other products come along.
    wanted = {layer for product in chosen for layer in product.layers}
    return [p for p in every if p in chosen or (p in usual and wanted & set(p.layers))]


def _unknown(name: str, every: list[Product]) -> SitingError:
    known = sorted({n for p in every for n in (p.service, p.name, *p.layers)})
    near = get_close_matches(name, known, n=1)
    hint = f"vouliez-vous dire « {near[0]} » ?" if near else None
    hint = hint or f"services connus : {', '.join(sorted({p.service for p in every}))}"
    return SitingError(
        "SIT202", f"service ou couche inconnus « {name} »", where="layers fetch", hint=hint
    )
