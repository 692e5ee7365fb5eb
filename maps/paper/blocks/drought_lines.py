"""Lines of the water block on drought: the orders of one day, and what a crisis asks."""

from __future__ import annotations

from collections.abc import Iterator

from maps.paper.blocks.block_content import Fact, Item, Unknown
from maps.paper.sheet_material import Subject

WATERS = (("sup", "cours d'eau"), ("sou", "nappe"), ("aep", "eau potable"))


def drought_state(subject: Subject) -> Iterator[Item]:
    """Yield the orders of one day by water, then what the orders ask in a crisis, quoted."""
    on = subject.words("drought_day")
    if not on:
        absent = subject.material.absent("drought_zones")
        yield Unknown("restrictions d'eau en vigueur", absent)
    else:
        told = " ; ".join(
            f"{water} : {subject.words(f'drought_{kind}_fr', 'non évalué')}"
            for kind, water in WATERS
        )
        yield Fact(
            f"Sécheresse, état au {on}",
            f"{told}. Un jour, pas un climat ; contours simplifiés, selon l'eau que prend le site",
            "B",
            ("layer:drought_zones",),
        )
    quoted = subject.words("drought_crisis_fr")
    if quoted:
        yield Fact("En crise, les arrêtés demandent", quoted, "B", ("layer:drought_uses",))
    else:
        yield Unknown("mesures de crise des arrêtés", subject.material.absent("drought_uses"))
