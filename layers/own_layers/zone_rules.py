"""Zones that exclude, as rules of an eligibility map: beside those of the declared set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from layers.eligibility.eligibility_rules import LayerRule, RuleInForce, RuleSet
from layers.own_layers.zone_file import zone_papers
from layers.packs.data_pack import Pack
from layers.words.dated_values import in_force


def with_zone_rules(rules: RuleSet, pack: Pack, day: date) -> RuleSet:
    """Return the rules, then one a zone brought that excludes.

    Parameters
    ----------
    rules : the declared set, in force.
    pack : the layers, with what is brought.
    day : the scenario's reference date.

    Returns
    -------
    The set; the same one without a zone that excludes.
    """
    added = []
    for zone in zone_papers(pack).to_dict("records"):
        if zone["role"] != "exclude":
            continue
        paper = {
            "value": 0.0,
            "status": "assumption",
            "reference": f"Zone apportée : {zone['label']} ({zone['source']}, {zone['file']})",
        }
        rule = LayerRule(
            label_fr=f"Zone « {zone['label']} »",
            unit="m",
            scope="U",
            layer=zone["name"],
            where={"in_zone": ("True",)},
            unknown_where={"in_zone": ("False",)},
            values=(paper,),  # type: ignore[arg-type]
        )
        found = in_force({zone["name"]: rule}, day)
        added.append(RuleInForce(zone["name"], rule, found[zone["name"]]))
    return replace(rules, rules=(*rules.rules, *added)) if added else rules
