"""Words of activity: codes of a dated list, never the text that held them."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.activity_words import SEPARATOR, activity_words, words_found

CODES = {word.code for word in activity_words()}
# The word « personne » and the lady's name are in every zone of the village's export.
PRIVATE = "madame personne"


@pytest.mark.parametrize(
    ("column", "text", "codes"),
    [
        ("site_nom", "Ciments X depuis 1993, anciennement Y", "exploitant_depuis"),
        ("site_nom", "LIGNE SNCF ANGOULEME-LIMOGES", "ferroviaire"),
        ("site_nom", "Décharge de la Passerelle", "dechets_nom"),
        ("site_nom", "Usine dépuis longtemps fermée", ""),
        ("urba_zone_lib", "UT : Zone du domaine public ferroviaire.", "zone_gare"),
        ("urba_zone_lib", "UYd - zone dédiée à l'exploitation d'ISDI", "zone_dechets"),
        ("urba_zone_lib", "N - Zone naturelle", ""),
        # The producer writes some zones as bytes in hexadecimal: « carrière en cours ».
        ("urba_zone_lib", r"N - \x63617272696572657320656e20636f757273", "zone_carriere"),
        ("urba_zone_lib", None, ""),
    ],
)
def test_a_word_is_found_whatever_its_accents_and_capitals(column, text, codes):
    assert words_found(pd.Series([text]), column).tolist() == [codes]


def test_the_text_itself_never_enters_a_pack(village_pack: Pack):
    table = pd.read_parquet(village_pack.path("brownfields"))
    cells = table.drop(columns="geometry").to_numpy(dtype=object).ravel()
    written = " ".join(str(cell) for cell in cells).lower()
    assert PRIVATE not in written
    assert "chez" not in written
    found = table["activity_words"].str.split(SEPARATOR, regex=False).explode()
    assert set(found) - {""} <= CODES
    assert (table["activity_words"].str.contains("zone_solaire_prevue")).all()
    assert (table["rail_distance_m"] == 9_000.0).all()


def test_the_committed_pack_holds_codes_only():
    held = Pack.open(EMBEDDED).table("brownfields")
    found = held["activity_words"].str.split(SEPARATOR, regex=False).explode()
    assert set(found) - {""} <= CODES
    assert "urba_zone_lib" not in held
    assert "site_nom" not in held
