"""All rows, in the order of the promises."""

from __future__ import annotations

from . import table_again, table_arguments, table_bodies, table_connections, table_redirects, table_retry, table_streams, table_time

TABLES = (table_time, table_retry, table_again, table_redirects, table_bodies, table_connections, table_streams, table_arguments)
ROWS = tuple(row for table in TABLES for row in table.ROWS)
