"""« Remettre », as a planner meets it: paths printed, neighbours left alone."""

from __future__ import annotations

import json
import shutil

from tests.commands.typed_line import EXAMPLE, refused, siting


def test_a_page_drawn_again_leaves_its_neighbours_and_the_results_alone(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "limousin")
    (tmp_path / "limousin-carte").mkdir()
    (tmp_path / "limousin-carte" / "notes.txt").write_text("à garder", encoding="utf-8")
    before = _bytes(tmp_path / "limousin")
    done = siting("map", "limousin", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "limousin-carte/carte.html\n"
    names = sorted(path.name for path in (tmp_path / "limousin-carte").iterdir())
    assert names == ["carte.html", "matrice.html", "notes.txt", "synthese.html"]
    assert _bytes(tmp_path / "limousin") == before


def _bytes(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_sheets_print_their_paths_and_refuse_in_three_lines(tmp_path):
    done = siting(
        "sheets", str(EXAMPLE), "--site", "19211_17033", "--out", str(tmp_path / "a"), "--json"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    assert [entry["path"] for entry in report["files"]] == ["fiches/19211_17033.pdf"]
    assert (tmp_path / "a" / "fiches" / "19211_17033.pdf").read_bytes().startswith(b"%PDF")
    refused(siting("sheets", str(EXAMPLE), "--site", "19211"), "SIT402", 2)
    refused(siting("sheets", str(tmp_path)), "SIT400", 3)
