"""Pages generated from what runs: errors, criteria, rules, scenario keys; `--check` compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
from pydantic import BaseModel

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.dated_values import STATUS_FR, in_force, read_parameters
from layers.words.errors import CODES
from layers.words.french import significant
from scenarios.documents import architecture_page, impact_pages, source_pages
from scenarios.question.known_names import settable_assumptions
from scenarios.question.program_settings import SCREENING
from scenarios.question.scenario_reading import Scenario
from scenarios.question.scenario_template import SCHEMA, schema_text
from siting.program.rulebook import formulation_page, rule_list
from siting.screening.criteria import CRITERIA

DOCS = Path(__file__).resolve().parents[2] / "docs"
# The pages show what is in force on the day the texts were last checked.
CHECKED_ON = date(2026, 11, 23)


def pages() -> dict[str, str]:
    """Return each generated page by file name.

    Returns
    -------
    Texts by path under ``docs``.
    """
    return {
        SCHEMA: schema_text(),
        "erreurs.md": _page("Codes d'erreur", _errors()),
        "criteres.md": _page("Critères", _criteria()),
        "regles.md": _page("Règles", _rules()),
        "scenario.md": _page("Clés d'un scénario", _keys()),
        "sources.md": _page("Services officiels", source_pages.page(CHECKED_ON)),
        "premiere-connexion.md": source_pages.first_connection(),
        "formulation.md": formulation_page.page(CHECKED_ON),
        **architecture_page.pages(),
        **impact_pages.pages(Pack.open(EMBEDDED), CHECKED_ON),
    }


def _page(title: str, lines: Iterator[str]) -> str:
    head = [f"# {title}", "", "Page engendrée par `make docs` ; ne pas la corriger à la main.", ""]
    return "\n".join([*head, *lines]) + "\n"


def _errors() -> Iterator[str]:
    yield "| code | sens | que faire | code de sortie |"
    yield "| --- | --- | --- | --- |"
    for code, entry in CODES.items():
        yield f"| {code} | {entry.title} | {entry.remedy} | {entry.exit_code} |"


def _criteria() -> Iterator[str]:
    values = in_force(read_parameters(SCREENING), CHECKED_ON)
    yield "| critère | nom | genre | unité | repères | statut | source | couches |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for name, entry in sorted(CRITERIA.items()):
        keys = [key for key in (entry.threshold, entry.worst, entry.best) if key]
        papers = [values[key] for key in keys if key in values]
        marks = " → ".join(significant(paper.number) for paper in papers) or "donné par le scénario"
        status = STATUS_FR[papers[0].status] if papers else STATUS_FR["assumption"]
        source = papers[0].reference if papers else "scénario"
        layers = ", ".join(entry.needs_layers)
        yield (
            f"| `{name}` | {entry.label_fr} | {entry.kind} | {entry.unit} | {marks} | {status} | "
            f"{source} | {layers} |"
        )


def _bites() -> dict[str, str]:
    """Return whether each rule bites in the example that the documentation keeps."""
    bill = pd.read_parquet(DOCS / "exemple" / "limousin" / "rules.parquet")
    if "bite_fr" not in bill:
        return {}
    return {str(rule): str(told) for rule, told in bill.groupby("rule")["bite_fr"].first().items()}


def _rules() -> Iterator[str]:
    bites = _bites()
    yield "Le texte qui fonde une règle et son seuil sont deux choses : qui fixe le seuil est dit à"
    yield "chaque valeur, avec ses bornes. « Mord » se lit dans l'exemple du dépôt, le Limousin."
    yield ""
    for rule in rule_list.rows(CHECKED_ON):
        yield f"## {rule['rule_id']} {rule['label_fr']}"
        yield ""
        yield f"`{rule['rule']}` · {rule['scope_fr']} ; {rule['setters_fr']}"
        yield ""
        if rule["inequality"]:
            yield f"    {rule['inequality']}"
            yield ""
        yield f"- Texte : {rule['text_fr']}."
        if rule["sets_fr"]:
            yield f"- Ce que le texte fixe : {rule['sets_fr']}."
        if rule["rule"] in bites:
            yield f"- Dans l'exemple du Limousin : {bites[rule['rule']]}."
        for value in rule["values"]:
            yield (
                f"- {value['label_fr']} : **{value['value_fr']}**, fixé par : {value['setter_fr']}"
                + (f" ({value['range_fr']})" if value["range_fr"] else "")
                + f". {value['reference']}"
            )
        if not rule["built"]:
            yield f"- {rule['why_fr']}"
        yield ""


def _keys(model: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[str]:
    if not prefix:
        yield "| clé | sens | par défaut |"
        yield "| --- | --- | --- |"
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _keys(kind, f"{prefix}{name}.")
            continue
        default = "obligatoire" if field.is_required() else f"`{field.default}`"
        yield f"| `{prefix}{name}` | {field.description or ''} | {default} |"
    if not prefix:
        yield from _assumptions()


def _assumptions() -> Iterator[str]:
    """List what the table [assumptions] may replace, each with its value, range and papers."""
    yield ""
    yield "## Hypothèses que la table `[assumptions]` remplace"
    yield ""
    yield "Par exemple `--set assumptions.candidates.usable_share=0.6`, ou dans le fichier :"
    yield '`[assumptions]`, puis `"candidates.usable_share" = 0.6`. La valeur posée porte le nom du'
    yield "scénario, et le journal peut dire qui l'a décidée (`key = "
    yield '"assumptions.candidates.usable_share"`).'
    yield ""
    yield "| hypothèse | sens | valeur | bornes | unité | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    values = in_force(settable_assumptions(), CHECKED_ON)
    for name, value in sorted(values.items()):
        known = value.low is not None and value.high is not None
        ends = f"{significant(value.low or 0)} à {significant(value.high or 0)}" if known else "–"
        yield (
            f"| `{name}` | {value.label_fr} | {significant(value.number)} | {ends} | "
            f"{value.unit} | {value.reference} |"
        )


def main(arguments: list[str]) -> int:
    """Write the pages, or say which differ from what runs.

    Parameters
    ----------
    arguments : of the command line; ``--check`` compares and writes nothing.

    Returns
    -------
    The exit code: 1 when a page differs, else 0.
    """
    stale = []
    for name, text in pages().items():
        path = DOCS / name
        if "--check" in arguments:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"docs à refaire avec « make docs » : {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
