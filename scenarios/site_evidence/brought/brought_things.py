"""The files that a scenario or a line brings, put with the pack before anything is joined."""

from __future__ import annotations

from layers.own_layers.site_file import LAYER, with_own_sites
from layers.packs.data_pack import Pack
from scenarios.question.scenario_reading import Scenario


def with_brought(scenario: Scenario, pack: Pack) -> tuple[Pack, list[str]]:
    """Return the pack with the sites that a scenario names, and what is to be said of them.

    Parameters
    ----------
    scenario : names the files, in ``candidates.own``.
    pack : the layers; one that holds what is brought already comes back as it is.

    Returns
    -------
    The pack, and sentences in French, none the second time.

    Raises
    ------
    SitingError : what ``with_own_sites`` raises.
    """
    if pack.brought(LAYER) is not None:
        return pack, []
    return with_own_sites(pack, scenario.candidates.own)
