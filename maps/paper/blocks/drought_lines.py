"""Lines of the water block on drought: the orders of one day, and what a crisis asks."""

from __future__ import annotations

from collections.abc import Iterator

from layers.words.french import listing
from maps.paper.blocks.block_content import Fact, Item, Unknown
from maps.paper.sheet_material import Subject

WATERS = (("sup", "cours d'eau"), ("sou", "nappe"), ("aep", "eau potable"))


def drought_state(subject: Subject) -> Iterator[Item]:
    """Yield the orders of one day by water, then what the orders ask in a crisis, quoted.

    Parameters
    ----------
    subject : the site whose sheet is drawn, and the results it is read from.

    Yields
    ------
    Facts, or what is unknown and why.
    """
    on = subject.words("drought_day")
    if not on:
        absent = subject.material.absent("drought_zones")
        yield Unknown("restrictions d'eau en vigueur", absent)
    else:
        by_order: dict[str, list[str]] = {}
        for kind, water in WATERS:
            said = subject.words(f"drought_{kind}_fr", "non évalué")
            by_order.setdefault(said, []).append(water)
        told = " ; ".join(f"{listing(waters)} : {said}" for said, waters in by_order.items())
        yield Fact(f"Sécheresse, au {on}", f"{told} (un jour)", "B", ("layer:drought_zones",))
    quoted = subject.words("drought_crisis_fr")
    if quoted:
        yield Fact("En crise, l'arrêté dit", quoted, "B", ("layer:drought_uses",))
    else:
        yield Unknown("mesures de crise des arrêtés", subject.material.absent("drought_uses"))
