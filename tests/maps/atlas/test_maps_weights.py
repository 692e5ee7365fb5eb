"""A consultation comes back from the page to the program, whole, and hostile files are refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.words.errors import SitingError
from scenarios.question.consultation_weights import (
    FORMAT,
    Note,
    Veto,
    WeightsFile,
    read_weights,
    rerank,
)


def written(tmp_path, text, name="consultation.json"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def consultation(**changes):
    whole = {"format": FORMAT, "version": 1, "scenario": "essai", "weights": {"grid.distance": 2.0}}
    return json.dumps(whole | changes)


def test_weights_vetoes_and_notes_are_read(tmp_path):
    path = written(
        tmp_path,
        consultation(
            vetoes={"water.scarcity": {"sense": "<=", "threshold": 4.5}},
            notes=[{"site_id": "33_000", "college": "État", "kind": "réserve", "text": "=1+1"}],
        ),
    )
    assert read_weights(path) == WeightsFile(
        "essai",
        {"grid.distance": 2.0},
        (Veto("water.scarcity", "<=", 4.5),),
        (Note("33_000", "État", "réserve", "=1+1"),),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "JSON valable"),
        ("[1]", "colonnes attendues"),
        ("", "colonnes attendues"),
        ("nature;objet;sens;valeur;unite;college;texte\npoids;a;\n", "ligne 2"),
        ('nature;"objet', "points-virgules"),
        ("nature;objet;sens;valeur;unite;college;texte\n", "consultation exportée"),
        ('{"format": "autre"}', "consultation exportée"),
        (consultation(weights={}), "aucun poids"),
        (consultation(weights={"a": "douze"}), "un nombre est attendu"),
        (consultation(weights={"a": True}), "un nombre est attendu"),
        (consultation(weights={"a": -1}), "hors de 0"),
        (consultation(weights={"a": 1e9}), "hors de 0"),
        (consultation().replace("2.0", "NaN"), "un nombre est attendu"),
        (consultation().replace("2.0", "1" + "0" * 400), "un nombre est attendu"),
        (consultation().replace("2.0", "1" + "0" * 5000), "JSON valable"),
        (consultation(vetoes={"a": 3}), "sans sens"),
        (consultation(vetoes=[1]), "tableau par critère"),
        (consultation(vetoes={"a": {"sense": ">=", "threshold": None}}), "un nombre est attendu"),
        (consultation(notes="x"), "une liste"),
        ('{"a":' * 20_000, "JSON valable"),
    ],
)
def test_a_wrong_file_is_refused_in_three_lines(tmp_path, text, said):
    with pytest.raises(SitingError, match=said) as caught:
        read_weights(written(tmp_path, text))
    assert caught.value.code == "SIT203"
    assert len(str(caught.value).splitlines()) == 3


def test_an_absent_a_heavy_and_a_binary_file_are_refused(tmp_path):
    with pytest.raises(SitingError, match="illisible"):
        read_weights(tmp_path / "absent.json")
    with pytest.raises(SitingError, match="2 Mo"):
        read_weights(written(tmp_path, " " * 2_000_001))
    binary = tmp_path / "binaire.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SitingError, match="UTF-8"):
        read_weights(binary)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_ever_gives_anything_but_our_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("texte") / "consultation"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    with pytest.raises(SitingError):
        read_weights(path)


def test_weights_change_ranks_and_leave_the_sites_untouched(village):
    before = village.sites["rank"].copy()
    chosen = WeightsFile("essai", {"grid.distance": 0.0, "water.scarcity": 0.0, "heat.reach": 1.0})
    ranked = rerank(village.sites, village.verdicts, chosen)
    heat = village.verdicts[village.verdicts["criterion"] == "heat.reach"].set_index("site_id")
    first = ranked["rank"].idxmin()
    candidates = ranked.index[ranked["rank"].notna()]
    assert heat.loc[first, "score_low"] == heat.loc[candidates, "score_low"].max()
    assert village.sites["rank"].equals(before)


def test_a_veto_rejects_what_is_beyond_and_what_is_unknown(village):
    chosen = WeightsFile("essai", {"heat.reach": 1.0}, (Veto("heat.reach", ">=", 5.0),))
    ranked = rerank(village.sites, village.verdicts, chosen)
    heat = village.verdicts[village.verdicts["criterion"] == "heat.reach"].set_index("site_id")
    kept = ranked.index[ranked["rank"].notna()]
    assert (heat.loc[kept, "value"] >= 5.0).all()
    assert (heat.loc[kept, "state"] != "unknown").all()
    was = village.sites.index[village.sites["fate"] == "candidat"]
    assert 0 < len(kept) < len(was)
    assert ranked.loc[was.difference(kept), "fate_reason_fr"].str.contains("seuil").all()


def test_a_criterion_that_nobody_knows_is_named(village):
    with pytest.raises(SitingError, match=r"inconnu « grid\.distanse »"):
        rerank(village.sites, village.verdicts, WeightsFile("x", {"grid.distanse": 1.0}))
