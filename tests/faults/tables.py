"""All rows, in the order of the promises."""

from __future__ import annotations

from . import table_redirects, table_retry, table_time

ROWS = (*table_time.ROWS, *table_retry.ROWS, *table_redirects.ROWS)
