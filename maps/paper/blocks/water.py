"""Blocks 5, 6 and 7: water and cooling, heat and its uses, the climate to come."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from layers.words.french import NO_BREAK, declared, estimate, number, quantity, significant
from maps.paper.blocks.block_content import Fact, Item, Months, Table, Text, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.blocks.drought_lines import drought_state
from maps.paper.blocks.networks import duty, networks, pools
from maps.paper.sheet_material import OLDER, Subject

WORST = "compté au pire : comme en ZRE, dans le classement et par la règle C09"
ZRE = {"yes": "oui : zone de répartition des eaux", "no": "non"}


@block(5, "Eau et refroidissement")
def water(subject: Subject) -> Iterator[Item]:
    """Yield basin, scarcity, cooling, water by year and month, what a drought would ask."""
    sector = f"{subject.words('sector_name', 'inconnu')} ({subject.words('sector_code', '?')})"
    yield Fact("Secteur hydrographique", sector, "B", ("layer:sectors",))
    zre = subject.words("zre", "unknown")
    if zre in ZRE:
        yield Fact("En ZRE", _zre_told(subject, zre), "C", ("layer:zre_communes", "layer:sectors"))
    else:
        yield Unknown("en zone de répartition des eaux (ZRE)", _why_unknown(subject))
    aware = subject.number("aware_annual_non_agri")
    if aware is not None:
        told = f"{number(aware, 1)} (AWARE, hors agriculture ; 1 = moyenne mondiale)"
        yield Fact("Rareté de l'eau du bassin", told, "B", ("layer:aware_basins",))
    yield from _to_come(subject)
    if subject.is_retained:
        yield from _placed_water(subject)
    yield from _options(subject)
    yield from _drought(subject)
    material = subject.material
    yield Unknown("SDAGE et SAGE : dispositions applicables", "à demander à la DDT et à la CLE")
    yield Unknown("état de la masse d'eau, milieu récepteur", material.absent("receiving_waters"))
    yield Unknown("prélèvements voisins", material.absent("withdrawals"))


def _to_come(subject: Subject) -> Iterator[Item]:
    """Yield low flows to come with their range, and the names of the waters around."""
    low, mid, high = (subject.number(f"vcn10_pct_{end}") for end in ("p05", "p50", "p95"))
    if low is None or mid is None or high is None:
        yield Unknown("étiages à +2,7 °C", subject.material.absent("low_flows"))
    else:
        told = (
            f"{number(mid)} % à +2,7 °C en France (neuf modèles sur dix entre {number(low)} et "
            f"{number(high)} %) : une évolution, pas une ressource"
        )
        yield Fact("Étiage d'été à venir", told, "C", ("layer:low_flows",))
    if river := subject.words("large_river_fr"):
        km = subject.number("large_river_km") or 0.0
        away = "à moins de 2 km" if km < 2 else f"à environ {number(km)} km"
        told = f"{river}, {away} (tracé simplifié)"
        yield Fact("Grande rivière la plus proche", told, "C", ("layer:large_rivers",))
    if aquifer := subject.words("aquifer_fr"):
        yield Fact("Nappe affleurante", aquifer, "B", ("layer:aquifers",))


def _zre_told(subject: Subject, zre: str) -> str:
    """Say the state, who says it, and the other reading when it differs."""
    told = f"{ZRE[zre]} ({subject.words('zre_source_fr', 'lecture par secteur, hypothèse')})"
    other = subject.words("zre_sector", zre)
    if other == zre:
        return told
    word = {"yes": "oui", "no": "non"}.get(other, "inconnu")
    return f"{told} ; la lecture par secteur dit {word} : {_reason(subject)}"


def _reason(subject: Subject) -> str:
    """Return why the sector is read as it is."""
    sectors = subject.material.context("sectors")
    if sectors is None or "zre_reason_fr" not in sectors:
        return "raison non écrite dans ce dossier"
    mine = sectors[sectors["sector_code"] == subject.site.get("sector_code")]["zre_reason_fr"]
    return str(mine.iloc[0]) if len(mine) else "secteur inconnu"


def _why_unknown(subject: Subject) -> str:
    sectors = subject.material.context("sectors")
    if sectors is None or "zre_reason_fr" not in sectors:
        return f"{WORST} ; à demander à la DDT"
    return f"{_reason(subject)} ; {WORST}"


def _placed_water(subject: Subject) -> Iterator[Item]:
    yield Fact("Refroidissement retenu", subject.words("design_fr", "non renseigné"), "B")
    yield from _yearly(subject, f"Eau apportée en {subject.last}", "water_input")
    mean = _wue(subject)
    if mean is not None:
        told = f"{significant(mean, 2)} L/kWh informatique"
        yield Fact("WUE annuel", told, "B", ("impact:wue",))
    yield from _yearly(subject, "Eau consommée hors site", "offsite_water")
    months = subject.rows("context/monthly", subject.last)
    if len(months) == 12:
        values = months.sort_values("month")["water_m3"].tolist()
        title = f"Eau apportée par mois en {subject.last}"
        yield Months(title, values, "m³", "water", ("impact:water_month",))


def _yearly(subject: Subject, label: str, figure: str) -> Iterator[Item]:
    value = subject.with_doubt(f"{figure}_m3", figure, "m³/an")
    if value:
        yield Fact(label, value, "B", (f"impact:{figure}",))
    else:
        yield Unknown(label[:1].lower() + label[1:], OLDER)


def _wue(subject: Subject) -> float | None:
    water_m3 = subject.footprint("water_input_m3", subject.last)
    utilisation = subject.material.results.scenario.get("demand", {}).get("utilisation")
    power = subject.power(subject.last)
    if water_m3 is None or utilisation is None or power == 0:
        return None
    return water_m3 / (power * float(utilisation) * 8760.0)


def _options(subject: Subject) -> Iterator[Item]:
    """Yield what one MW takes with each cooling of the scenario."""
    material = subject.material
    if not material.impact_notes or subject.site_id not in material.results.impacts["site_id"]:
        return
    here = material.results.impacts.sel(site_id=subject.site_id)
    rows = [
        (
            str(here["design_fr"].sel(design=design).item()),
            significant(float(here["pue"].sel(design=design))),
            estimate(float(here["water_input"].sel(design=design))),
            significant(float(here["water_peak_day"].sel(design=design)), 2),
        )
        for design in here["design"].to_numpy().astype(str)
    ]
    head = ("Pour 1 MW informatique", "PUE", "m³/an", "m³, jour de pointe")
    caption = "Refroidissements que le scénario compare, ici"
    yield Table(
        caption, head, rows, (4.2, 1.1, 1.4, 2), ("impact:water_input", "impact:water_peak_day")
    )


def _drought(subject: Subject) -> Iterator[Item]:
    threshold = subject.value("water.drought_threshold")
    taken = subject.footprint("water_input_m3", subject.last)
    cuts = subject.material.values.get("water.drought_cut", {}).get("value")
    if threshold is not None and taken is not None and isinstance(cuts, dict):
        over = taken > threshold
        steps = ", ".join(
            f"{name} −{number(100 * float(cuts[key]))}{NO_BREAK}%"
            for key, name in (
                ("alert", "alerte"), ("reinforced", "alerte renforcée"), ("crisis", "crise"),
            )
        )  # fmt: skip
        state = f"au-dessus du seuil : {steps}" if over else f"sous le seuil ; au-dessus, {steps}"
        told = f"{state} (seuil : {quantity(threshold, 'm³/an')})"
        papers = ("value:water.drought_threshold", "value:water.drought_cut")
        yield Fact("En sécheresse (ICPE)", told, "B", papers)
    yield from drought_state(subject)
    days = subject.number("restricted_days")
    if days is None:
        yield Unknown("jours de restriction par an", subject.material.absent("drought_orders"))
    else:
        yield Fact("Jours de restriction", quantity(days, "j/an"), "A", ("layer:drought_orders",))


@block(6, "Chaleur")
def heat(subject: Subject) -> Iterator[Item]:
    """Yield the networks in reach, the useful heat by month, the duty, the pools."""
    reach = subject.number("heat_in_reach_gwh")
    told = subject.words("sinks_fr", "aucun réseau connu dans la commune ni ses limitrophes")
    if reach is None and not subject.material.has("heat_deliveries"):
        yield Unknown("réseaux à portée", subject.material.absent("heat_deliveries"))
    else:
        yield Fact("Réseaux à portée", told, "B", ("layer:heat_deliveries",))
    if reach is not None:
        told = f"{significant(reach)} GWh/an livrés aujourd'hui"
        yield Fact("Leur chaleur", told, "B", ("layer:heat_deliveries",))
    yield from networks(subject)
    if subject.is_retained:
        yield from _useful(subject)
        yield from duty(subject)
    yield from pools(subject)
    yield Unknown("tracé du réseau, à 2 et 5 km", subject.material.absent("heat_network_traces"))
    yield Unknown("accord d'un partenaire", "à demander aux gestionnaires des réseaux cités")


def _useful(subject: Subject) -> Iterator[Item]:
    gwh = subject.number(f"heat_gwh_{subject.last}") or 0.0
    energy = subject.footprint("site_energy_gwh", subject.last)
    papers = ("value:heat.substitutable_share", "value:heat.supply_temperature")
    share = "" if not energy else f", ERF {quantity(100 * gwh / energy, '%', 1)} sur les constantes"
    middle, ends = subject.median("heat"), subject.doubt("heat")
    told = f"{estimate(gwh if middle is None else middle)} GWh/an{share}"
    if ends is not None:
        told += f" (9 chances sur 10 entre {estimate(ends[0])} et {estimate(ends[1])})"
    told += " ; débouché supposé"
    if not gwh and not subject.material.has("heat_deliveries"):
        yield Unknown("chaleur utile", subject.material.absent("heat_deliveries"))
    else:
        yield Fact(f"Chaleur utile en {subject.last}", told if gwh else "aucune", "D", papers)
    months = subject.rows("context/monthly", subject.last)
    if "heat_gwh" not in months:
        yield Unknown("chaleur utile par mois", OLDER)
    elif len(months) == 12 and gwh:
        values = months.sort_values("month")["heat_gwh"].tolist()
        papers = ("layer:heat_profiles", "layer:heat_deliveries")
        yield Months(f"Chaleur utile par mois en {subject.last}", values, "GWh", "heat", papers)
        if estimate(sum(values)) != estimate(gwh if middle is None else middle):
            told = f"Somme des mois, heure par heure : {estimate(sum(values))}{NO_BREAK}GWh"
            yield Text(
                f"{told}, sur les constantes ; l'année ci-dessus est la médiane des tirages."
            )


@block(7, "Climat")
def climate(subject: Subject) -> Iterator[Item]:
    """Yield the hot hours and the PUE, today and in 2050."""
    table = subject.rows("context/climate")
    if table.empty:
        yield Unknown("heures au-dessus de 27, 32 et 40 °C", OLDER)
    else:
        yield from _hot_hours(subject, table)
    days = subject.number("hot_days_2050")
    if days is not None:
        told = f"{quantity(days, 'j/an')} vers 2050, à l'échelle de l'intercommunalité"
        yield Fact("Jours très chauds", told, "B", ("layer:climate_2050",))
    height = subject.number("elevation_m")
    if height is not None:
        yield Fact("Altitude", quantity(height, "m"), "C", ("layer:elevation",))
    yield Unknown("îlot de chaleur, masque du relief", "aucune couche au catalogue")


def _hot_hours(subject: Subject, table: pd.DataFrame) -> Iterator[Item]:
    columns = [name for name in table.columns if name.startswith("hours_above_")]
    today = table[table["climate"] != "2050"]
    later = table[table["climate"] == "2050"].set_index("estimate")
    rows = []
    for name in columns:
        limit = declared(float(name.removeprefix("hours_above_")))
        now = number(today[name].iloc[0]) if len(today) else "non évalué"
        rows.append((_threshold_fr(subject, limit), now, *_ends(later, name)))
    caption = "Heures par an où l'air extérieur dépasse…"
    now_fr = str(today["climate"].iloc[0]) if len(today) else "2015-2019"
    head = ("Seuil", now_fr.capitalize(), "2050, médiane", "2050, bas à haut")
    papers = (
        "layer:weather",
        "layer:weather_file",
        "layer:climate_2050",
        "value:weather.hot_thresholds",
    )
    yield Table(caption, head, rows, (1, 1.2, 1.5, 1.7), papers)
    pues = [t["pue"].dropna() for t in (today, later)]
    if all(len(found) for found in pues):
        now, then = (number(float(found.iloc[0]), 3) for found in pues)
        told = f"{now} aujourd'hui, {then} en 2050"
        yield Fact("PUE annuel", told, "B", ("impact:pue", "layer:climate_2050"))
    if told := subject.words("weather_fr"):
        yield Fact("Météo du calcul", told, "B", ("layer:weather_file",))
    yield Text(
        "2050 : France à +2,7 °C, mois réchauffés en moyenne ; les canicules peuvent l'être plus."
    )


def _threshold_fr(subject: Subject, limit: str) -> str:
    """Return « 24 °C, boucle liquide » for the air that the loop's dry coolers bear alone."""
    paper = subject.material.values.get("weather.hot_thresholds", {})
    watched = paper.get("value", {})
    usual = {declared(float(x)) for x in watched.values()} if isinstance(watched, dict) else set()
    own = ", boucle liquide" if usual and limit not in usual else ""
    return f"{limit}{NO_BREAK}°C{own}"


def _ends(later: pd.DataFrame, name: str) -> tuple[str, str]:
    if "median" not in later.index:
        return "non évalué", "non évalué"
    hours = {str(end): float(x) for end, x in later[name].items()}
    middle = number(hours["median"])
    if not {"low", "high"} <= set(later.index):
        return middle, "non calculé"
    return middle, f"{number(hours['low'])} à {number(hours['high'])}"
