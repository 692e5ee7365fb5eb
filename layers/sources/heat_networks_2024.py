"""Heat networks of the 2024 list: how renewable each one is, and its CO2 content."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number

EDITION = "2024"
HEAT = "C"  # an identifier ends in C for heat, in F for cold


@layer(
    "heat_networks_2024",
    label_fr="Réseaux de chaleur : part renouvelable et contenu en CO2",
    theme="Chaleur",
    key=("network_id",),
    columns={
        "network_id": Column("Identifiant national du réseau"),
        "name": Column("Nom du réseau"),
        "departement_code": Column("Département"),
        "commune_name": Column("Commune citée par l'arrêté", nullable=True),
        "commune_code": Column("Commune, d'après son nom", nullable=True),
        "renewable_share": Column(
            "Part d'énergies renouvelables et de récupération", "1", nullable=True
        ),
        "direct_co2_g_per_kwh": Column("CO2 direct", "gCO2e/kWh", nullable=True),
        "co2_g_per_kwh": Column("CO2 en cycle de vie", "gCO2e/kWh", nullable=True),
        "is_new": Column("Réseau nouveau dans la liste de 2024"),
    },
    exports={
        "list": Export(
            "heat/reseaux_chaleur_froid_arretes_dpe_*.csv",
            (
                "edition", "departement", "nom_reseau", "localisation", "contenu_co2",
                "identifiant_reseau", "contenu_co2_acv", "taux_enr", "nouveau_reseau_2023_2024",
            ),
        )
    },
    needs=("communes",),
)  # fmt: skip
def tidy(raw: Raw) -> Tidied:
    """Keep the heat networks of one edition: adding editions would count a network five times."""
    source = raw.exports["list"]
    here = source["departement"].str.zfill(2).isin(raw.territory.departements)
    listed = source[here & (source["edition"] == EDITION)]
    is_heat = listed["identifiant_reseau"].str.strip().str.endswith(HEAT)
    rows = listed[is_heat]
    code = rows["departement"].str.zfill(2)
    place = rows["localisation"].str.strip().replace("", pd.NA)
    table = pd.DataFrame(
        {
            "network_id": rows["identifiant_reseau"].str.strip(),
            "name": rows["nom_reseau"].map(_tidy_name),
            "departement_code": code,
            "commune_name": place,
            "commune_code": _commune_codes(code, place, raw.layers["communes"]),
            "renewable_share": number(rows["taux_enr"]) / 100.0,
            "direct_co2_g_per_kwh": (1000.0 * number(rows["contenu_co2"])).round(3),
            "co2_g_per_kwh": (1000.0 * number(rows["contenu_co2_acv"])).round(3),
            "is_new": rows["nouveau_reseau_2023_2024"].str.strip() == "1",
        }
    )
    table["renewable_share"] = table["renewable_share"].round(4)
    table = table.sort_values("network_id").reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "heat_networks_2024",
            ("kept", len(table), f"réseau de chaleur de l'édition {EDITION}"),
            ("dropped", int((~is_heat).sum()), "réseau de froid"),
            ("dropped", int((here & (source["edition"] != EDITION)).sum()), "autre édition"),
            ("unknown", int(table["renewable_share"].isna().sum()), "part renouvelable (ND)"),
            ("unknown", int(table["commune_code"].isna().sum()), "nom de commune non reconnu"),
            (
                "kept",
                int((table["co2_g_per_kwh"] < table["direct_co2_g_per_kwh"]).sum()),
                "contenu en cycle de vie inférieur au contenu direct, repris tel quel",
            ),
        ),
    )


def _tidy_name(name: str) -> str:
    text = " ".join(str(name).split()).strip(" ,")
    return text[:1].upper() + text[1:]


def _commune_codes(departement: pd.Series, place: pd.Series, communes: pd.DataFrame) -> pd.Series:
    """Return the code of the commune of that name in its département, missing when unknown."""
    known = {
        (str(code)[:2], plain_name(str(name))): str(code)
        for code, name in zip(communes["commune_code"], communes["name"], strict=True)
    }
    found = [
        None if pd.isna(name) else known.get((code, plain_name(str(name))))
        for code, name in zip(departement, place, strict=True)
    ]
    return pd.Series(found, index=place.index, dtype="object")


def plain_name(name: str) -> str:
    """Return a commune's name without case, accents, hyphens or abbreviation.

    Parameters
    ----------
    name : a name as written anywhere.

    Returns
    -------
    Lower-case words parted by single spaces; « st » and « ste » in full.

    Examples
    --------
    >>> plain_name("St Yrieix sur Charente") == plain_name("SAINT-YRIEIX-SUR-CHARENTE")
    True
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", bare).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
