"""Near-optimal distinct plans: the columns are settled here, the search comes with the rest."""

from __future__ import annotations

import pandas as pd

# One row a (alternative, site, period); `worse_share` is the relative distance to the best
# objective, `sites_apart` how many sites the alternative changes.
COLUMNS = {
    "alternative": "int64",
    "site_id": "str",
    "period": "int64",
    "it_mw": "float64",
    "objective": "float64",
    "worse_share": "float64",
    "sites_apart": "int64",
}


def no_alternatives() -> pd.DataFrame:
    """Return the empty table of alternatives."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
