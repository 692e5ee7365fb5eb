"""What a line asks by the options that verbs share, and how its answer is printed."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.verb_parts.shared_options import Added, all_option, json_option
from layers.words.french import number
from scenarios.terminal.progress import Tell, on_stderr, silent
from scenarios.terminal.terminal_lines import fitted, harmless, screenful

if TYPE_CHECKING:
    from layers.packs.data_pack import Pack
    from scenarios.question.home_region import HomeRegion
    from scenarios.question.scenario_reading import Scenario


@dataclass(frozen=True)
class Asked:
    """The shared options as they were typed; a verb reads the scenario and the pack when it can."""

    scenario: str = ""
    overrides: tuple[str, ...] = ()
    data: Path | None = None
    offers: tuple[str, ...] = ()
    confirm: Path | None = None
    weather: Path | None = None
    audit: Path | None = None
    keep: tuple[str, ...] = ()
    ban: tuple[str, ...] = ()
    own_sites: tuple[str, ...] = ()
    own_zones: tuple[str, ...] = ()
    as_json: bool = False
    everything: bool = False
    more: str = "--all"

    def read_scenario(self, need: bool = True) -> Scenario:
        """Return the scenario named, changed as the line asks; weights kept by default are said."""
        from scenarios.question.scenario_reading import read_scenario, weights_kept

        question = read_scenario(
            self.scenario,
            self.values,
            names=True,
            places=self._places,
            home=self.home,
            need=need,
        )
        for line in weights_kept(self.overrides, question):
            on_stderr(line)
        return question

    def _places(self) -> tuple[list[str], list[str]]:
        """Return the territories known by name, and the départements of the pack asked for."""
        from layers.packs.data_pack import EMBEDDED, Pack
        from layers.words.territory_paper import known_territories

        folder = self.data or EMBEDDED
        home = self.home
        own = {home.territory.name} if home is not None else set()
        names = sorted({*known_territories(), folder.resolve().name, *own})
        return names, sorted(Pack.open(folder).table("departements")["departement_code"])

    @property
    def home(self) -> HomeRegion | None:
        """The region of the pack of ``--data``, when it is not the library's."""
        if self.data is None:
            return None
        from layers.packs.data_pack import Pack
        from scenarios.question.home_region import home_of

        return home_of(Pack.open(self.data))

    @property
    def values(self) -> tuple[str, ...]:
        """The values of ``--set``, with the files that options bring and the sites locked."""
        found = self.overrides
        for key, file in (
            ("candidates.confirm", self.confirm),
            ("weather.file", self.weather),
            ("demand.audit", self.audit),
        ):
            if file is not None:
                found = (*found, f"{key}={_quoted(str(file))}")
        if self.own_sites:
            files = ", ".join(_quoted(file) for file in self.own_sites)
            found = (*found, f"candidates.own=[{files}]")
        if self.own_zones:
            found = (*found, self._zoned(found))
        return self._locked(found) if self.keep or self.ban else found

    def _zoned(self, overrides: tuple[str, ...]) -> str:
        """Return the override that puts the zones of the line after the scenario's own."""
        from layers.own_layers.zone_file import ZoneOffer
        from scenarios.question.scenario_reading import read_scenario

        before = [zone.model_dump() for zone in read_scenario(self.scenario, overrides).zones]
        offers = [ZoneOffer.parse(text) for text in self.own_zones]
        given = [{**asdict(offer), "buffer": offer.buffer_m} for offer in offers]
        tables = [
            {key: value for key, value in zone.items() if value and key != "buffer_m"}
            for zone in (*before, *given)
        ]
        return f"zones=[{', '.join(map(_inline, tables))}]"

    def _locked(self, overrides: tuple[str, ...]) -> tuple[str, ...]:
        """Return the overrides with the sites kept and left out beside the scenario's own."""
        from scenarios.question.scenario_reading import read_scenario
        from scenarios.question.site_locks import lock_overrides

        before = read_scenario(self.scenario, overrides, home=self.home, need=False).sites
        rest = (each for each in overrides if not each.startswith(("sites.keep=", "sites.ban=")))
        own = {"keep": before.keep, "ban": before.ban}
        return (*rest, *lock_overrides(self.keep, self.ban, own))

    def open_pack(self, question: Scenario | None = None) -> Pack:
        """Return the pack of ``--data``, with all that is brought, saying what it holds.

        Layers come with ``--layer``; sites with ``--sites`` or the question itself.
        """
        from layers.packs.data_pack import EMBEDDED, Pack

        pack = Pack.open(self.data or EMBEDDED)
        if self.offers:
            from layers.own_layers.own_layer import with_offers

            pack, report = with_offers(pack, self.offers)
            for line in report:
                if line.rows:
                    on_stderr(line.text_fr)
        if question is not None and (question.candidates.own or question.zones):
            from scenarios.site_evidence.brought.brought_things import with_brought

            pack, told = with_brought(question, pack)
            for said in told:
                on_stderr(said)
        return pack

    @property
    def tell(self) -> Tell:
        """Who hears what is under way: a terminal, or nobody."""
        return on_stderr if sys.stderr.isatty() else silent

    def answer(
        self,
        document: Any,
        lines: Iterable[str],
        *,
        rows_fr: str = "lignes",
        head: int = 0,
        foot: int = 0,
        whole: bool = False,
    ) -> None:
        """Print the answer, and nothing else, on stdout: one JSON document, or lines to read.

        Lines beyond one screen are left out unless ``--all`` is asked (``whole`` where a verb has
        an option of its own for it): how many are left is said on stderr. ``head`` and ``foot``
        lines are no rows, and always printed.
        """
        if not self.as_json:
            kept = screenful(list(lines), head, foot)
            if self.everything or whole or kept.shown == kept.among:
                print(fitted(list(lines), sys.stdout))
                return
            print(fitted(kept.lines, sys.stdout), flush=True)
            self.say_left_out(kept.shown, kept.among, rows_fr)
            return
        if isinstance(document, list):
            document = {"schema_version": 1, "rows": document}
        print(harmless(json.dumps(document, ensure_ascii=False, indent=1)))

    def say_left_out(self, shown: int, among: int, rows_fr: str) -> None:
        """Say on stderr how many rows were left out of an answer, and how to see them."""
        if not self.as_json and shown < among:
            on_stderr(f"{number(shown)} {rows_fr} sur {number(among)} ; tout : {self.more}")


def _inline(table: Mapping[str, Any]) -> str:
    """Write a flat table as TOML does on one line."""
    written = {
        key: f"[{', '.join(map(_quoted, value))}]" if isinstance(value, list | tuple)
        else _quoted(value) if isinstance(value, str) else repr(value)
        for key, value in table.items()
    }  # fmt: skip
    return "{" + ", ".join(f"{key} = {value}" for key, value in written.items()) + "}"


def _quoted(text: str) -> str:
    """Write a text as TOML does."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


SHARED = tuple(field.name for field in fields(Asked))


def asking(*options: Added, everything: bool = True) -> Added:
    """Give a verb these options, then ``--all`` and ``--json``, and hand it one ``Asked`` first.

    Shared options written elsewhere on the verb (its scenario, say) are gathered there too;
    without ``everything``, the verb has an ``--all`` of its own.
    """

    def given_to(verb: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(verb)
        def called(**typed: Any) -> None:
            shared = {name: typed.pop(name) for name in SHARED if name in typed}
            verb(Asked(**shared), **typed)

        ours = (all_option, json_option) if everything else (json_option,)
        every: tuple[Added, ...] = (*options, *ours)
        for option in reversed(every):  # as decorators do: the last one written is added first
            option(called)
        return called

    return given_to
