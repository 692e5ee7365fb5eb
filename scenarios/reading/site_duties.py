"""What the law and the neighbourhood ask to be shown at a site, and what its size triggers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.dated_values import STATUS_FR
from layers.words.french import NO_BREAK, estimate, quantity
from scenarios.storage.results import Results

CONTINUITY_FR = "continuité de l'urbanisation à démontrer"
LAWS_FR: Mapping[str, Mapping[str, str]] = {
    "coastal": {
        "yes": f"loi Littoral, liste déduite de la définition{NO_BREAK}: {CONTINUITY_FR}",
        "unknown": "loi Littoral à vérifier : commune d'estuaire ou de lac",
    },
    "mountain": {
        "yes": f"loi Montagne{NO_BREAK}: {CONTINUITY_FR}",
        "part": f"loi Montagne sur une partie de la commune{NO_BREAK}: à vérifier",
    },
}
# Rubric by thermal power, the highest first: values of the sheet's procedures.
REGIMES = (
    ("procedures.engines_permit_mwth", "autorisation (3110, IED)"),
    ("procedures.engines_registration_mwth", "enregistrement (2910-A)"),
    ("procedures.engines_declaration_mwth", "déclaration (2910-A)"),
)


def site_duties(results: Results, site_id: str) -> list[str]:
    """Return what is to be shown or asked at a site, from what is known of it.

    Parameters
    ----------
    results : a run's folder.
    site_id : index of ``Results.sites``.

    Returns
    -------
    French clauses without full stop; none for what nothing tells.
    """
    site = results.sites.loc[site_id]
    said = [words.get(str(site.get(column)), "") for column, words in LAWS_FR.items()]
    if float(site.get("pprt_commune") or 0.0) > 0:
        said.append("commune d'un plan de risques technologiques : périmètre à demander à la DREAL")
    near = site.get("seveso_upper_distance_km")
    limit = _value(results, "risk.seveso_m")
    if limit is not None and pd.notna(near) and float(near) * 1000 < limit["value"]:
        said.append(f"Seveso seuil haut à {quantity(float(near), 'km', 1)} : avis à demander")
    said.append(_engines(results, site))
    landing = site.get("landing_distance_km")
    if pd.notna(landing):
        said.append(
            f"atterrage de câble sous-marin à {quantity(float(landing), 'km')} à vol d'oiseau, "
            "position de la commune ; routes de fibre et points d'échange : aucune donnée libre"
        )
    if bool(site["retained"]) and not str(site.get("sinks_fr") or ""):
        said.append("aucun débouché de chaleur connu : dérogation à démontrer au-dessus de 1 MW")
    return [text for text in said if text]


def _engines(results: Results, site: pd.Series) -> str:
    """Say the regime of the standby engines that the power of the site asks for."""
    mw = float(site.get(f"it_mw_{results.summary['periods'][-1]}") or 0.0)
    ratio = _value(results, "engines.thermal_per_mw")
    if not mw > 0 or ratio is None:
        return ""
    heat = mw * float(ratio["value"])
    for name, told in REGIMES:
        step = _value(results, name)
        if step is not None and heat >= float(step["value"]):
            badge = f" [{STATUS_FR[step['status']]}]" if step["status"] != "read" else ""
            return f"groupes de secours, environ {estimate(heat, 2)}{NO_BREAK}MW thermiques{NO_BREAK}: {told}{badge}"  # noqa: E501
    return ""


def _value(results: Results, name: str) -> Mapping[str, Any] | None:
    return next((entry for entry in results.parameters if entry["name"] == name), None)
