"""The program as a page a planner reads, written from the registry: nothing is told twice."""

from __future__ import annotations

from datetime import date

import siting.program.rules  # noqa: F401 - registers the rules
from siting.program.objective import TERMS
from siting.program.plan_goals import GOALS
from siting.program.rulebook.rule_list import rows

KIND_FR = {
    "row": "contrainte",
    "term": "terme, toujours souple",
    "filter": "filtre des refroidissements",
    "note": "note, sans contrainte",
}
SETS = (
    ("s", "un site candidat"),
    ("d", "un refroidissement, avec sa classe de densité"),
    ("k", "un raccordement : un poste et un domaine de tension (HTA, HTB1, HTB2, HTB3)"),
    ("t", "une échéance, « en service au 31 décembre »"),
    ("n", "un réseau de chaleur"),
    ("b", "un secteur hydrographique"),
    ("e", "un département, une intercommunalité ou une commune"),
)
VARIABLES = (
    ("p[s,d,t]", "MW", "puissance informatique par site et par refroidissement"),
    ("P[s,t]", "MW", "puissance informatique d'un site, somme des précédentes"),
    ("g[s,k,t]", "MW au compteur", "puissance tirée d'un raccordement"),
    ("u[s,k,t]", "0 ou 1", "le site est en service, par ce raccordement, payé entier et une fois"),
    ("ouvert[s]", "0 ou 1", "le site est ouvert à la dernière échéance : Σₖ u[s,k,T]"),
    ("grandit[s,t]", "0 ou 1", "un site déjà ouvert reçoit une tranche de plus"),
    ("b[s,k], r[s,k,t]", "0 ou 1, MW", "la seconde ligne, et ce qu'elle tient en réserve (C29)"),
    ("y[s,n,t]", "MW de chaleur", "chaleur constante envoyée par un site à un réseau"),
    ("H[n,t]", "GWh/an", "chaleur utile d'un réseau, sous les cordes de sa propre courbe"),
    ("V[s,t]", "GWh/an", "solaire produit sur le sol artificialisé d'un site ouvert (C14)"),
    ("écart", "unité de la règle", "dépassement d'une règle souple, pénalisé dans l'objectif"),
)
SIGNS = (
    ("Σₛ", "la somme sur les sites ; Σₛ∈b, sur ceux d'un secteur ; Σₛ∈F, sur les friches"),
    ("∀", "pour chaque : une inéquation par secteur, par département, par site…"),
    (
        "[s,d,t]",
        "la valeur pour un site, un refroidissement et une échéance donnés ; T, la dernière",
    ),
    ("a[d]", "le terrain d'un MW, en m² ou en ha"),
    ("E[s,d]", "l'énergie annuelle du site entier pour un MW informatique, en GWh"),
    (
        "w[s,d], e[s,d]",
        "l'eau apportée pour un MW ; celle du seul refroidissement (évaporation, purge)",
    ),
    ("q[s,d]", "la chaleur récupérable d'un MW informatique, en MW"),
    ("r[s,d]", "les MW demandés au compteur pour un MW informatique"),
    ("c[s,d]", "le carbone annuel d'un MW informatique"),
    (
        "u[n], γ",
        "l'électricité des pompes qui relèvent 1 GWh de chaleur au réseau n ; son carbone au GWh",
    ),
    ("α, β", "la pente et le départ d'une corde : la chaleur utile croît de moins en moins vite"),
    ("λ, φ, ρ, σ, ε, θ", "des parts, dont la valeur suit chaque règle"),
    ("décidé, existant", "ce que prennent déjà les projets décidés et les centres en service"),
)
PHYSICS = (
    ("P01", "P[s,t] = Σ_d p[s,d,t]"),
    ("P02", "Σ_d a[d]·p[s,d,t] ≤ terrain utilisable du site"),
    ("P03", "p[s,d,t] ≥ p[s,d,t−1] : ce qui est bâti reste"),
    ("P04", "P[s,t] ≤ ce que le terrain et une ligne portent · Σₖ u[s,k,t]"),
    ("P05", "P[s,t] ≥ taille minimale · Σₖ u[s,k,t]"),
    ("P06", "Σ liquide p ≤ λ·Σ p : une part seulement des charges se refroidit par liquide"),
    ("P07", "Σₖ g[s,k,t] = Σ_d r[s,d]·p[s,d,t] : du MW informatique au compteur"),
    (
        "P08, P15, P16",
        "entre deux échéances, un site ouvert ne gagne rien, ou au moins la plus petite tranche",
    ),
    ("P09", "g[s,k,t] ≤ plafond légal de la ligne, qui baisse avec sa longueur"),
    ("P10", "V[s,t] ÷ production d'un hectare + Σ_d a[d]·p[s,d,t] ≤ terrain · ouvert[s]"),
    (
        "P11, P12",
        "plancher du domaine · u[s,k,t] ≤ g[s,k,t] ≤ ce que la ligne porte · u[s,k,t]",
    ),
    (
        "P13, P17",
        "Σₖ u[s,k,T] = ouvert[s] et u[s,k,t] ≥ u[s,k,t−1] : un seul poste et une seule tension par "
        "site, pour toutes les échéances",
    ),
    (
        "P18 à P21",
        "avec la règle C29 : une seconde ligne au plus, sur un autre poste ou jeu de barres, dans "
        "les bornes de sa tension",
    ),
    ("P14", "Σₛ ouvert[s] ≤ N, quand le scénario le demande (`sizes.max_sites`)"),
    (
        "chaleur",
        "Σₙ y[s,n,t] ≤ Σ_d q[s,d]·p[s,d,t] ; H[n,t] ≤ αⱼ·Σₛ y[s,n,t] + βⱼ pour chaque corde j",
    ),
)


