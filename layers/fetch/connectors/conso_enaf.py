"""Conso ENAF: the national table by commune, from the land files."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector
from layers.fetch.data_gouv import file_of, listing_request, resources
from layers.opening.formats.text_rows import separator_of


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the list of files, then the table.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    Two requests, with the bytes of each (expected); the file's true address is only in the list.
    """
    yield Foreseen(listing_request(errand), 1, 50_000)
    table = errand.request("https://static.data.gouv.fr/…/conso-resultats-com.csv", "csv")
    yield Foreseen(table, 1, 1000.0 * errand.product.kb_a_row * errand.product.rows)


@connector("conso-enaf", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the communes of the territory's départements; each of ours must be there."""
    newest = resources(errand)[0]
    request = errand.request(newest.url, "csv")
    path = file_of(errand, newest, "csv")
    try:
        separator = separator_of(path)
        table = pd.read_csv(path, sep=separator, dtype="str", encoding="utf-8-sig")
    except (ValueError, UnicodeError):
        raise errand.refuse("SIT111", "CSV illisible", request) from None
    errand.check_fields(table.columns, request)
    ours = set(errand.place.communes["commune_code"])
    here = table[table["idcom"].str.zfill(5).isin(ours)]
    lacking = len(ours) - here["idcom"].nunique()
    # Communes merged since the file was made have no row of their own: a few, never a tenth.
    if lacking > errand.service.limit("fewer_than_embedded") * len(ours):
        why = f"{lacking} communes du territoire absentes, sur {len(ours)}"
        raise errand.refuse("SIT112", why, request)
    kept = [name for name in here.columns if name == "idcom" or name.startswith(("naf", "art"))]
    here[kept].sort_values("idcom").to_csv(errand.path, sep=";", index=False, lineterminator="\n")
    notes = (f"{lacking} communes sans ligne : consommation inconnue",) if lacking else ()
    return Landed(len(here), None, notes)
