"""The files that a scenario or a line brings, put with the pack before anything is joined."""

from __future__ import annotations

from typing import Any

from layers.own_layers.site_file import LAYER, with_own_sites
from layers.own_layers.zone_file import ROLE_FR, ZoneOffer, with_own_zones
from layers.packs.data_pack import ZONE, Pack
from scenarios.question.scenario_model import ZonePart
from scenarios.question.scenario_reading import Scenario


def with_brought(scenario: Scenario, pack: Pack) -> tuple[Pack, list[str]]:
    """Return the pack with the sites and zones that a scenario names, and what is to be said.

    Parameters
    ----------
    scenario : names the files, in ``candidates.own`` and ``zones``.
    pack : the layers; one that holds what is brought already comes back as it is.

    Returns
    -------
    The pack, and sentences in French, none the second time.

    Raises
    ------
    SitingError : what ``with_own_sites`` and ``with_own_zones`` raise.
    """
    told: list[str] = []
    if scenario.zones and pack.brought(f"{ZONE}1") is None:
        pack, told = with_own_zones(pack, [_offer(zone) for zone in scenario.zones])
    if scenario.candidates.own and pack.brought(LAYER) is None:
        pack, said = with_own_sites(pack, scenario.candidates.own)
        told += said
    return pack, told


def _offer(zone: ZonePart) -> ZoneOffer:
    return ZoneOffer(
        zone.file, zone.role, zone.label, zone.source, zone.buffer, zone.complete_in, zone.crs,
        zone.encoding, zone.sublayer,
    )  # fmt: skip


def zone_journal(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the zones of a scenario as lines of its journal of decisions.

    Parameters
    ----------
    scenario : the question, checked.

    Returns
    -------
    One line a zone: key, decided_by, decided_on, why.
    """
    return [
        {
            "key": f"zones.{place}",
            "decided_by": zone.source or "non précisé",
            "decided_on": scenario.reference_date.isoformat(),
            "why": f"zone apportée « {zone.label or zone.file} », {ROLE_FR[zone.role]}",
        }
        for place, zone in enumerate(scenario.zones, 1)
    ]
