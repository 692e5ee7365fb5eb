"""``siting completion``: what makes a shell propose our verbs and names."""

from __future__ import annotations

import click


@click.command(epilog='Exemple : eval "$(siting completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Écrit le script de complétion : bash, zsh ou fish."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    print(kind(context.find_root().command, {}, "siting", "_SITING_COMPLETE").source())
