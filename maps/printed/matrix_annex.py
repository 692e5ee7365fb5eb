"""What follows the matrix: the need told as choices, and who gains and who bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maps.look.page_wording import amount, text_of
from scenarios.answers.neo_terra_matrix.demand_choices import demand_table
from scenarios.answers.neo_terra_matrix.territorial_shares import shares_said
from scenarios.storage.results import Results

WIDTH, LINE = 560, 22


def annex(results: Results) -> str:
    """Return the sections that follow the matrix, as markup.

    Parameters
    ----------
    results : the plan detailed.

    Returns
    -------
    HTML, escaped.
    """
    return (
        '<section class="more"><h2>Le besoin, comme un choix</h2>'
        f"{_demand(demand_table(results))}</section>"
        "<section><h2>Qui gagne, qui porte</h2>"
        f"{_shares(shares_said(results))}</section>"
    )


def _demand(document: Mapping[str, Any]) -> str:
    heads = (
        "Prévision ou choix", "Année", "France, raccordé", "Région, électricité",
        "MW IT, PUE du besoin", "MW IT, PUE du plan", "À placer sans BXIA", "À placer avec BXIA",
        "Statut", "Source",
    )  # fmt: skip
    keys = (
        "year", "connected_fr", "twh_fr", "it_mw_fr", "own_fr", "without_fr", "with_fr",
        "status_fr", "reference",
    )  # fmt: skip
    rows = "".join(
        f'<tr><th scope="row">{text_of(row["label_fr"])}</th>'
        + "".join(f"<td>{text_of(row[key])}</td>" for key in keys)
        + "</tr>"
        for row in document["rows"]
    )
    clients = "".join(
        f'<tr><th scope="row">{text_of(row["label_fr"])}</th>'
        + "".join(
            f"<td>{text_of(row[key])}</td>"
            for key in ("size_fr", "latency_fr", "fibre_fr", "status_fr", "reference")
        )
        + "</tr>"
        for row in document["clients"]
    )
    lines = "".join(
        f"<li>{text_of(document[key])}</li>" for key in ("bxia_fr", "pue_fr", "ratios_fr")
    )
    return (
        f'<div class="wide" tabindex="0"><table class="demand"><caption>Une prévision nationale, '
        "ramenée à la région par sa part d’électricité : une convention, pas un besoin local"
        f"</caption>{_head(heads)}<tbody>{rows}</tbody></table></div><ul>{lines}</ul>"
        f'<div class="wide" tabindex="0"><table class="clients"><caption>Trois clients, trois '
        "besoins</caption>"
        f"{_head(('Client', 'Taille', 'Latence', 'Fibre', 'Statut', 'Source'))}"
        f"<tbody>{clients}</tbody></table></div>"
    )


def _head(names: Sequence[str]) -> str:
    cells = "".join(f'<th scope="col">{text_of(name)}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _shares(document: Mapping[str, Any]) -> str:
    lines = "".join(f"<li>{text_of(line)}</li>" for line in document["said_fr"])
    heads = (
        "Intercommunalité", "Habitants", "MW IT", "Chaleur utile, GWh/an", "Eau, m³/an",
        "Sol, ha", "Habitants à 1 km des sites",
    )  # fmt: skip
    keys = ("population", "it_mw", "heat_gwh", "water_m3", "land_ha", "people_1km")
    rows = "".join(
        f'<tr><th scope="row">{text_of(row["epci_name"])}</th>'
        + "".join(f'<td class="number">{text_of(amount(row[key], None))}</td>' for key in keys)
        + "</tr>"
        for row in document["rows"]
    )
    more = document["hosts"] - len(document["rows"])
    rest = f"<p>… et {more} autres intercommunalités, dans sites.parquet.</p>" if more > 0 else ""
    return (
        f'<ul>{lines}</ul><div class="pairs"><div class="wide" tabindex="0"><table>'
        f"<caption>Ce que chacune reçoit et porte, à la dernière échéance</caption>{_head(heads)}"
        f"<tbody>{rows}</tbody></table>{rest}</div><div>{_bars(document['rows'])}</div></div>"
    )


def _bars(rows: Sequence[Mapping[str, Any]]) -> str:
    """Draw the megawatts a thousand inhabitants of each host, the average of the hosts beside."""
    if not rows:
        return ""
    rates = [1e3 * float(row["it_mw"]) / max(float(row["population"]), 1.0) for row in rows]
    most = max(rates)
    height = LINE * len(rows) + 26
    lines = "".join(
        f'<text x="0" y="{LINE * k + 15}" font-size="11">{text_of(_short(str(row["epci_name"])))}'
        f'</text><rect x="250" y="{LINE * k + 4}" width="{240 * rate / most:.1f}" height="14" '
        f'fill="var(--accent)"/><text x="{255 + 240 * rate / most:.1f}" y="{LINE * k + 15}" '
        f'font-size="11">{text_of(amount(rate, 2))}</text>'
        for k, (row, rate) in enumerate(zip(rows, rates, strict=True))
    )
    said = "MW informatiques pour mille habitants, par intercommunalité d’accueil"
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said}">'
        f'{lines}<text x="0" y="{height - 6}" font-size="11">{said}</text></svg>'
    )


def _short(name: str, most: int = 40) -> str:
    return name if len(name) <= most else name[: most - 1].rsplit(" ", 1)[0] + "…"
