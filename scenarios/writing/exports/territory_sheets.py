"""A sheet an intercommunality, as an editable text: what is known there, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.french import in_short_sentences, number, plural, quantity
from scenarios.storage.open_text import Block, Heading, Paragraph, Table, write_odt
from scenarios.storage.results import Results

NAME = "fiches-intercommunalites.odt"
SITES_TOLD = 12
UNKNOWN_FR = (
    "la place réelle des postes électriques",
    "la vacance de chaque friche",
    "l'eau que les milieux peuvent céder mois par mois",
    "ce que chaque réseau de chaleur accepterait",
)


def write_territory_sheets(results: Results, into: Path) -> None:
    """Write one text, a page an intercommunality that has a candidate or a retained site.

    Parameters
    ----------
    results : a run's folder.
    into : a folder that exists; ``fiches-intercommunalites.odt`` is written there.
    """
    write_odt(territory_sheets(results), into / NAME)


def territory_sheets(results: Results) -> Iterator[Block]:
    """Give the blocks of every sheet, those with most megawatts first.

    Parameters
    ----------
    results : a run's folder.

    Yields
    ------
    Headings, paragraphs and tables.
    """
    sites = results.sites
    last = f"it_mw_{results.summary['periods'][-1]}"
    concerned = sites[sites["retained"] | (sites["fate"] == "candidat")]
    power = concerned.groupby("epci_code")[last].sum().sort_values(ascending=False, kind="stable")
    around = _Around(results)
    yield Heading(f"Fiches par intercommunalité — {results.summary['title']}")
    yield Paragraph(
        f"{plural(len(power), 'intercommunalité')} ont au moins un candidat. Ce qui n'est pas dans "
        "ces fiches n'est pas connu de l'outil : ce n'est jamais une bonne nouvelle."
    )
    for code in power.index:
        yield from _sheet(results, sites[sites["epci_code"] == code], str(code), around, last)


class _Around:
    """What lies in each intercommunality: posts, heat networks, people, announced projects."""

    def __init__(self, results: Results) -> None:
        self.communes = results.shapes("context/communes")
        posts = results.shapes("context/substations")
        inside = self.communes[["commune_code", "epci_code", "geometry"]]
        self.posts = posts.sjoin(inside, predicate="within").drop_duplicates("yard_id")
        code = self.communes.set_index("commune_code")["epci_code"]
        networks = results.table("context/networks")
        self.networks = networks.assign(epci_code=networks["commune_code"].map(code))
        projects: list[dict[str, Any]] = results.document("context/projects")
        self.projects = [p | {"epci_code": code.get(p.get("commune_code"))} for p in projects]


def _sheet(
    results: Results, sites: pd.DataFrame, code: str, around: _Around, last: str
) -> Iterator[Block]:
    name = str(sites["epci_name"].iloc[0])
    kept = sites[sites["retained"]]
    communes = around.communes[around.communes["epci_code"] == code]
    people = pd.to_numeric(communes["population"], errors="coerce").sum()
    yield Heading(name, new_page=True)
    yield Paragraph(
        f"{plural(len(communes), 'commune')}, {number(people)} habitants. "
        f"{plural(len(sites), 'terrain connu', 'terrains connus')}, dont "
        f"{plural(int((sites['fate'] == 'candidat').sum()), 'candidat')}. Le plan y place "
        f"{quantity(float(kept[last].sum()), 'MW', 1)} informatiques sur "
        f"{plural(len(kept), 'site')} en {last.rpartition('_')[2]}."
    )
    yield Heading("Terrains", 2)
    yield _sites(sites, last)
    left = int(((sites["fate"] == "candidat") | sites["retained"]).sum()) - SITES_TOLD
    if left > 0:
        yield Paragraph(f"Et {plural(left, 'autre candidat', 'autres candidats')}, dans plan.ods.")
    yield Heading("Postes électriques", 2)
    yield from _posts(around.posts[around.posts["epci_code"] == code])
    yield Heading("Chaleur", 2)
    yield from _heat(around.networks[around.networks["epci_code"] == code])
    yield Heading("Eau et sécheresse", 2)
    yield from _drought(sites)
    yield Heading("Voisinage", 2)
    near = sites.loc[sites["fate"] == "candidat", "people_1km"]
    told = f"de {number(near.min())} à {number(near.max())}" if len(near) else "non évalués"
    yield Paragraph(f"Habitants à moins d'un kilomètre d'un candidat : {told}.")
    yield Heading("Centres existants et annoncés", 2)
    yield from _centres(results, [p for p in around.projects if p["epci_code"] == code])
    yield Heading("Ce qu'on ne sait pas", 2)
    silent = [row["label_fr"] for row in results.summary["criteria_not_evaluated"]]
    yield Paragraph(in_short_sentences("Inconnu partout", UNKNOWN_FR))
    if silent:
        yield Paragraph(in_short_sentences("Critères qu'aucune donnée ne juge", silent))


def _sites(sites: pd.DataFrame, last: str) -> Table:
    first = sites[sites["retained"] | (sites["fate"] == "candidat")]
    first = first.sort_values(["retained", "rank"], ascending=[False, True]).head(SITES_TOLD)
    rows = [
        [
            str(site["name_fr"]),
            str(site["commune_name"]),
            "retenu" if site["retained"] else "candidat",
            "" if pd.isna(site["rank"]) else number(site["rank"]),
            quantity(site["area_m2"] / 1e4, "ha", 1),
            quantity(site[last], "MW", 1) if site["retained"] else "–",
        ]
        for _, site in first.iterrows()
    ]
    return Table("Terrains", ["terrain", "commune", "état", "rang", "surface", "plan"], rows)


def _posts(posts: pd.DataFrame) -> Iterator[Block]:
    if posts.empty:
        yield Paragraph("Aucun poste connu dans l'intercommunalité.")
        return
    table = posts.sort_values(["max_voltage_kv", "name"], ascending=[False, True])
    rows = [
        [str(post["name"]), _kv(post), _hosts(post), _room(post)]
        for _, post in table.head(SITES_TOLD).iterrows()
    ]
    yield Table("Postes", ["poste", "tension", "peut accueillir", "place (hypothèse)"], rows)


def _kv(post: pd.Series) -> str:
    known = pd.notna(post["max_voltage_kv"])
    return quantity(float(post["max_voltage_kv"]), "kV") if known else "inconnue"


def _hosts(post: pd.Series) -> str:
    return "oui" if post["can_host"] == "yes" else str(post["can_host_reason_fr"] or "inconnu")


def _room(post: pd.Series) -> str:
    if pd.isna(post["room_low_mw"]) or pd.isna(post["room_high_mw"]):
        return "inconnue"
    low, high = float(post["room_low_mw"]), float(post["room_high_mw"])
    return f"{number(low)} à {quantity(high, 'MW')}"


def _heat(networks: pd.DataFrame) -> Iterator[Block]:
    if networks.empty:
        yield Paragraph("Aucun réseau de chaleur connu. Son absence n'est pas établie.")
        return
    for _, network in networks.sort_values("delivered_gwh", ascending=False).iterrows():
        yield Paragraph(
            f"{network['name']} : {quantity(network['delivered_gwh'], 'GWh')} livrés par an.",
            item=True,
        )


def _drought(sites: pd.DataFrame) -> Iterator[Block]:
    zre = sites["zre"].astype(str).value_counts()
    yield Paragraph(
        f"Zone de répartition des eaux : {number(zre.get('yes', 0))} terrains dedans, "
        f"{number(zre.get('no', 0))} dehors, {number(zre.get('unknown', 0))} inconnus."
    )
    on = str(sites["drought_day"].iloc[0] or "")
    states = sites["drought_sup_fr"].astype(str).value_counts()
    told = [f"{state} ({number(count)})" for state, count in states.items()]
    if on:
        yield Paragraph(in_short_sentences(f"Sécheresse au {on}, eaux de surface", told))


def _centres(results: Results, projects: list[dict[str, Any]]) -> Iterator[Block]:
    for project in projects:
        kind = "existant" if project["kind"] == "existing" else "annoncé"
        yield Paragraph(f"{project['label_fr']} ({kind}). {project['caveat_fr']}", item=True)
    if not projects:
        yield Paragraph("Aucun centre existant ou annoncé n'est connu ici.")
    share = next(iter(results.summary["demand"].values())).get("measured_share") or 0.0
    audited = f"{number(100 * share)} % de la puissance existante" if share else "aucun centre"
    yield Paragraph(f"Part auditée dans la région : {audited}.")