def page(day: date) -> str:
    """Return docs/formulation.md: sets, variables, physics, rules in force, objective.

    Parameters
    ----------
    day : values in force then are shown.

    Returns
    -------
    The page, in Markdown and in French.
    """
    return "\n".join(
        [
            "# Le programme : ce qui est choisi, sous quelles règles",
            "",
            "Page engendrée par `make docs` à partir du registre des règles ; ne pas la corriger "
            f"à la main. Valeurs en vigueur au {day:%d/%m/%Y}.",
            "",
            "## Ensembles",
            "",
            *(f"- **{name}** : {text}" for name, text in SETS),
            "",
            "## Variables",
            "",
            "| variable | unité | sens |",
            "| --- | --- | --- |",
            *(f"| {name} | {unit} | {text} |" for name, unit, text in VARIABLES),
            "",
            "## Lire une inéquation",
            "",
            "| signe | sens |",
            "| --- | --- |",
            *(f"| {sign} | {text} |" for sign, text in SIGNS),
            "",
            "« ≤ » se lit « ne dépasse pas », « ≥ » se lit « atteint au moins ».",
            "",
            "## Ce qu'aucune règle ne peut lever",
            "",
            *(f"- **{name}** : {text}" for name, text in PHYSICS),
            "",
            "## Les règles",
            "",
            "Une règle dure se respecte ; une règle souple peut être dépassée, et le plan dit de "
            "combien. Un terme est toujours souple ; une note informe sans contraindre. Sinon, "
            "le scénario choisit : dure ou souple.",
            "",
            *_rules(day),
            "## L'objectif",
            "",
            "Σ poids × terme ÷ référence : un poids est un taux de change entre références fixes "
            "et datées. Termes annuels : moyenne pondérée des échéances (5 puis 10 ans) ; "
            "investissement : une fois, sur ce qui s'ajoute.",
            "",
            "| terme | unité |",
            "| --- | --- |",
            *(f"| {term.label_fr} | {term.unit} |" for term in TERMS.values()),
            "",
            "L'énergie et le carbone comptent les pompes à chaleur : Σₙ u[n]·H[n,t], et γ fois",
            "cette somme. À poids égaux, une pompe peut coûter plus que ne rapporte sa chaleur.",
            "",
            "Un plan peut aussi suivre des buts dans l'ordre, ou sous plafond (fronts) :",
            "",
            "| but | sens | unité |",
            "| --- | --- | --- |",
            *(f"| `{name}` | {goal.label_fr} | {goal.unit} |" for name, goal in GOALS.items()),
            "",
        ]
    )


def _rules(day: date) -> list[str]:
    lines: list[str] = []
    for row in rows(day):
        lines += [f"### {row['rule_id']} — {row['label_fr']}", ""]
        lines.append(
            f"`{row['rule']}` · {KIND_FR[row['kind']]} · {row['scope_fr']} ; {row['setters_fr']}"
        )
        lines.append("")
        if row["inequality"]:
            lines += [f"> {row['inequality']}", ""]
        for value in row["values"]:
            lines.append(
                f"- {value['label_fr']} : **{value['value_fr']}** ({value['setter_fr']}) — "
                f"{value['reference']}"
            )
        if not row["built"]:
            lines.append(f"- {row['why_fr']}")
        lines.append("")
    return lines
