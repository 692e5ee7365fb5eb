"""Building a pack: accounts for every row, keeps its bytes, refuses a bad export."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from layers.contracts.catalogue import catalogue_text, read_catalogue
from layers.contracts.contract import (
    LAYERS,
    Column,
    Export,
    LayerKind,
    Raw,
    Tidied,
    check_table,
    layer,
)
from layers.packs.data_pack import EMBEDDED, Pack
from layers.packs.pack_building import build
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory

SHARED = EMBEDDED.parents[3] / "shared" / "data"


def digest(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_exports_give_the_same_bytes(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    build(exports, tmp_path / "un", village)
    build(exports, tmp_path / "deux", village)
    assert digest(tmp_path / "un") == digest(tmp_path / "deux")


@pytest.mark.slow
def test_the_committed_pack_is_what_the_exports_give(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("les exports officiels (../shared/data) ne sont pas sur cette machine")
    build(SHARED, tmp_path / "lot", Territory.named("nouvelle-aquitaine"))
    made, committed = digest(tmp_path / "lot"), digest(EMBEDDED)
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_village_pack_verifies_and_says_what_is_absent(village_pack: Pack) -> None:
    assert village_pack.verify() == []
    assert village_pack.has("brownfields")
    assert not village_pack.has("weather")
    assert not village_pack.has("natura2000_points")


def test_village_brownfields_are_mended_and_flagged(village_pack: Pack) -> None:
    sites = village_pack.table("brownfields").set_index("site_id")
    assert len(sites) == 6
    assert sites.loc["33999_1", "commune_code"] == "33003"
    assert sites.loc["33999_1", "commune_code_source"] == "point"
    assert sites.loc["33001_2", "area_state"] == "invraisemblable"
    assert sites.loc["33003_2", "area_state"] == "absente"
    assert sites.loc["33003_2", "position_state"] == "hors de la commune nommée"
    assert sites.loc["33003_3", "position_state"] == "hors de toute commune"
    assert sites.loc["33001_2", "plu_zone"] == "AU"
    assert sites.loc["33003_2", "plu_zone"] == "inconnue"
    assert sites["duplicate_point"].sum() == 2


def test_only_clean_names_of_verified_sites_survive(village_pack: Pack) -> None:
    names = village_pack.table("brownfields").set_index("site_id")["name"]
    assert names["33001_1"] == "Ancienne usine à gaz"
    assert names["33999_1"] == "Papeterie de Gamma"
    assert names.drop(["33001_1", "33999_1"]).isna().all()


def test_columns_that_could_name_an_owner_never_enter(village_pack: Pack) -> None:
    columns = set(pd.read_parquet(village_pack.path("brownfields")).columns)
    assert columns == {*LAYERS["brownfields"].columns, "geometry"}


def test_village_yards_are_grouped_judged_and_cut_at_the_margin(village_pack: Pack) -> None:
    yards = village_pack.table("yards").set_index("yard_id")
    assert "LOIN" not in yards.index
    assert yards.loc["HAUT", "voltages_kv"] == "225|63"
    assert yards.loc["HAUT", "codes"] == "HAUT|HAUT6"
    states = yards["can_host"].to_dict()
    expected = {"HAUT": "yes", "CLIE": "no", "ZTEE": "no", "MORT": "unknown"}
    assert states == {**expected, "BORD": "yes", "BAS": "no"}
    assert not yards.loc["BORD", "in_territory"]
    assert pd.isna(yards.loc["BORD", "departement_code"])


def test_cold_is_dropped_and_secret_heat_is_unknown_not_zero(village_pack: Pack) -> None:
    heat = village_pack.table("heat_deliveries")
    assert heat["network_id"].tolist() == ["3301c", "3301c"]
    assert heat["delivered_mwh"].sum() == 1250.5
    assert heat["is_secret"].tolist() == [False, True]


def test_the_report_counts_every_row_read(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    report = build(exports, tmp_path / "lot", village)
    lines = pd.DataFrame(report.lines)
    assert set(lines["action"]) <= {"kept", "merged", "repaired", "dropped", "unknown"}
    assert lines["why_fr"].str.len().min() > 3
    absent = lines[lines["why_fr"] == "export absent"]
    assert set(absent["layer"]) <= set(report.absent)


def test_a_failed_build_leaves_the_former_pack_untouched(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    build(exports, tmp_path / "lot", village)
    before = digest(tmp_path / "lot")
    broken = tmp_path / "casse"
    shutil.copytree(exports, broken)
    (broken / "grid/postes_electriques_rte_2024-09.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        build(broken, tmp_path / "lot", village)
    assert refusal.value.code == "SIT101"
    assert "code_poste" in str(refusal.value)
    assert digest(tmp_path / "lot") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["casse", "lot"]


def test_exports_without_communes_are_refused(village: Territory, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    with pytest.raises(SitingError) as refusal:
        build(tmp_path / "vide", tmp_path / "lot", village)
    assert refusal.value.code == "SIT107"
    assert not (tmp_path / "lot").exists()


def test_an_unreadable_export_is_refused_in_french(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    broken = tmp_path / "casse"
    shutil.copytree(exports, broken)
    (broken / "admin/communes.gpkg").write_bytes(b"rien d'un GeoPackage")
    with pytest.raises(SitingError) as refusal:
        build(broken, tmp_path / "lot", village)
    assert refusal.value.code == "SIT100"
    assert len(str(refusal.value).splitlines()) == 3


def test_an_unknown_territory_lists_those_known() -> None:
    with pytest.raises(SitingError) as refusal:
        Territory.named("atlantide")
    assert "nouvelle-aquitaine" in str(refusal.value)


def test_a_table_that_breaks_its_contract_is_refused(village_pack: Pack) -> None:
    yards, kind = village_pack.table("yards"), LAYERS["yards"]
    assert refusal(kind, yards.drop(columns="can_host")) == "SIT101"
    assert refusal(kind, yards.to_crs(4326)) == "SIT102"
    assert refusal(kind, pd.concat([yards, yards])) == "SIT105"
    assert refusal(kind, yards.assign(name=None)) == "SIT105"
    assert refusal(kind, yards.set_geometry(yards.buffer(1.0))) == "SIT105"


def refusal(kind: LayerKind, table: pd.DataFrame) -> str:
    with pytest.raises(SitingError) as problem:
        check_table(kind, table, "essai")
    return problem.value.code


def test_a_layer_is_added_by_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.contracts.contract.LAYERS", dict(LAYERS))

    @layer(
        "wells",
        label_fr="Puits",
        theme="Eau",
        key=("well_id",),
        geometry="Point",
        columns={"well_id": Column("Identifiant")},
        exports={"wells": Export("water/wells.csv", ("id",))},
    )
    def tidy(raw: Raw) -> Tidied:
        return Tidied(gpd.GeoDataFrame({"well_id": ["a"]}))

    from layers.contracts import contract

    assert contract.LAYERS["wells"].file == "wells.parquet"
    with pytest.raises(ValueError, match="deux fois"):
        layer("wells", label_fr="Puits", theme="Eau", exports={})(tidy)


def test_a_catalogue_survives_being_written_and_read(tmp_path: Path) -> None:
    entries = read_catalogue(EMBEDDED / "catalogue.toml")
    path = tmp_path / "catalogue.toml"
    path.write_text(catalogue_text(entries.values()), encoding="utf-8")
    assert read_catalogue(path) == entries


def test_a_malformed_catalogue_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text('[x]\ntheme = "Eau"\n', encoding="utf-8")
    with pytest.raises(SitingError) as problem:
        read_catalogue(path)
    assert problem.value.code == "SIT100"
    path.write_text("[x", encoding="utf-8")
    with pytest.raises(SitingError) as problem:
        read_catalogue(path)
    assert problem.value.code == "SIT100"


def test_a_folder_that_is_not_a_pack_is_never_replaced(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    (tmp_path / "these.odt").write_text("trois ans de travail", encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        build(exports, tmp_path, village)
    assert refusal.value.code == "SIT403"
    assert [path.name for path in tmp_path.iterdir()] == ["these.odt"]


def test_an_export_with_surprising_content_is_refused(
    exports: Path, village: Territory, tmp_path: Path
) -> None:
    broken = tmp_path / "casse"
    shutil.copytree(exports, broken)
    path = broken / "grid/postes_electriques_rte_2024-09.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("-0.", "à l'ouest "), encoding="utf-8")
    with pytest.raises(SitingError) as problem:
        build(broken, tmp_path / "lot", village)
    assert problem.value.code == "SIT105"
    assert len(str(problem.value).splitlines()) == 3


def test_a_part_of_the_region_builds_without_a_code_change(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("les exports officiels (../shared/data) ne sont pas sur cette machine")
    whole = Territory.named("nouvelle-aquitaine")
    report = build(SHARED, tmp_path / "lot", whole.restricted(["23"], "creuse", "Creuse"))
    pack = Pack.open(tmp_path / "lot")
    embedded = Pack.open(EMBEDDED)
    assert set(report.absent) == {name for name in LAYERS if not embedded.has(name)}
    assert pack.verify() == []
    assert set(pack.table("communes")["departement_code"]) == {"23"}
    sites = Pack.open(EMBEDDED).table("brownfields")
    here = sites[sites["commune_code"].str[:2] == "23"]
    assert pack.table("brownfields")["site_id"].tolist() == here["site_id"].tolist()
