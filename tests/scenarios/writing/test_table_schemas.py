"""Descriptors: each file typed, each table with its columns, no empty path."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from scenarios.storage.folder_contract import contracts
from scenarios.writing.exports.table_schemas import MEDIA, described, resources_of
from scenarios.writing.run_sources import sources_of

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


def test_each_table_of_a_folder_has_its_table_schema():
    resources = {entry["path"]: entry for entry in resources_of(EXAMPLE)}
    tables = {path for path in resources if path.endswith(".parquet")}
    assert len(tables) > 30
    for path in tables:
        schema = resources[path]["schema"]
        names = [field["name"] for field in schema["fields"]]
        assert names == parquet.read_schema(EXAMPLE / path).names
        contract = contracts()[path.removesuffix(".parquet")]
        assert schema.get("primaryKey", []) == list(contract.key)
        for key in schema.get("foreignKeys", []):
            assert key["reference"]["resource"] in tables
    assert {resources[path]["mediatype"] for path in resources} <= set(MEDIA.values())
    assert all(entry["name"] and entry["title"] and entry["bytes"] for entry in resources.values())


def test_a_csv_says_its_separator_and_its_decimal_comma(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("site;MW\nA;12,5\nB;\n", encoding="utf-8-sig")
    told = described(path, "t.csv")
    assert told["dialect"]["delimiter"] == ";"
    assert told["schema"]["fields"] == [
        {"name": "site", "type": "string"},
        {"name": "MW", "type": "number", "decimalChar": ","},
    ]
    read = pd.read_csv(path, sep=";", decimal=told["schema"]["fields"][1]["decimalChar"])
    assert read["MW"].tolist()[0] == 12.5


def test_no_source_has_an_empty_path():
    from layers.packs.data_pack import EMBEDDED, Pack
    from scenarios.question.scenario_reading import read_scenario

    sources = sources_of(Pack.open(EMBEDDED), read_scenario("tendanciel"))
    assert all(entry.get("path", "https://") for entry in sources)
    assert all(entry["title"] for entry in sources)
