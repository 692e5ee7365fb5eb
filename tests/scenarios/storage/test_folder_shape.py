"""A results folder is held to one schema: broken in any place, it is refused in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.words.errors import SitingError
from scenarios.reading.site_explanation import explain_lines, explain_site
from scenarios.storage.folder_contract import contracts
from scenarios.storage.results import Results
from scenarios.writing.folder_proofs import verify
from tests.scenarios.storage.broken_folders import (
    Broken,
    broken,
    broken_documents,
    broken_footprints,
    broken_tables,
    broken_trees,
)

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
OLD = Path(__file__).parent / "version_0_1"
# One broken folder in so many is tried here; « make faults » tries them all.
ONE_IN = {broken_tables: 307, broken_documents: 251, broken_footprints: 19, broken_trees: 4}


def sampled() -> Iterator[Broken]:
    for cases, one_in in ONE_IN.items():
        yield from list(cases(EXAMPLE))[one_in // 2 :: one_in]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("casse") / "limousin"))


def test_broken_but_well_sealed_folders_are_refused_in_words(copy):
    site = Results.read(copy).summary["to_visit"][0]["site_id"]
    refused = {case[0]: fault for case in sampled() if (fault := refusal(copy, case, site))}
    assert len(refused) > 10
    for name, fault in refused.items():
        assert fault.code in ("SIT400", "SIT401", "SIT105"), (name, str(fault))
        assert len(str(fault).splitlines()) == 3, name


def refusal(copy: Path, case: Broken, site: str) -> SitingError | None:
    """Return how a broken folder is refused; any other fault is raised, and fails the test."""
    with broken(copy, EXAMPLE, case) as folder:
        try:
            verify(Results.read(folder, verify=False))
            explain_lines(explain_site(Results.read(folder), site))
        except SitingError as fault:
            return fault
    return None


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("schema_version", 99, "schéma 99"),
        ("schema_version", "1", "schema_version"),
        ("resources", [], "fichiers de trop"),
        ("resources", [{"path": "../../etc/passwd"}], "resources.0"),
        ("created", None, "created"),
    ],
)
def test_a_descriptor_is_not_believed(copy, key, value, told):
    def harm(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | {key: value}), encoding="utf-8")

    with broken(copy, EXAMPLE, ("", "datapackage.json", harm)) as folder:
        with pytest.raises(SitingError) as caught:
            Results.read(folder)
        assert caught.value.code in ("SIT400", "SIT401")
        assert told in str(caught.value)


@pytest.mark.parametrize(
    "existing", [{}, {"existing_it_mw": 1.0, "autre": 2}, {"silent_water": "x"}]
)
def test_what_exists_already_is_told_whole_or_refused(copy, existing):
    def harm(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | {"existing": existing}), encoding="utf-8")

    with broken(copy, EXAMPLE, ("", "parameters.json", harm)) as folder:
        with pytest.raises(SitingError) as caught:
            Results.read(folder)
        assert caught.value.code == "SIT400"
        assert "existing" in str(caught.value)


@pytest.mark.parametrize("path", ["/etc/hostname", "../autre/plan.csv", "a/../plan.csv", "c:\\x"])
def test_a_path_out_of_the_folder_is_never_followed(copy, path):
    def harm(file: Path) -> None:
        content = json.loads(file.read_text(encoding="utf-8"))
        content["resources"][0]["path"] = path
        file.write_text(json.dumps(content), encoding="utf-8")

    with broken(copy, EXAMPLE, ("", "datapackage.json", harm)) as folder:
        with pytest.raises(SitingError, match="n'est pas un chemin du dossier") as caught:
            Results.read(folder)
        assert caught.value.code == "SIT400"


def test_a_file_too_many_and_a_link_out_are_refused(copy):
    (copy / "de-trop.txt").write_text("x", encoding="ascii")
    with pytest.raises(SitingError, match=r"de trop : de-trop\.txt") as caught:
        Results.read(copy)
    assert caught.value.code == "SIT401"
    (copy / "de-trop.txt").unlink()
    (copy / "ailleurs").symlink_to("/etc")
    with pytest.raises(SitingError, match="ailleurs"):
        Results.read(copy)
    (copy / "ailleurs").unlink()
    Results.read(copy)


def test_a_folder_of_version_0_1_is_refused_in_words():
    with pytest.raises(SitingError, match="d'une autre version") as caught:
        Results.read(OLD)
    assert caught.value.code == "SIT400"
    assert "relancez « siting run »" in str(caught.value)


def test_every_table_of_a_run_is_in_the_contract():
    written = {
        path.relative_to(EXAMPLE).with_suffix("").as_posix() for path in EXAMPLE.rglob("*.parquet")
    }
    assert written <= set(contracts())
    assert {n for n, contract in contracts().items() if not contract.optional} <= written
