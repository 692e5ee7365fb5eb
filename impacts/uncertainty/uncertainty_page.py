"""The page `docs/incertitude.md`: how sure, what matters most, who is best how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import xarray as xr

from impacts.footprints.site_footprint import footprint
from impacts.uncertainty.constant_draws import DRAWS, sample
from impacts.uncertainty.drawn_quantiles import best_design, first_order, quantiles
from impacts.uncertainty.footprint_draws import draw
from layers.words.dated_values import STATUS_FR, Value
from layers.words.french import NARROW, NO_BREAK, number, significant

_DESIGNS = ("air_chiller_fc", "air_chiller_fc_ad", "dlc_dry", "dlc_adiab", "wc_tower_wse")
_FIGURES = ("pue", "water_input", "offsite_water", "scarcity", "carbon", "land", "heat_capacity")
_MATTERS = {
    "pue": "air_chiller_fc",
    "water_input": "air_chiller_fc_ad",
    "carbon": "dlc_dry",
    "offsite_water": "dlc_dry",
}
_BEST = ("site_energy", "water_input", "carbon")
_TOP = 5
_EQUAL = 0.01
"""Designs this close to the best are its equals: one per cent is less than the models know."""
_OWN_FR = {
    "utilisation": ("Charge moyenne", "memory"),
    "aware": ("Facteur de rareté AWARE", "assumption"),
}


def page(site: pd.DataFrame, stations: xr.Dataset, factors: Mapping[str, Value], name: str) -> str:
    """Return the page for one site, in French Markdown; a few seconds.

    Parameters
    ----------
    site : a table of one row, as for ``impacts.footprint``.
    stations : hourly station years, from ``impacts.weather.station_weather.hourly``.
    factors : constants in force, from ``impacts.factors``.
    name : what the page calls the site.

    Returns
    -------
    The page, ending with a line break.
    """
    known = footprint(site, _DESIGNS, stations, factors).isel(site_id=0)
    linked = draw(site, _DESIGNS, stations, factors).isel(site_id=0)
    parts = [_opening(name), _intervals(known, linked), _shares(site, stations, factors)]
    parts.append(_winners(linked))
    return "\n".join(line for part in parts for line in part) + "\n"


def _opening(name: str) -> Iterator[str]:
    yield from ("# Incertitude des empreintes", "")
    yield from ("Page engendrée par `make docs` ; ne pas la corriger à la main.", "")
    yield f"Site d'exemple{NO_BREAK}: {name}. {DRAWS} tirages corrélés, équipement neuf, charge de"
    yield "0,5 à 0,9 autour de 0,7. Par MW informatique installé et par an."
    yield ""


def _intervals(known: xr.Dataset, linked: xr.Dataset) -> Iterator[str]:
    spread = quantiles(linked)
    yield from ("## 9 chances sur 10 entre…", "")
    yield "| grandeur | technologie | par défaut | p5 | p50 | p95 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for figure in _FIGURES:
        units = known[figure].attrs["units"]
        label = known[figure].attrs["label_fr"] + ("" if units == "1" else f" ({units})")
        for design in _DESIGNS:
            usual = significant(float(known[figure].sel(design=design)))
            levels = [significant(float(x)) for x in spread[figure].sel(design=design)]
            title = str(known["design_fr"].sel(design=design).item())
            yield f"| {label} | {title} | {usual} | {' | '.join(levels)} |"
    yield ""


def _shares(
    site: pd.DataFrame, stations: xr.Dataset, factors: Mapping[str, Value]
) -> Iterator[str]:
    """Draws made independent: a constant then only carries its own weight."""
    alone = sample(factors, correlation=0)
    figures = draw(site, _DESIGNS, stations, factors, drawn=alone).isel(site_id=0)
    yield from ("## Ce qui compte le plus", "")
    yield "Part de la variance que chaque constante explique seule (carré de la corrélation de"
    yield "rang, tirages indépendants)."
    yield ""
    yield "| grandeur | constante | part | statut |"
    yield "| --- | --- | --- | --- |"
    for figure, design in _MATTERS.items():
        title = str(figures["design_fr"].sel(design=design).item())
        label = f"{figures[figure].attrs['label_fr']}, {title[0].lower()}{title[1:]}"
        first = first_order(figures[figure].sel(design=design), alone).iloc[:_TOP]
        for constant, share in first.items():
            said, status = _said(str(constant), factors)
            yield f"| {label} | {said} | {_percent(float(share))} | {STATUS_FR[status]} |"
    yield ""


def _said(name: str, factors: Mapping[str, Value]) -> tuple[str, str]:
    if name in _OWN_FR:
        return _OWN_FR[name]
    return factors[name].label_fr, factors[name].status


def _winners(linked: xr.Dataset) -> Iterator[str]:
    yield from ("## Qui est le meilleur, et combien de fois", "")
    yield "Part des tirages où chaque technologie est la meilleure de la liste. Un même tirage"
    yield "donne la même installation à toutes ; celles à 1 % près de la meilleure se partagent le"
    yield "tirage."
    yield ""
    labels = [linked[figure].attrs["label_fr"].lower() for figure in _BEST]
    yield f"| technologie | {' | '.join(labels)} |"
    yield f"| --- | {' | '.join(['---'] * len(_BEST))} |"
    shares = [best_design(linked[figure], within=_EQUAL) for figure in _BEST]
    for design in _DESIGNS:
        cells = [_percent(float(share.sel(design=design))) for share in shares]
        title = str(linked["design_fr"].sel(design=design).item())
        yield f"| {title} | {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NARROW}%"
