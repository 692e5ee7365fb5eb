"""``siting explain-error``: what a code means, and what to do."""

from __future__ import annotations

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import completed_with, error_codes


@click.command(epilog="Exemple : siting explain-error SIT300")
@click.argument("code", metavar="[CODE]", default="", **completed_with(error_codes))
@asking()
def explain_error_command(asked: Asked, code: str) -> None:
    """Explique un code d'erreur, ou les liste tous."""
    from scenarios.documents.error_pages import code_lines, code_table

    table = code_table(code)
    asked.answer(table, code_lines(table), rows_fr="codes")
