"""Water and the law: what a withdrawal triggers, what a river may take, whose water it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from impacts.basis.constant_factors import number, physics
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, quantity

_WORDS = {
    "zre": {
        "yes": "zone de répartition des eaux : tout prélèvement nouveau y est limité",
        "unknown": "zone de répartition des eaux : inconnu",
    },
    "drought_order": {
        "yes": "prélèvement au-dessus du seuil : baisses imposées en sécheresse",
        "unknown": "prélèvement inconnu : baisses de sécheresse non évaluées",
    },
    "deep_aquifer": {
        "yes": "nappe profonde protégée : refroidissement industriel à exclure",
        "unknown": "nappe profonde protégée dans ce département : origine de l'eau à préciser",
    },
}


def legal_flags(
    withdrawal_m3: pd.Series[float],
    zre: pd.Series[str],
    departement: pd.Series[str],
    factors: Mapping[str, Value],
    *,
    source: str = "unknown",
) -> pd.DataFrame:
    """Return what the law makes of each site's yearly withdrawal: yes, no or unknown.

    Parameters
    ----------
    withdrawal_m3 : m³ a year of the site as planned; NaN is unknown.
    zre : yes, no or unknown (zone de répartition des eaux), by site.
    departement : code, by site.
    source : « network », « river », « shallow », « deep » or « unknown ».

    Returns
    -------
    Columns zre, drought_order, deep_aquifer (yes, no, unknown) and ``flags_fr``, sentences.
    """
    sites = withdrawal_m3.index
    is_unknown = withdrawal_m3.isna()
    over = withdrawal_m3 > number(factors, "water.drought_threshold")
    protected = departement.reindex(sites).isin(_departements(factors))
    by_source = {"deep": "yes", "unknown": "unknown"}.get(source, "no")
    table = pd.DataFrame(
        {
            "zre": zre.reindex(sites).fillna("unknown"),
            "drought_order": np.select([is_unknown, over], ["unknown", "yes"], "no"),
            "deep_aquifer": np.where(
                protected & (is_unknown | (withdrawal_m3 > 0)), by_source, "no"
            ),
        },
        index=sites,
    )
    table["flags_fr"] = _sentences(table)
    return table


def _departements(factors: Mapping[str, Value]) -> list[str]:
    return str(factors["water.deep_aquifers"].value).split("|")


def _sentences(table: pd.DataFrame) -> pd.Series[str]:
    parts = [table[name].map(words).fillna("") for name, words in _WORDS.items()]
    rows = zip(*parts, strict=True)
    text = [f"{NO_BREAK}; ".join(filter(None, row)) for row in rows]
    return pd.Series(text, table.index, dtype="str")


def drought_volume(withdrawal_m3: float, level: str, factors: Mapping[str, Value]) -> float:
    """Return the m³ a year still allowed at a drought level: alert, reinforced or crisis.

    Sites at or under the threshold keep their volume.

    >>> from datetime import date
    >>> from impacts import factors
    >>> drought_volume(20_000.0, "crisis", factors(date(2026, 11, 23)))
    15000.0
    """
    cuts = factors["water.drought_cut"].value
    if not isinstance(cuts, dict) or level not in cuts:
        raise SitingError(
            "SIT202",
            f"« {level} » n'est pas un niveau de sécheresse",
            where="eau",
            hint="alert, reinforced ou crisis",
        )
    if withdrawal_m3 <= number(factors, "water.drought_threshold"):
        return withdrawal_m3
    return withdrawal_m3 * (1 - cuts[level])


@dataclass(frozen=True)
class Discharge:
    """What a warm discharge does to a river: rise after mixing in K, and whether it is allowed."""

    rise_k: float
    mixed_degc: float
    is_allowed: bool
    why_fr: str


def river_discharge(
    rejected_mw: float,
    flow_m3_s: float,
    river_degc: float,
    factors: Mapping[str, Value],
    *,
    kind: str = "cyprinid",
) -> Discharge:
    """Check a heat discharge against the limits after mixing: ΔT = Q/(ρ·c·V).

    Parameters
    ----------
    rejected_mw : heat given to the river; flow_m3_s : its low flow; river_degc : upstream.
    kind : « cyprinid » or « salmonid » waters.
    """
    limits = {
        name: factors[f"water.{name}"].value
        for name in ("river_mixed_rise", "river_warmest_allowed")
    }
    rise_limit, warm_limit = (x[kind] for x in limits.values() if isinstance(x, dict) and kind in x)
    if flow_m3_s <= 0:
        raise SitingError("SIT105", "un débit nul ou négatif", where="rejet en rivière")
    # A cubic metre weighs a tonne: MW over (tonnes a second × kJ per kg and kelvin) is kelvins.
    rise = rejected_mw / (flow_m3_s * physics("psychrometrics")["water_heat"])
    mixed = river_degc + rise
    if rise > rise_limit:
        why = f"échauffement de {quantity(rise, 'K', 1)}, au plus {quantity(rise_limit, 'K', 1)}"
    elif mixed > warm_limit:
        why = f"rivière à {quantity(mixed, '°C', 1)}, au plus {quantity(warm_limit, '°C', 1)}"
    else:
        why = "sous les limites générales ; l'arrêté du site tranche"
    return Discharge(rise, mixed, rise <= rise_limit and mixed <= warm_limit, why)


def offsite_by_mix(shares: Mapping[str, float], factors: Mapping[str, Value]) -> float:
    """Return the freshwater a power mix consumes [L/kWh], from shares by source summing to 1.

    >>> from datetime import date
    >>> from impacts import factors
    >>> mix = {"nuclear_river": 0.25, "nuclear_estuary": 0.45, "hydro": 0.2, "solar": 0.1}
    >>> round(offsite_by_mix(mix, factors(date(2026, 11, 23))), 3)
    0.635
    """
    known = factors["water.by_source"].value
    if not isinstance(known, dict) or not set(shares) <= set(known):
        odd = sorted(set(shares) - set(known if isinstance(known, dict) else ()))
        raise SitingError("SIT202", f"filière inconnue : {', '.join(odd)}", where="eau hors site")
    if abs(sum(shares.values()) - 1) > 0.01:
        raise SitingError(
            "SIT105", f"des parts de somme {sum(shares.values()):.2f}", where="eau hors site"
        )
    return sum(share * known[source] for source, share in shares.items())
