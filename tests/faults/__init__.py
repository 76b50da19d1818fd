"""The fault suite: what a network, a server or an argument can do to a client, and what this one promises then.

Read it in this order: `row.py` says what a row of the table is, `table_time.py` is the first table, `server.py` is the server that
misbehaves by script, and `runner.py` plays one row on `Client`, on `AsyncClient` or on bare httpx. `tables.py` has all rows.
"""
