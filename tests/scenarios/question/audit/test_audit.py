"""The audit: a form that reads back, every wrong line told, and figures re-added by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from scenarios.answers.existing_parc import existing_parc, existing_said, indicators_of
from scenarios.question.audit.datacenter_audit import audit_lines, read_audit, totals
from scenarios.question.program_settings import demand_of
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.audit_form import write_audit_form

COMMUNES = {"33063": "Bordeaux", "86194": "Poitiers", "33075": "Bruges"}
HEAD = "nom;commune_code;statut;PDIT_mw;EDC_mwh;EIT_mwh;pue;WIN_m3;EREUSE_mwh;annee_des_chiffres;"
HEAD += "refroidissement;qualite\n"
# Invented figures: no centre of this name exists.
THREE = (
    "Alpha;33063;en service;4,5;25\u202f000;20 000;1,25;1 200;500;31/12/2025;air sec;mesuré\n"
    "Beta;86194;En service;2;7500;;1,5;;;2024;Tour évaporative;déclaré\n"
    "Gamma;33075;annoncé;50;;;;;;;;annoncé\n"
).replace("31/12/2025", "2025")


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "audit.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv"])
def test_the_form_is_prefilled_with_every_centre_and_reads_back(
    suffix: str, pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / f"audit.{suffix}"
    write_audit_form(pack, path)
    audit = read_audit(path, pack.table("communes").set_index("commune_code")["name"].to_dict())
    rows = audit.rows.set_index("name")
    assert len(rows) == len(pack.table("datacenters_osm")) + len(pack.projects())
    assert rows.loc["BX1 (Bruges)", ["it_mw", "grid_mw", "since_year"]].tolist() == [4, 6, 2021]
    assert rows.loc["BXIA (Bordeaux-Lac)", "status"] == "annoncé"
    assert totals(audit)["existing_it_mw"] == 6.0  # BX1 and Bouliac; BXIA is only announced
    assert rows["energy_mwh"].isna().all()


def test_the_workbooks_hold_lists_and_bounds_and_the_same_bytes(pack: Pack, tmp_path: Path) -> None:
    for name in ("un.xlsx", "deux.xlsx", "un.ods"):
        write_audit_form(pack, tmp_path / name)
    assert (tmp_path / "un.xlsx").read_bytes() == (tmp_path / "deux.xlsx").read_bytes()
    sheet = zipfile.ZipFile(tmp_path / "un.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<formula1>1</formula1><formula2>3</formula2>" in sheet  # the PUE
    assert 'type="list"' in sheet
    content = zipfile.ZipFile(tmp_path / "un.ods").read("content.xml").decode()
    assert "cell-content-is-between(1,3)" in content
    assert '"mesuré"' in content


def test_figures_invented_for_three_centres_are_re_added_by_hand(
    pack: Pack, tmp_path: Path
) -> None:
    audit = read_audit(written(tmp_path, HEAD + THREE), COMMUNES)
    found = totals(audit)
    assert (found["existing_it_mw"], found["measured_it_mw"]) == (6.5, 4.5)
    assert (found["told_gwh"], found["untold_mw"], found["told_water_m3"]) == (32.5, 0.0, 1200.0)
    figures = {name: body["value"] for name, body in indicators_of(audit).items()}
    assert figures["electricity_twh"] == pytest.approx(0.0325)
    assert figures["pue"] == pytest.approx(32_500 / 25_000)  # 7 500 ÷ 1,5 = 5 000 of IT
    assert figures["water_input_m3"] == 1200
    assert figures["heat_gwh"] == 0.5
    assert figures["dry_share"] == pytest.approx(100 * 4.5 / 6.5, rel=1e-5)
    parc = existing_parc(audit, pack)
    assert [one["commune"] for one in parc["centres"]] == ["Bordeaux", "Poitiers", "Bruges"]
    gironde = next(row for row in parc["places"] if row["name"] == "33")
    assert (gironde["centres"], gironde["it_mw"], gironde["energy_mwh"]) == (1, 4.5, 25.0)
    vienne = next(row for row in parc["places"] if row["name"] == "86")
    assert "water_m3" not in vienne
    assert vienne["untold_fr"] == "eau apportée (1 sur 1) et chaleur remise (1 sur 1)"
    assert "audité" in existing_said(audit)[0]
    assert audit_lines(audit)[-1] == "Rien à corriger."


def test_the_need_and_the_budgets_take_what_the_audit_tells(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + THREE)
    question = read_scenario("tendanciel", (f'demand.audit="{path}"',))
    demand = demand_of(question, {})
    assert demand.to_place_mw(2031) == 213 - 6.5
    assert (demand.told_gwh, demand.assumed_mw) == (32.5, 0.0)
    assert (demand.existing_water_m3, demand.silent_water) == (1200.0, 1)
    part = read_scenario("tendanciel", (f'demand.audit="{path}"', 'territory=["86"]'))
    assert demand_of(part, {}).existing_it_mw == 2.0


def test_a_spreadsheet_s_cp1252_and_trailing_semicolons_are_read(tmp_path: Path) -> None:
    text = HEAD.replace("\n", ";;\n") + "Été;33063;;1,5;;;;;;;;mesuré;;\n"
    audit = read_audit(written(tmp_path, text, "cp1252"), COMMUNES)
    assert audit.rows["name"].tolist() == ["Été"]
    assert audit.rows["it_mw"].tolist() == [1.5]


GOOD = "Bon;33063;;1;;;;;;;;mesuré\n"
WRONG = {
    "Poitiers n'est pas un code": ("A;Poitiers;;1;;;;;;;;mesuré", "Poitiers", "86194 ?"),
    "Paris n'est pas du territoire": ("A;75056;;1;;;;;;;;mesuré", "75056", "pas une commune du"),
    "code à trois chiffres": ("A;330;;1;;;;;;;;mesuré", "330", "cinq caractères"),
    "code absent": ("A;;;1;;;;;;;;mesuré", "commune_code", "manque"),
    "nom absent": (";33063;;1;;;;;;;;mesuré", "nom", "manque"),
    "PUE de 16": ("A;33063;;1;;;16;;;;;mesuré", "16", "de 1 à 3"),
    "PUE de 0,9": ("A;33063;;1;;;0,9;;;;;mesuré", "0,9", "de 1 à 3"),
    "énergie au-delà de MW × 8 760 h": ("A;33063;;1;30000;;1,2;;;;;mesuré", "EDC_mwh", "8 760 h"),
    "énergie informatique de trop": ("A;33063;;1;;9000;;;;;;mesuré", "EIT_mwh", "8 760 h"),
    "informatique plus que le compteur": ("A;33063;;1;5000;6000;;;;;;mesuré", "EIT_mwh", "EDC"),
    "PUE qui contredit": ("A;33063;;1;6000;5000;1,5;;;;;mesuré", "pue", "1,2"),
    "chaleur plus que l'énergie": ("A;33063;;1;5000;;;;6000;;;mesuré", "EREUSE_mwh", "EDC"),
    "puissance négative": ("A;33063;;-3;;;;;;;;mesuré", "-3", "de 0 à"),
    "puissance en lettres": ("A;33063;;beaucoup;;;;;;;;mesuré", "beaucoup", "un nombre"),
    "puissance de 12 5": ("A;33063;;12 5;;;;;;;;mesuré", "12 5", "un nombre"),
    "eau négative": ("A;33063;;1;;;;-1;;;;mesuré", "-1", "de 0 à"),
    "statut inventé": ("A;33063;peut-être;1;;;;;;;;mesuré", "peut-être", "en service"),
    "qualité inventée": ("A;33063;;1;;;;;;;;estimé", "estimé", "mesuré"),
    "refroidissement inventé": ("A;33063;;1;;;;;;;magie;mesuré", "magie", "air sec"),
    "année de l'an mil": ("A;33063;;1;;;;;;1000;;mesuré", "1000", "de 2010 à"),
    "un centre deux fois": ("bon;33063;;1;;;;;;;;mesuré", "bon", "déjà ligne 2"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> SitingError:
    """Read every wrong line at once: each has a name of its own, from line 3 on."""
    lines = [line.replace("A;", f"A{n};", 1) for n, (line, _, _) in enumerate(WRONG.values())]
    text = HEAD + GOOD + "".join(f"{line}\n" for line in lines)
    with pytest.raises(SitingError) as refusal:
        read_audit(written(tmp_path_factory.mktemp("faux"), text), COMMUNES)
    return refusal.value


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_line_is_told_with_its_column_and_its_value(
    name: str, refused: SitingError
) -> None:
    _, value, told = WRONG[name]
    mine = f"ligne {3 + list(WRONG).index(name)}, "
    said = [_plain(hint) for hint in refused.hints if hint.startswith(mine)]
    assert any(_plain(value) in hint and _plain(told) in hint for hint in said), refused.hints


def _plain(text: str) -> str:
    return text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")


def test_every_fault_is_told_at_once(refused: SitingError) -> None:
    lines = {hint.split(",")[0] for hint in refused.hints}
    assert lines == {f"ligne {n}" for n in range(3, 3 + len(WRONG))}
    assert refused.where.endswith("audit.csv, ligne 3")
