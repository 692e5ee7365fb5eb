"""One file a service: how it is asked, what its answer must look like, what it lands."""

from __future__ import annotations

from layers.fetch.connectors import (
    cartofriches,
    conso_enaf,
    france_chaleur_urbaine,
    geoplateforme,
    georisques,
    hubeau,
    meteo_france,
    odre,
    vigieau,
)

__all__ = [
    "cartofriches",
    "conso_enaf",
    "france_chaleur_urbaine",
    "geoplateforme",
    "georisques",
    "hubeau",
    "meteo_france",
    "odre",
    "vigieau",
]
