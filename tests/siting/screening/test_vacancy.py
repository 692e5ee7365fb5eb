"""Occupied or free: three states, their evidence, and what may be retained."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from siting.screening.vacancy import FREE, OCCUPIED, SIGNS, UNKNOWN, occupancy

NOTHING = pd.DataFrame({"site_id": [], "sign_fr": []}, dtype="str")
UNSEEN = pd.DataFrame({"is_free": pd.Series(dtype=bool), "seen_fr": pd.Series(dtype="str")})


def sites(**columns: list) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    plain = {
        "source": ["friches"] * count,
        "is_verified": [True] * count,
        "status_fr": ["sans projet"] * count,
    }
    return pd.DataFrame({**plain, **columns}, index=[f"S{i}" for i in range(count)])


def seen(**states: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {"is_free": list(states.values()), "seen_fr": [f"vu par {n}" for n in states]},
        index=list(states),
    )


def test_a_verified_site_without_project_nor_sign_may_be_retained_its_vacancy_to_observe():
    found = occupancy(sites(is_verified=[True]), NOTHING, UNSEEN).loc["S0"]
    assert (found["occupancy"], found["retainable"]) == (UNKNOWN, True)
    assert "vacance à constater" in found["to_verify_fr"]


def test_an_unverified_site_a_project_an_area_and_a_platform_may_not():
    table = sites(
        source=["friches", "friches", "areas", "platforms"],
        is_verified=[False, True, False, False],
        status_fr=["sans projet", "avec projet", "aire, pas une friche", "port"],
    )
    found = occupancy(table, NOTHING, UNSEEN)
    assert not found["retainable"].any()
    assert set(found["occupancy"]) == {UNKNOWN}
    assert found["to_verify_fr"].str.startswith("à vérifier").all()


def test_a_sign_shuts_a_verified_site_and_is_told():
    signs = pd.DataFrame({"site_id": ["S0", "S0"], "sign_fr": ["gare à 91 m", "tuilerie"]})
    found = occupancy(sites(is_verified=[True, True]), signs, UNSEEN)
    assert found["occupancy"].tolist() == [SIGNS, UNKNOWN]
    assert found["retainable"].tolist() == [False, True]
    assert found.loc["S0", "occupancy_fr"] == "signes d'activité : gare à 91 m ; tuilerie"


def test_what_a_person_saw_wins_over_every_sign_and_keeps_it_told():
    signs = pd.DataFrame({"site_id": ["S0", "S1"], "sign_fr": ["gare à 91 m"] * 2})
    table = sites(is_verified=[False, False, True])
    found = occupancy(table, signs, seen(S0=True, S2=False))
    assert found["occupancy"].tolist() == [FREE, SIGNS, OCCUPIED]
    assert found["retainable"].tolist() == [True, False, False]
    assert "vu par S0" in found.loc["S0", "occupancy_fr"]
    assert "gare à 91 m" in found.loc["S0", "occupancy_fr"]
    assert found.loc["S0", "to_verify_fr"] == ""


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([None, True, False])),
             min_size=1, max_size=8)
)  # fmt: skip
def test_nothing_is_retained_in_silence(rows):
    """A site may be retained only if seen free, or verified and without any sign."""
    table = sites(is_verified=[verified for verified, _, _ in rows])
    signs = pd.DataFrame(
        {"site_id": [f"S{i}" for i, row in enumerate(rows) if row[1]], "sign_fr": "signe"},
        dtype="str",
    )
    visits = seen(**{f"S{i}": row[2] for i, row in enumerate(rows) if row[2] is not None})
    visits = visits.astype({"is_free": bool}) if len(visits) else UNSEEN
    found = occupancy(table, signs, visits)
    for kept, (verified, has_sign, visit) in zip(found["retainable"], rows, strict=True):
        assert kept == (visit is True or (visit is None and verified and not has_sign))
