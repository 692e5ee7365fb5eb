"""``siting audit``: the audit of existing datacenters, written to be filled and read back."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import data_option, out_option


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def audit_command() -> None:
    """Écrit ou vérifie l'audit des datacenters existants."""


@audit_command.command("new", epilog="Exemple : siting audit new --out audit.xlsx")
@out_option("Fichier à écrire, en .xlsx, .ods ou .csv ; par défaut, audit.xlsx.")
@asking(data_option)
def audit_new(asked: Asked, out: Path | None) -> None:
    """Écrit le tableur à remplir, prérempli de chaque centre connu.

    Listes et bornes sont dans les cellules. Ce qui est vide n'est pas dit : jamais zéro.
    """
    from scenarios.reading.audit_form import write_audit_form

    lines = write_audit_form(asked.open_pack(), out or Path("audit.xlsx"))
    asked.answer({"schema_version": 1, "file": lines[-1], "lines_fr": lines}, lines)


@audit_command.command("check", epilog="Exemple : siting audit check audit.xlsx")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@asking(data_option)
def audit_check(asked: Asked, file: Path) -> None:
    """Vérifie un audit rempli, toutes les fautes d'un coup, chacune avec sa ligne."""
    from scenarios.question.audit.datacenter_audit import audit_lines, read_audit, totals

    communes = asked.open_pack().table("communes").set_index("commune_code")["name"]
    audit = read_audit(file, communes.to_dict())
    lines = audit_lines(audit)
    asked.answer({"schema_version": 1, **totals(audit), "lines_fr": lines}, lines)
