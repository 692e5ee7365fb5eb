"""A scenario is read, varied and refused as its contract says."""

from __future__ import annotations

import pytest

from layers.words.errors import SitingError
from scenarios.question.program_settings import rule_settings
from scenarios.question.scenario_reading import LIBRARY, library_names, read_scenario


@pytest.mark.parametrize("name", library_names())
def test_every_library_scenario_is_valid_and_bears_the_name_of_its_file(name):
    scenario = read_scenario(name)
    assert scenario.name == name
    assert rule_settings(scenario)


def test_a_child_scenario_keeps_what_it_does_not_say():
    parent, child = read_scenario("tendanciel"), read_scenario("friches-d-abord")
    assert child.demand == parent.demand
    assert child.rules["land.regional_enaf"]["hard"] is True
    assert parent.rules["land.regional_enaf"]["hard"] is False


@pytest.mark.parametrize(
    ("override", "read", "expected"),
    [
        ("demand.it_mw.2031=150", lambda s: s.demand.it_mw[2031], 150.0),
        ('demand.fixed_projects=["bxia"]', lambda s: s.demand.fixed_projects, ("bxia",)),
        ("designs.vintage=colo", lambda s: s.designs.vintage, "colo"),
        (
            'rules."land.regional_enaf".regional_enaf_ha=12',
            lambda s: s.rules["land.regional_enaf"]["regional_enaf_ha"],
            12,
        ),
    ],
)
def test_an_override_changes_one_value(override, read, expected):
    assert read(read_scenario("tendanciel", (override,))) == expected


@pytest.mark.parametrize(
    ("override", "code", "words"),
    [
        ("demande.it_mw.2031=1", "SIT200", "vouliez-vous dire « demand »"),
        ("demand.utilization=0.5", "SIT200", "vouliez-vous dire « demand.utilisation »"),
        ("demand.utilisation=2", "SIT200", "au plus 1"),
        ("demand.utilisation=0", "SIT200", "plus de 0"),
        ("demand.it_mw.2031=-3", "SIT200", "au moins 0"),
        ("periods=[2031, 2041]", "SIT200", "2041"),
        ("periods=[2036, 2031]", "SIT200", "croissantes"),
        ("climate=2100", "SIT200", "valeurs possibles"),
        ("= 3", "SIT200", "demand.it_mw.2031=150"),
    ],
)
def test_a_faulty_override_is_refused_in_french_with_a_way_out(override, code, words):
    with pytest.raises(SitingError) as caught:
        read_scenario("tendanciel", (override,))
    assert caught.value.code == code
    assert caught.value.exit_code == 2
    assert words.replace("demand.utilisation", "utilisation") in str(caught.value)
    assert len(str(caught.value).splitlines()) == 3


def test_several_faults_are_told_at_once():
    with pytest.raises(SitingError) as caught:
        read_scenario("tendanciel", ("demand.utilisation=2", "climat=2050"))
    assert "2\u00a0défauts" in str(caught.value)


def test_an_unknown_scenario_offers_the_nearest_name():
    with pytest.raises(SitingError, match="sobriété") as caught:
        read_scenario("sobriété")
    assert caught.value.code == "SIT201"
    assert "« sobriete »" in caught.value.hint


def test_unknown_rules_and_keys_are_told_together_with_their_nearest_names():
    scenario = read_scenario(
        "tendanciel", ('rules."land.regional_enaff"=true', 'rules."heat.recovered_share".erf=0.1')
    )
    with pytest.raises(SitingError) as caught:
        rule_settings(scenario)
    assert "« land.regional_enaf »" in caught.value.hint
    assert "« erf_min »" in caught.value.hint


def test_a_negative_override_of_a_rule_is_refused():
    scenario = read_scenario("tendanciel", ('rules."land.regional_enaf".regional_enaf_ha=-1',))
    with pytest.raises(SitingError, match="négatif"):
        rule_settings(scenario)


def test_an_override_says_who_decided_it():
    scenario = read_scenario(
        "tendanciel",
        (
            'rules."land.regional_enaf"={regional_enaf_ha=10, decided_by="Région", '
            'decided_on=2026-11-02, why="vote"}',
        ),
    )
    value = rule_settings(scenario)["land.regional_enaf"].overrides["regional_enaf_ha"]
    assert value.status == "assumption"
    assert "décidé par Région 02/11/2026 : vote" in value.reference


HEAD = 'extends = "tendanciel"\nname = "essai"\ntitle = "Essai"\n'


