"""VigiEau: zones of one day with their orders, and uses quoted in the words of the orders."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd

from layers.contracts.contract import LAYERS, Export, Raw
from layers.opening.export_reader import read_export
from layers.packs.data_pack import EMBEDDED, Pack
from layers.sources.drought_uses import tidy


def use(words: str, text: str, order: str, firm: bool = True) -> dict[str, object]:
    return {
        "usage": words,
        "description": text,
        "concerne": {"concerne_entreprise": firm},
        "arretes": [order],
    }


USES = {
    "33": {
        "SUP": {
            "crise": [
                use(
                    "Exploitation des ICPE", "Report des\nopérations., Report des opérations.", "1"
                ),
                use("Exploitation des ICPE", "Registre hebdomadaire.", "2"),
                use("Exploitation des ICPE", "Registre hebdomadaire.", "2"),
                use("Arrosage", "Interdit.", "1"),
                use("Exploitation des ICPE agricoles", "Interdit.", "1", firm=False),
            ]
        },
        "_arretes": {"1": {"numero": "33-A"}, "2": {"numero": "33-B"}},
    },
    "75": {"SUP": {"crise": [use("Exploitation des ICPE", "Hors région.", "1")]}},
    "guide_national": [],
}


def test_uses_of_classified_plants_are_quoted_with_their_order(tmp_path: Path):
    path = tmp_path / "vigieau_usages_2026-08-11_na.json.gz"
    path.write_bytes(gzip.compress(json.dumps(USES).encode()))
    read = read_export(path, Export("*.json.gz"))
    here = pd.DataFrame({"departement_code": ["33"]})
    raw = Raw(exports={"uses": read}, layers={"departements": here}, territory=None)  # type: ignore[arg-type]
    tidied = tidy(raw)
    told = tidied.table[["orders", "text"]].to_numpy().tolist()
    assert told == [["33-A", "Report des opérations."], ["33-B", "Registre hebdomadaire."]]
    assert {line.rows for line in tidied.report if line.action == "dropped"} == {1}


def test_the_pack_holds_the_state_of_one_day_never_a_criterion():
    pack = Pack.open(EMBEDDED)
    zones = pack.table("drought_zones")
    # data2.md: 489 zones, of which three have no outline; the counts by water are 278, 171, 40.
    assert len(zones) == 486
    assert zones["water_kind"].value_counts().to_dict() == {"SUP": 278, "SOU": 171, "AEP": 37}
    assert pack.entry("drought_zones").vintage == "2026-07-02"
    assert pack.entry("drought_zones").positive_only
    assert zones[["order_id", "starts_on"]].notna().all().all()
    assert zones["ends_on"].notna().sum() >= 480
    kind = LAYERS["drought_zones"]
    assert (kind.overlap_ha, kind.distance_km, kind.excludes) == ("", "", False)
