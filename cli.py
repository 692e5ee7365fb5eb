"""The door: the verbs by chapter, the French of click, how a fault is told.

stdout is data, stderr is talk. What each verb does is in ``commands/``, a file a verb.
"""

from __future__ import annotations

import os
import signal
import sys

GOODBYE = "Interrompu : rien n'a été laissé à moitié."


def _leave_at_once(*_: object) -> None:
    """End while Python still loads: nothing is begun, and there is nobody to catch a fault."""
    os.write(2, f"{GOODBYE}\n".encode())
    os._exit(130)


# Before anything else is loaded, and only in the command itself: neither in who imports it nor in
# its worker processes.
if "multiprocessing.spawn" not in sys.modules and (
    __name__ == "__main__" or os.path.basename(sys.argv[0]).startswith("siting")  # noqa: PTH119
):
    for _number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(_number) is not signal.SIG_IGN:
            signal.signal(_number, _leave_at_once)

import errno  # noqa: E402
import gettext  # noqa: E402
from collections.abc import Iterator, Mapping  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

# click takes its words from gettext: give it ours, whatever the machine's locale.
_WORDS = {
    "Usage:": "Usage\u00a0:",
    "Options": "Options\u00a0",
    "Commands": "Commandes\u00a0",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "Try '{command} {option}' for help.": "Essayez « {command} {option} » pour l'aide.",
    "Error: {message}": "Erreur : {message}",
    "No such command {name!r}.": "Commande inconnue : {name!r}.",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque un argument",
    "Missing option": "Il manque une option",
    "Missing parameter": "Il manque un paramètre",
    "No such option {name!r}.": "Option inconnue : {name!r}.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire l'un de {possibilities} ?)",
    "(Possible options: {possibilities})": "(options possibles : {possibilities})",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Option {name!r} does not take a value.": "L'option {name!r} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name!r} attend une valeur.",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre valable.",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas parmi {choices}.",
    "{value} is not in the range {range}.": "{value} n'est pas permis ({range}).",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "Aborted!": "Interrompu.",
    "default: {default}": "par défaut : {default}",
    "required": "obligatoire",
    "file": "fichier",
    "directory": "dossier",
    "{name} {filename!r} does not exist.": "le {name} {filename!r} n'existe pas.",
}
_plain_gettext, _plain_ngettext = gettext.gettext, gettext.ngettext
gettext.gettext = lambda message: _WORDS.get(message, _plain_gettext(message))
gettext.ngettext = lambda msgid1, msgid2, n: _WORDS.get(
    msgid1 if n < 2 else msgid2, _plain_ngettext(msgid1, msgid2, n)
)

import click  # noqa: E402 - after its words

from layers.words.errors import SitingError  # noqa: E402
from layers.words.french import NO_BREAK, firm  # noqa: E402
from layers.words.interruptions import listen, stop, stop_asked  # noqa: E402
from scenarios.terminal.terminal_lines import fitted  # noqa: E402

# What a disk says that holds no more, or is failing: of a redirected output too.
NO_ROOM = (errno.ENOSPC, errno.EIO, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
# In the order of a planner's work: the folder of each chapter, its title, its verbs.
CHAPTERS = {
    "prepare": (
        "Préparer",
        ("scenario", "check", "rules", "layers", "territory", "audit", "eligibility"),
    ),
    "compute": ("Calculer", ("run", "rank", "evaluate", "pareto", "structure", "sweep")),
    "read_and_compare": (
        "Lire et comparer",
        ("answer", "explain", "compare", "matrix", "unknowns", "verify"),
    ),
    "hand_over": (
        "Remettre",
        ("map", "export", "sheets", "pictures", "indicators", "seal"),
    ),
    "troubleshoot": ("Se dépanner", ("doctor", "explain-error", "completion")),
}


class Verbs(Mapping[str, click.Command]):
    """The verbs by name; the file of one is only read when it is asked for.

    ``explain-error`` is ``explain_error_command``, in the file of that name of its chapter.
    """

    def __init__(self) -> None:
        self.folders = {verb: folder for folder, (_, verbs) in CHAPTERS.items() for verb in verbs}

    def __getitem__(self, verb: str) -> click.Command:
        name = f"{verb.replace('-', '_')}_command"
        command: click.Command = getattr(
            import_module(f"commands.{self.folders[verb]}.{name}"), name
        )
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self.folders)

    def __len__(self) -> int:
        return len(self.folders)


class Typeset(click.HelpFormatter):
    """Writes help whose French signs stay with their word when a line is folded."""

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(firm(text))

    def write_dl(self, rows: Any, *sizes: Any, **named: Any) -> None:
        """Write options or commands."""
        super().write_dl([(first, firm(text)) for first, text in rows], *sizes, **named)


click.Context.formatter_class = Typeset


class Chapters(click.Group):
    """A group whose commands are listed by chapter."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands of each chapter."""
        width = formatter.width - 6 - max(map(len, self.commands))
        for title, verbs in CHAPTERS.values():
            rows = [(verb, self.commands[verb].get_short_help_str(width)) for verb in verbs]
            with formatter.section(f"{title}{NO_BREAK}"):
                formatter.write_dl(rows, col_max=30)


@click.group(
    cls=Chapters,
    commands=Verbs(),
    context_settings=CONTEXT,
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
)
@click.version_option(package_name="siting", prog_name="siting")
def app() -> None:
    """Plan régional des datacenters : où, combien, à quelle empreinte, sous quelles règles.

    Une première fois : « siting run », puis ouvrez la carte dont le chemin s'affiche.
    """


def _utf8() -> None:
    """Write UTF-8 whatever the console says, so that accents survive a pipe."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


def main() -> None:
    """Run a command; a fault a planner can mend is three lines and an exit code."""
    if sys.stdout is None:  # closed by whoever called: what is said goes nowhere, and is no fault
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    _utf8()
    listen(stop)
    try:
        app(prog_name="siting", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        _say_no_more()
    except (Exception, KeyboardInterrupt) as fault:
        raise SystemExit(_told(fault)) from None
    finally:
        listen(signal.SIG_IGN)  # all is done and said: what comes late changes nothing


def _say_no_more() -> None:
    """Send what is left to say nowhere, so that Python does not fail on it as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(fault: BaseException) -> int:
    """Tell what stopped a command and return its exit code; a bug keeps its traceback."""
    # A library stopped while it loads may say so in words of its own, an ImportError.
    if stop_asked() or isinstance(fault, click.Abort | KeyboardInterrupt):
        click.echo(GOODBYE, err=True)
        exec("")  # Python forgets a stop that crossed a text it ran; else it would kill itself
        return 130
    if isinstance(fault, SitingError):
        lines = fault.listed() if sys.stderr.isatty() else [str(fault)]
        click.echo(fitted(lines, sys.stderr), err=True)
        return fault.exit_code
    if isinstance(fault, OSError) and fault.errno in NO_ROOM:
        _say_no_more()
        full = "la sortie ne peut pas être écrite : disque plein, ou en panne"
        return _told(SitingError("SIT404", full, where="sortie standard"))
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        click.echo(fault.format_message())
        return 2
    if isinstance(fault, click.ClickException):
        return _told(_in_the_family(fault))
    raise fault


def _in_the_family(fault: click.ClickException) -> SitingError:
    """Return what click refuses in a command's writing as one of our faults."""
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    command = context.command_path if context else "siting"
    said = fault.format_message().rstrip(".")
    return SitingError(
        "SIT205",
        said[:1].lower() + said[1:],
        where=command,
        hint=f"« {command} --help » dit ce que la commande attend",
    )


if __name__ == "__main__":
    main()
