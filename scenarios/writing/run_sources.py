"""What a run rests on, as its descriptor cites it: the layers, and the weather brought."""

from __future__ import annotations

from typing import Any

from layers.packs.data_pack import Pack
from scenarios.answers.weather_said import weather_source
from scenarios.question.scenario_reading import Scenario


def sources_of(pack: Pack, scenario: Scenario) -> list[dict[str, Any]]:
    """Return every layer of the pack, absent ones included, then the weather brought if any.

    Parameters
    ----------
    pack : the layers.
    scenario : the question, checked.

    Returns
    -------
    One row a source, for JSON.
    """
    given = weather_source(scenario)
    held = [
        {
            "title": entry.title,
            "producer": entry.producer,
            "licence": entry.licence,
            "vintage": entry.vintage,
            # A descriptor has no empty path: a layer without an address has none.
            **({"path": entry.url} if entry.url else {}),
            "state": entry.state,
            "state_fr": entry.state_fr,
            "caveat_fr": entry.caveat_fr,
            "odbl": entry.odbl,
            "licence_to_confirm": entry.licence_to_confirm,
            "coverage_fr": entry.coverage_fr,
            "layer": name,
        }
        for name, entry in sorted(pack.catalogue.items())
    ]
    return [*held, given] if given else held