def refused(tmp_path, text: str | bytes, head: str = HEAD) -> SitingError:
    path = tmp_path / "essai.toml"
    path.write_bytes(text if isinstance(text, bytes) else f"{head}{text}\n".encode())
    with pytest.raises(SitingError) as caught:
        read_scenario(str(path), names=True)
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) == 3
    return caught.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[demand]\nutilisatoin = 0.5", ["ligne 5", "« utilisation »"]),
        ('[rules]\n"land.regional_enaf" = 3', ["ligne 5", "true, false ou une table"]),
        ("# deux\n\nperiods = [2036, 2031]", ["ligne 6", "croissantes"]),
        ('[designs]\nvintage = "neuf"', ["ligne 5", 'valeurs possibles : "best"']),
        ('[designs]\ncooling = ["air_chiler_fc"]', ["ligne 5", "« air_chiller_fc »"]),
        ("territory = 33", ["ligne 4", "départements entre guillemets"]),
        ('reference_date = "demain"', ["ligne 4", "AAAA-MM-JJ"]),
        ("[demand]\nit_mw = { 2031 = -5, deux = 3 }", ["au moins 0 attendu", "un entier"]),
        ('[[journal]]\nkey = "x"\ndecided_by = "y"', ["ligne 4", "decided_on", "why"]),
        ("climate = 2049", ["ligne 4", '"2050"']),
        ("[demand]\nexisting_it_mw = nan", ["ligne 5", "un nombre fini"]),
        ("[sizes]\nmin_mw = inf", ["ligne 5", "un nombre fini"]),
        (
            '[rules]\n"territory.site_size" = { hard = "oui", max_site_mw = "dix" }',
            ["2\u00a0défauts", "« hard » est true ou false", "« max_site_mw » doit être un nombre"],
        ),
        ('[rules."territory.site_size"]\nmax_site_mw = -3', ["ligne 5", "négatif"]),
        ("[objective]\nweights = { enaff = 1.0 }", ["ligne 5", "« enaf »"]),
        ('[ranking.weights]\n"water.scarsity" = 1.0', ["ligne 5", "« water.scarcity »"]),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_way_out(tmp_path, text, words):
    told = str(refused(tmp_path, text))
    assert all(word in told for word in words), told


def test_faults_of_shape_and_of_names_are_told_together_each_in_its_file(tmp_path):
    told = refused(
        tmp_path,
        '[demand]\nutilisation = "beaucoup"\n[rules]\n"land.regional_enaff" = true\n'
        '"heat.recovered_share" = { erf_mim = 0.1 }\n[candidates]\ncriteria = ["land.min_aera"]',
    )
    assert "4\u00a0défauts" in told.message
    for line, word in ((5, "un nombre"), (7, "regional_enaf »"), (8, "erf_min"), (10, "min_area")):
        assert any(f"ligne {line} " in part and word in part for part in told.hint.split(" ; ")), (
            line,
            told.hint,
        )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name =", 1, "valeur illisible"),
        ('a = 1\n[demand\nb = "2"', 2, "il manque « ] »"),
        ('name = "a"\nname = "b"', 2, "deux fois"),
        ("[demand]\nutilisation = 0,5", 2, "s'écrit avec un point : 0.7"),
        ("reference_date = 2026-13-45", 1, "date impossible"),
        ('title = "oublié', 1, "guillemet fermant"),
    ],
)
def test_a_broken_toml_is_three_lines_and_shows_the_line(tmp_path, text, line, words):
    told = str(refused(tmp_path, text, head=""))
    assert f"ligne {line} : {text.splitlines()[line - 1][:20]}" in told
    assert words in told


def test_a_file_of_another_encoding_is_refused_and_a_bom_is_not(tmp_path):
    assert "UTF-8" in refused(tmp_path, 'name = "é"'.encode("latin-1")).message
    path = tmp_path / "bom.toml"
    path.write_text(HEAD, encoding="utf-8-sig")
    assert read_scenario(str(path), names=True).name == "essai"


def test_inheritance_stops_at_one_level(tmp_path):
    for source in LIBRARY.glob("*.toml"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "petit.toml").write_text('extends = "friches-d-abord"\nname = "petit"\n')
    with pytest.raises(SitingError, match="un niveau"):
        read_scenario("petit", library=tmp_path)


def test_a_rule_needs_no_quotes_on_the_command_line():
    bare = read_scenario("tendanciel", ("rules.water.basin_budget.hard=false",))
    quoted = read_scenario("tendanciel", ('rules."water.basin_budget".hard=false',))
    assert bare.rules["water.basin_budget"] == quoted.rules["water.basin_budget"]
    assert bare != read_scenario("tendanciel")


def test_faults_are_listed_in_the_order_of_the_file_and_those_of_set_are_said_so(tmp_path):
    path = tmp_path / "faute.toml"
    lines = ['extends = "tendanciel"', "periodes = [2031]", "[demand]", "utilisation = 1.7"]
    lines += ["[candidates]", 'sources = ["friche"]']
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SitingError) as caught:
        read_scenario(str(path), ("demand.it_mww.2031=3",), names=True)
    places = [hint.partition(" :")[0] for hint in caught.value.hints]
    assert places == ["--set demand.it_mww.2031", *(f"faute.toml, ligne {n}" for n in (2, 4, 6))]
    assert len(str(caught.value).splitlines()) == 3
    assert len(caught.value.listed()) == 2 + 1 + 4


def test_a_file_that_is_no_scenario_is_not_said_absent(tmp_path):
    (tmp_path / "plan.csv").write_text("a;b", encoding="utf-8")
    with pytest.raises(SitingError, match="n'est pas un fichier de scénario"):
        read_scenario(str(tmp_path / "plan.csv"))
