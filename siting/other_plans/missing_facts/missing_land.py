"""What is not known of the land: zone, state, usable part, take per MW."""

from __future__ import annotations

from dataclasses import replace

from layers.words.french import NO_BREAK, plural, significant
from layers.words.three_states import may_be
from siting.other_plans.missing_facts.fact_ends import percent, scaled, two_ends, without
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown
from siting.program.rule_registry import setting_of


@unknown(
    "land.plu",
    label_fr="Sol des friches, bâti ou non",
    ask_fr="communes et intercommunalités (occupation réelle du sol, bâtiments)",
    give_fr="siting layers build --from exports (Cartofriches, colonne bati_nombre)",
)
def plu(now: Situation) -> Ends | None:
    """L'usage réel, non la zone du PLU, dit si le site consomme de l'ENAF."""
    unknown_zone = may_be(now.inputs.sites["enaf"])
    if not unknown_zone.any():
        return None
    sites = now.inputs.sites
    worst = without(now.inputs, sites.index[unknown_zone])
    best = replace(now.inputs, sites=sites.assign(enaf="no"))
    count = plural(int(unknown_zone.sum()), "friche candidate", "friches candidates")
    told = f"{count} sans bâti constaté, ou en zone N ou A : tout en ENAF, ou tout déjà bâti"
    return Ends(worst, best, told)


@unknown(
    "land.verified",
    label_fr="État réel des friches non vérifiées",
    ask_fr="communes, établissements publics fonciers, visite sur place",
    give_fr="--confirm visites.csv (colonnes site_id;etat;par;le;motif)",
)
def verified(now: Situation) -> Ends | None:
    """Une friche reprise, bâtie ou disparue sort du plan ; vue libre, elle peut y entrer."""
    if setting_of(now.inputs, "land.vacancy").enabled and "retainable" in now.inputs.sites:
        return _if_free(now)
    doubtful = ~now.inputs.sites["is_verified"].astype(bool)
    if not doubtful.any():
        return None
    count = plural(int(doubtful.sum()), "friche candidate", "friches candidates")
    told = f"{count} : aucune disponible, ou toutes"
    return Ends(without(now.inputs, now.inputs.sites.index[doubtful]), None, told)


def _if_free(now: Situation) -> Ends | None:
    """Return what visits could bring, where the plan already leaves aside what nobody verified."""
    sites = now.inputs.sites
    count = int((~sites["retainable"].astype(bool)).sum())
    if not count:
        return None
    told = f"{plural(count, 'candidat')} à vérifier : aucun libre, comme compté, ou tous"
    return Ends(None, replace(now.inputs, sites=sites.assign(retainable=True)), told)


@unknown(
    "land.usable",
    label_fr="Part aménageable de chaque friche",
    ask_fr="communes, propriétaires publics, EPF (diagnostic de site)",
    give_fr="--set assumptions.candidates.usable_share=0.6",
)
def usable(now: Situation) -> Ends | None:
    """Elle borne la puissance qu'un terrain peut porter."""
    if (known := two_ends(now.inputs.policy.get("candidates.usable_share"))) is None:
        return None
    low, usual, high = known
    sites = now.inputs.sites
    ends = [replace(now.inputs, sites=sites.assign(
                usable_area_m2=sites["usable_area_m2"] * end / usual))
            for end in (low, high)]  # fmt: skip
    return Ends(ends[0], ends[1], f"{percent(low)} à {percent(high)} de la surface")


@unknown(
    "land.density",
    label_fr="Sol occupé par mégawatt informatique",
    ask_fr="opérateurs (permis de construire, audits)",
    give_fr="--set designs.density=campus",
)
def density(now: Situation) -> Ends | None:
    """Il fait l'emprise, l'ENAF et le nombre de terrains assez grands."""
    kind = now.inputs.coefficients.attrs.get("density", "standard")
    if (known := two_ends(now.inputs.policy.get(f"land.{kind}"))) is None:
        return None
    low, usual, high = known
    ends = [scaled(now.inputs, "land", end / usual) for end in (high, low)]
    told = f"{significant(low)} à {significant(high)}{NO_BREAK}m²/MW"
    return Ends(ends[0], ends[1], told)
