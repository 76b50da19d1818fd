"""All rows, in the order of the promises."""

from __future__ import annotations

from . import table_time

ROWS = (*table_time.ROWS,)
