"""How far a site's rank moves when weights and unknown data move."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from layers.words.french import NARROW, number
from maps.pictures.picture_canvas import (
    BLUE,
    INK,
    ORANGE,
    QUIET,
    VERMILION,
    foot,
    in_french,
    plain,
    sheet,
    whence,
)
from scenarios.storage.results import Results

FIRST, MOST_RETAINED = 20, 25
NEEDED = ("rank", "rank_low", "rank_high", "first_share")


def draw_ranks(results: Results) -> tuple[Figure, str] | None:
    """Draw the rank of the first sites and of the retained ones, with its interval.

    Parameters
    ----------
    results : opened results folder; ``sites`` is read.

    Returns
    -------
    The figure and the French sentence that says it; None when the folder has no interval or no site
    has a rank.
    """
    if any(name not in results.sites for name in NEEDED):
        return None
    shown = shown_sites(results)
    if shown.empty:
        return None
    count = int(results.sites["rank"].notna().sum())
    title = f"Le rang des sites parmi {number(count)} candidats, et ce qu'il vaut"
    under = (
        "Trait : 9 rangs sur 10 quand les pondérations varient librement et que chaque donnée "
        "inconnue prend toute valeur possible. Un trait long : le rang seul ne dit presque rien."
    )
    figure = sheet((9.5, 2.2 + 0.27 * len(shown)), title, under, "pondérations : choix")
    panel = figure.subplots()
    for k, row in enumerate(shown.itertuples()):
        colour = VERMILION if row.retained else BLUE
        low, high = float(str(row.rank_low)), float(str(row.rank_high))
        panel.plot([low, high], [k, k], color=colour, linewidth=3.2, alpha=0.45,
                   solid_capstyle="round")  # fmt: skip
        panel.plot(float(str(row.rank)), k, marker="D" if row.retained else "o", color=colour,
                   markersize=5.5, markeredgecolor="white", markeredgewidth=0.5)  # fmt: skip
        share = f"{number(100 * float(str(row.first_share)))}{NARROW}%"
        panel.text(1.01, k, share, transform=panel.get_yaxis_transform(), va="center", fontsize=7.5)
    panel.text(1.01, -1.1, f"parmi les {FIRST} premiers", transform=panel.get_yaxis_transform(),
               fontsize=7.2, color=QUIET, va="center")  # fmt: skip
    names = [f"{row.commune_name} ({row.Index})" for row in shown.itertuples()]
    panel.set_yticks(range(len(shown)), names, fontsize=7.8)
    panel.set_ylim(len(shown) - 0.4, -0.9)
    panel.set_xlim(0.85, count * 1.1)
    panel.set_xscale("log")
    panel.set_xticks([t for t in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if t <= count])
    panel.minorticks_off()
    panel.set_xlabel("rang (échelle logarithmique)")
    plain(panel, "x")
    in_french(panel.xaxis)
    panel.tick_params(axis="y", labelcolor=INK)
    panel.axvline(FIRST, color=ORANGE, linewidth=1.0, linestyle=":")
    foot(
        figure,
        "Losange orangé : site retenu par le plan ; rond bleu : autre candidat. Le plan ne suit "
        "pas le rang : il additionne réseau, chaleur et règles. Le rang prend l'inconnu au "
        "pire : il peut sortir du trait. 300 tirages, graine fixe.",
        whence(results, "brownfields"),
    )
    best = shown.iloc[0]
    said = (
        f"{best['commune_name']} ({shown.index[0]}) est au rang {int(best['rank'])}, entre "
        f"{int(best['rank_low'])} et {int(best['rank_high'])} neuf fois sur dix."
    )
    return figure, said


def shown_sites(results: Results) -> pd.DataFrame:
    """Return the first twenty by rank and the retained sites, by rank.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    Rows of ``sites`` by rank, each once; of the retained, the first ``MOST_RETAINED``.
    """
    ranked = results.sites[results.sites["rank"].notna()].sort_values("rank")
    kept = ranked[ranked["retained"]].head(MOST_RETAINED)
    shown = pd.concat([ranked.head(FIRST), kept])
    shown = shown[~shown.index.duplicated()]
    return pd.DataFrame(shown).sort_values("rank")
