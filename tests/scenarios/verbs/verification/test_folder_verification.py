"""« siting verify » : what it sees of a forged folder, and what it says that it cannot see."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.pages import draw_pages
from scenarios.question.scenario_reading import read_scenario
from scenarios.scenario_run import run
from scenarios.storage.results import Results
from scenarios.verbs.verification.folder_verification import (
    answers_of,
    verify_folder,
    verify_lines,
)
from scenarios.verbs.verification.rewritten_folder import Grounds, grounds_of
from scenarios.verbs.verification.sealed_archive import is_sealed, seal, unsealed
from scenarios.writing.step_cache import Answers
from tests.scenarios.storage.broken_folders import Broken, broken
from tests.scenarios.verbs.verification.forged_folders import (
    SMALL,
    forged_documents,
    forged_files,
    forged_tables,
    is_listed,
    moved,
)

# One forgery in so many is tried here; « make faults » tries them all.
ONE_IN = {forged_tables: 251, forged_documents: 251, forged_files: 29}


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("vienne")
    (place / "vienne.toml").write_text(SMALL, encoding="utf-8")
    question = read_scenario(str(place / "vienne.toml"))
    pack = Pack.open(EMBEDDED)
    return run(question, pack, place / "r", draw=draw_pages, answers=Answers(1)).folder


@pytest.fixture(scope="module")
def grounds(sound) -> Grounds:
    return grounds_of(Results.read(sound), Pack.open(EMBEDDED))


@pytest.fixture(scope="module")
def copy(sound, tmp_path_factory) -> Path:
    return Path(shutil.copytree(sound, tmp_path_factory.mktemp("forge") / "vienne"))


def test_a_sound_folder_is_written_again_to_the_byte_and_says_what_it_does_not_prove(sound):
    report = verify_folder(Results.read(sound, verify=False), Pack.open(EMBEDDED), draw_pages)
    assert report["ok"], report["lines_fr"]
    states = [check["state"] for check in report["checks"]]
    assert states.count("rompu") == 0
    assert states.count("non prouvé") == 1
    lines = verify_lines(report)
    assert any("à l'octet près" in line for line in lines)
    assert any("--replay les recalcule" in line for line in lines)
    assert "siting seal" in lines[-1]
    assert answers_of(Results.read(sound)) == Answers(1)


def test_no_forgery_passes_unseen_but_those_listed(sound, copy, grounds):
    seen, passed = 0, []
    for cases, one_in in ONE_IN.items():
        for case in list(cases(sound))[one_in // 2 :: one_in]:
            if is_seen(copy, sound, case, grounds):
                seen += 1
            else:
                passed.append(case[0])
    assert [name for name in passed if not is_listed(name)] == []
    assert seen >= 3


def is_seen(copy: Path, sound: Path, case: Broken, grounds: Grounds) -> bool:
    """Say whether a forged folder is refused, or told broken."""
    draw = draw_pages if case[1].endswith(".html") else None
    with broken(copy, sound, case) as folder:
        try:
            results = Results.read(folder, verify=False)
            return not verify_folder(results, grounds.pack, draw, grounds=grounds)["ok"]
        except SitingError:
            return True


def test_a_megawatt_moved_between_two_sites_is_seen(sound, copy, grounds):
    case = ("", "plan/placements.parquet", lambda path: moved(path.parent.parent))
    assert is_seen(copy, sound, case, grounds)


def test_a_part_of_an_excess_that_the_bill_does_not_hold_is_seen(sound, copy, grounds):
    def harm(path: Path) -> None:
        table = pd.read_parquet(path)
        table.loc[0, "excess"] *= 2
        table.to_parquet(path, index=False, compression="zstd")

    assert len(Results.read(sound).table("plan/excesses"))
    assert is_seen(copy, sound, ("", "plan/excesses.parquet", harm), grounds)


def test_a_folder_of_another_pack_or_version_is_not_called_proven(sound, copy, grounds):
    def told(key: str, value: str) -> Broken:
        def harm(path: Path) -> None:
            content = json.loads(path.read_text(encoding="utf-8"))
            content["inputs"][key] = value
            path.write_text(json.dumps(content), encoding="utf-8")

        return ("", "datapackage.json", harm)

    with broken(copy, sound, told("pack", "0" * 16)) as folder:
        report = verify_folder(Results.read(folder, verify=False), grounds.pack, grounds=grounds)
    assert any("donnez --data" in line for line in report["lines_fr"])
    with broken(copy, sound, told("code", "0" * 16)) as folder:
        report = verify_folder(Results.read(folder, verify=False), grounds.pack, grounds=grounds)
    assert report["ok"]


@pytest.mark.slow
def test_a_replay_gives_the_same_bytes_and_sees_a_forged_price(sound, copy, grounds):
    folder = Results.read(sound, verify=False)
    report = verify_folder(folder, grounds.pack, replay=True)  # pages: drawn again above
    assert report["ok"], report["lines_fr"]
    assert any("second calcul entier" in line for line in report["lines_fr"])


def test_a_sealed_archive_is_the_same_bytes_and_verifies_elsewhere(sound, grounds, tmp_path):
    first = seal(sound, tmp_path / "a.siting.zip", grounds.pack)
    second = seal(sound, tmp_path / "b.siting.zip", grounds.pack)
    assert first["sha256"] == second["sha256"]
    assert is_sealed(tmp_path / "a.siting.zip")
    with unsealed(tmp_path / "a.siting.zip") as (folder, pack):
        assert pack is None
        assert folder.parent != sound.parent
        results = Results.read(folder, verify=False)
        report = verify_folder(results, grounds.pack, grounds=grounds)
    assert report["ok"]
    assert not folder.exists()


@pytest.mark.parametrize("name", ["../evade.txt", "/tmp/evade.txt", "resultats/../../evade.txt"])
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "x.siting.zip", "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(SitingError) as caught, unsealed(tmp_path / "x.siting.zip"):
        pass
    assert caught.value.code == "SIT108"


def test_an_archive_that_is_no_zip_or_holds_nothing_is_refused(tmp_path):
    (tmp_path / "x.siting.zip").write_bytes(b"PK\x03\x04 rien")
    with pytest.raises(SitingError) as caught, unsealed(tmp_path / "x.siting.zip"):
        pass
    assert caught.value.code == "SIT100"
    with zipfile.ZipFile(tmp_path / "y.siting.zip", "w") as archive:
        archive.writestr("autre.txt", "x")
    with pytest.raises(SitingError) as caught, unsealed(tmp_path / "y.siting.zip"):
        pass
    assert caught.value.code == "SIT400"
