"""``siting sweep``: one scenario under many variants."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    audit_option,
    ban_option,
    cluster_option,
    confirm_option,
    count_option,
    data_option,
    jobs_option,
    keep_option,
    out_option,
    scenario_argument,
    set_option,
    sites_option,
    zone_option,
)


@click.command(epilog="Exemple : siting sweep sobriete --vary load_factor=0.5:0.9:5 --draws 40")
@scenario_argument
@click.option(
    "--vary",
    multiple=True,
    metavar="CLÉ=BAS:HAUT:N",
    help="N valeurs d'une clé du scénario, de BAS à HAUT, ou load_factor (l'utilisation) ; "
    "répétable : tous les croisements.",
)
@count_option("--draws", 0, "Tirages des hypothèses par cas.", 0)
@count_option("--seed", 0, "Graine des tirages : la même donne les mêmes.", 0)
@jobs_option
@cluster_option
@out_option("Dossier à écrire ; par défaut, resultats/<scénario>-variantes.")
@click.option("--yes", is_flag=True, help="Accepte plus de 5 000 cas, jusqu'à un million.")
@asking(
    data_option,
    set_option,
    sites_option,
    zone_option,
    audit_option,
    confirm_option,
    keep_option,
    ban_option,
)
def sweep_command(
    asked: Asked,
    vary: tuple[str, ...],
    draws: int,
    seed: int,
    jobs: int,
    cluster: str | None,
    out: Path | None,
    yes: bool,
) -> None:
    """Rejoue un scénario sous beaucoup de variantes.

    Chaque tirage change ce qui est supposé : capacité des postes, coût des lignes, puissance déjà
    en service, pondérations. Écrit un tableau (Parquet), un NetCDF, et la part des tirages qui
    retiennent chaque site, poste, EPCI et département. Interrompu, il reprend des cas finis.
    """
    from layers.packs.data_pack import EMBEDDED
    from scenarios.question.sweep_cases import MOST_CASES, cases
    from scenarios.storage.results import read_json
    from scenarios.verbs.case_runners import in_processes, on_cluster
    from scenarios.verbs.scenario_sweep import sweep
    from scenarios.verbs.sweep_tally import sweep_lines
    from scenarios.writing.step_cache import StepCache

    most = None if yes else MOST_CASES
    chosen = cases(asked.scenario, asked.data or EMBEDDED, vary, draws, seed, asked.values, most)
    runner = on_cluster(cluster, jobs) if cluster else in_processes(jobs)
    into = out or Path("resultats") / f"{Path(asked.scenario).stem}-variantes"
    folder = sweep(chosen, into, runner, asked.tell, StepCache.of_user())
    report = read_json(folder / "datapackage.json")
    asked.answer(report, sweep_lines(folder, report))
