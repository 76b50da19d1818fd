"""Lists of objects as the data frames and tables of other libraries, which are imported when they are asked for.

Columns and their types come from the document (`_columns`), so that an empty list has them too.
"""

from __future__ import annotations

from ._libraries import to_arrow, to_pandas, to_polars

__all__ = ["to_arrow", "to_pandas", "to_polars"]
