"""The scenario that « siting scenario new » writes: each commented line works once uncommented."""

from __future__ import annotations

import re
import tomllib

from scenarios.question.scenario_model import Scenario
from scenarios.question.scenario_reading import read_scenario
from scenarios.question.scenario_template import template

KEY = re.compile(r"^# ([a-z_]+|\"[a-z_.]+\") = (?!…)")
TABLE = re.compile(r"^# (\[+[a-z]+\]+)$")


def test_every_default_written_as_a_comment_is_taken_where_it_stands(tmp_path):
    lines = template("mon-essai").split("\n")
    opened = [
        line.removeprefix("# ") if KEY.match(line) or TABLE.match(line) else line for line in lines
    ]
    opened = [line for line in opened if not line.startswith('"land.regional_enaf"')]
    path = tmp_path / "mon-essai.toml"
    path.write_text("\n".join(opened), encoding="utf-8")
    asked = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name for name, field in Scenario.model_fields.items() if name not in asked}
    assert tables <= {"reference_date", "texts", "journal"}
    assert "territory" in asked
    assert asked["zones"][0]["role"] == "exclude"
    question = read_scenario(str(path), names=True)
    assert question.demand.it_mw == {2031: 150, 2036: 200}
    plain = read_scenario("tendanciel")
    assert question.designs == plain.designs
    assert question.heat == plain.heat
    assert "None" not in template("mon-essai")
