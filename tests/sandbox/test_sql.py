"""dbQuery: real SQL in the project's own database, and no way out of it."""

from __future__ import annotations

import sqlite3
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from aerostack_dynamic.sandbox import _sql
from aerostack_dynamic.sandbox._store import Store


@pytest.fixture
def table(api):
    name = f"t_{uuid.uuid4().hex}"
    assert api.query(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, a, b TEXT)").json() == {"results": [], "count": 0}
    yield name
    assert api.query(f"DROP TABLE {name}").status_code == 200


def test_parameters_are_bound_and_rows_come_back(api, table):
    values = [None, True, 1.5, "O'Brien; DROP TABLE x --", "\u00e9\U0001f600", 2**63 - 1, -(2**63)]
    for value in values:
        assert api.query(f"INSERT INTO {table} (a) VALUES (?)", value).json() == {"results": [], "count": 1}
    rows = api.query(f"SELECT a FROM {table} ORDER BY id").json()
    assert rows == {"results": [{"a": 1 if value is True else value} for value in values], "count": 7}


def test_numbered_placeholders(api):
    assert api.rows("SELECT ?2 AS a, ?1 AS b", "one", "two") == [{"a": "two", "b": "one"}]


def test_counts(api, table):
    many = f"INSERT INTO {table} (a) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n"
    assert api.query(many).json()["count"] == 5
    assert api.query(f"UPDATE {table} SET b = 'x' WHERE a > 2").json() == {"results": [], "count": 3}
    assert api.query(f"DELETE FROM {table} WHERE a = 99").json() == {"results": [], "count": 0}
    assert api.query(f"SELECT * FROM {table} WHERE a = 99").json() == {"results": [], "count": 0}
    assert api.query(f"WITH x(i) AS (SELECT 3) UPDATE {table} SET b = 'y' WHERE a IN x").json()["count"] == 1
    assert api.query("PRAGMA user_version = 7").json() == {"results": [], "count": 0}
    assert api.rows("PRAGMA user_version") == [{"user_version": 7}]
    returning = api.query(f"DELETE FROM {table} WHERE a < 3 RETURNING a").json()
    assert returning == {"results": [{"a": 1}, {"a": 2}], "count": 2}
    assert api.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 3}]


@pytest.mark.parametrize(
    "sql",
    [
        "VALUES (1, 2)",
        "  -- a comment\n /* and another */ select 1",
        "WITH x(a) AS (SELECT 1) SELECT a FROM x",
        "EXPLAIN QUERY PLAN SELECT 1",
        "SELECT json_extract('{\"a\": [1, 2]}', '$.a[1]'), upper('x'), datetime('now')",
        "SELECT ':no :placeholder @here $there', \"x\" FROM (SELECT 1 AS x) -- :nor here",
        "SELECT value FROM json_each('[1,2,3]')",
        "SELECT name FROM pragma_table_info('nothing')",
        "SELECT 1;",
        "PRAGMA user_version",
        "PRAGMA foreign_keys",
        "ANALYZE",
        "REINDEX",
        "PRAGMA integrity_check",
    ],
)
def test_ordinary_statements(api, sql):
    answer = api.query(sql)
    assert answer.status_code == 200, answer.text


def test_definitions(api, table):
    for sql in [
        f"CREATE INDEX {table}_i ON {table} (a)",
        f"CREATE VIEW {table}_v AS SELECT a FROM {table}",
        f"CREATE TABLE {table}_log (a)",
        f"CREATE TRIGGER {table}_t AFTER INSERT ON {table} BEGIN INSERT INTO {table}_log VALUES (new.a); END",
        f"ALTER TABLE {table} ADD COLUMN c DEFAULT 7",
        f"ALTER TABLE {table} RENAME COLUMN b TO bb",
        f"INSERT INTO {table} (a) VALUES (3)",
        f"CREATE VIRTUAL TABLE {table}_f USING fts5(body)",
        f"INSERT INTO {table}_f VALUES ('hello world')",
    ]:
        assert api.query(sql).status_code == 200, (sql, api.query(sql).text)
    assert api.rows(f"SELECT c, bb FROM {table}") == [{"c": 7, "bb": None}]
    assert api.rows(f"SELECT * FROM {table}_log") == api.rows(f"SELECT * FROM {table}_v") == [{"a": 3}]
    assert api.rows(f"SELECT body FROM {table}_f WHERE {table}_f MATCH 'hello'") == [{"body": "hello world"}]
    assert [column["name"] for column in api.rows(f"PRAGMA table_info({table})")] == ["id", "a", "bb", "c"]
    for sql in ["DROP TABLE {}_f", "DROP TRIGGER {}_t", "DROP VIEW {}_v", "DROP INDEX {}_i", "DROP TABLE {}_log"]:
        assert api.query(sql.format(table)).status_code == 200


@pytest.mark.parametrize("module", ["fts3", "fts4", "fts5", "rtree"])
def test_virtual_tables_open_again_in_a_new_connection(box, api, table, module):
    columns, values = ("id, low, high", "1, 2, 3") if module == "rtree" else ("body", "'words'")
    assert api.query(f"CREATE VIRTUAL TABLE {table}_x USING {module}({columns})").status_code == 200
    assert api.query(f"INSERT INTO {table}_x VALUES ({values})").status_code == 200
    for _ in range(2):
        api.refused("SELECT nothing")  # a session that failed is not used again
    assert len(api.rows(f"SELECT * FROM {table}_x")) == 1
    assert api.query(f"DROP TABLE {table}_x").status_code == 200


def test_foreign_keys_hold(api, table):
    assert api.query(f"CREATE TABLE {table}_child (p REFERENCES {table}(id))").status_code == 200
    assert "FOREIGN KEY" in api.refused(f"INSERT INTO {table}_child VALUES (77)")
    assert api.query(f"DROP TABLE {table}_child").status_code == 200


@pytest.mark.parametrize(
    ("sql", "params", "said"),
    [
        ("SELEC 1", [], "SELEC is not allowed"),
        ("SELECT 1 +", [], "incomplete input"),
        ("SELECT nope", [], "no such column: nope"),
        ("SELECT * FROM nope", [], "no such table: nope"),
        ("SELECT ?", [], "bindings"),
        ("SELECT 1", [1], "bindings"),
        ("", [], "no SQL statement"),
        ("-- nothing", [], "no SQL statement"),
        ("1", [], "no SQL statement"),
        ("SELECT 1; SELECT 2", [], "one statement"),
        ("SELECT :a", [1], "placeholders are ?"),
        ("SELECT $1", [1], "placeholders are ?"),
        ("SELECT '1'::int", [], "unrecognized token"),
        ("SELECT ?", [{"a": 1}], "parameter 1 is an object"),
        ("SELECT ?, ?", [1, [2]], "parameter 2 is an array"),
        ("SELECT ?", [2**63], "64-bit"),
        ("SELECT 'a\x00b'", [], "null character"),
        ("SELECT x'00ff' AS picture", [], "column 'picture' holds a BLOB"),
        ("SELECT 9e999 AS much", [], "column 'much' holds Infinity"),
        ("SELECT CAST(x'ff' AS TEXT)", [], "UTF-8"),
    ],
)
def test_the_database_says_what_is_wrong(api, sql, params, said):
    assert said in api.refused(sql, *params)


@pytest.mark.parametrize("word", ["BEGIN", "COMMIT", "end", "ROLLBACK", "SAVEPOINT x", "RELEASE x", "BEGIN IMMEDIATE"])
def test_transactions_of_its_own(api, word):
    assert "each call is a transaction of its own" in api.refused(word)


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{folder}/other.db' AS other",
        "ATTACH ':memory:' AS other",
        "DETACH main",
        "EXPLAIN ATTACH '{folder}/other.db' AS other",
        "VACUUM",
        "VACUUM INTO '{folder}/copy.db'",
        "SELECT load_extension('{folder}/evil')",
        "SELECT load_extension('{folder}/evil', 'entry')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('{folder}/x', 'y')",
        "PRAGMA writable_schema = 1",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store_directory = '{folder}'",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA database_list",
        "PRAGMA trusted_schema = ON",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_stmt",
        "CREATE TEMP TABLE x (a)",
        "CREATE TEMP VIEW x AS SELECT 1",
        "CREATE TABLE temp.x (a)",
        "CREATE VIEW temp.x AS SELECT 1",
        "CREATE VIRTUAL TABLE temp.x USING fts5(a)",
        "DROP VIEW temp._sandbox_schema",
        "PRAGMA temp.user_version = 5",
        "CREATE VIRTUAL TABLE x USING dbstat",
        "CREATE VIRTUAL TABLE x USING csv(filename='/etc/passwd')",
        "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (a)')",
        "UPDATE sqlite_master SET sql = ''",
        "DELETE FROM main.sqlite_master",
    ],
)
def test_no_way_out_of_the_database(api, tmp_path, sql):
    api.refused(sql.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_explained_copy_is_not_made(api, tmp_path):
    api.query(f"EXPLAIN VACUUM INTO '{tmp_path}/copy.db'")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT load_extension('x')", "function load_extension is not allowed"),
        ("CREATE TABLE copy AS SELECT * FROM sqlite_master", "CREATE over sqlite_master is not allowed"),
        ("SELECT * FROM _sandbox_users", "reading _sandbox_users is not allowed"),
        ("EXPLAIN ATTACH 'x' AS y", "ATTACH is not allowed"),
        ("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode is not allowed"),
    ],
)
def test_a_refusal_says_what_is_not_allowed(api, sql, said):
    assert said in api.refused(sql)


OWN = ["users", "cache", "jobs", "files"]


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM {own}",
        "SELECT count(*) FROM {own}",
        'SELECT 1 FROM "{own}"',
        "SELECT * FROM [{own}]",
        "SELECT * FROM main.{OWN}",
        "SELECT (SELECT max(rowid) FROM {own})",
        "WITH x AS (SELECT * FROM {own}) SELECT * FROM x",
        "INSERT INTO {own} DEFAULT VALUES",
        "DELETE FROM {own}",
        "DROP TABLE {own}",
        "ALTER TABLE {own} ADD COLUMN x",
        "ALTER TABLE {own} RENAME TO mine",
        "CREATE INDEX mine ON {own} (key)",
        "CREATE TRIGGER mine AFTER INSERT ON {own} BEGIN SELECT 1; END",
        "CREATE TABLE copy AS SELECT * FROM {own}",
        "PRAGMA table_info({own})",
        "SELECT * FROM pragma_table_info('{own}')",
        "CREATE TABLE {own}_2 (a)",
        "EXPLAIN SELECT * FROM {own}",
    ],
)
def test_the_sandboxes_own_tables_are_out_of_reach(api, own, sql):
    own = f"_sandbox_{own}"
    api.refused(sql.format(own=own, OWN=own.upper()))


def test_no_detour_to_the_own_tables(api, table):
    for sql in [
        f"CREATE VIEW {table}_v AS SELECT * FROM _sandbox_users",
        f"CREATE TRIGGER {table}_t AFTER INSERT ON {table} BEGIN INSERT INTO _sandbox_cache VALUES ('x', '1', NULL); END",
        f"CREATE TABLE {table}_r (a REFERENCES _sandbox_users(id))",
    ]:
        assert api.query(sql).status_code in {200, 400}
    api.refused(f"SELECT * FROM {table}_v")
    api.refused(f"INSERT INTO {table} (a) VALUES (1)")
    api.refused(f"INSERT INTO {table}_r VALUES ('x')")
    assert api.query(f"CREATE VIRTUAL TABLE {table}_f USING fts5(email, content='_sandbox_users')").status_code == 200
    api.refused(f"SELECT * FROM {table}_f")
    api.refused(f"INSERT INTO {table}_f ({table}_f) VALUES ('rebuild')")
    assert api.post("cache/get", key="x").json()["exists"] is False
    for sql in [f"DROP TRIGGER {table}_t", f"DROP VIEW {table}_v", f"DROP TABLE {table}_r", f"DROP TABLE {table}_f"]:
        assert api.query(sql).status_code == 200


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM sqlite_master WHERE type = 'table'",
        "select name from SQLITE_SCHEMA",
        'SELECT name FROM "sqlite_master"',
        "/* c */ SELECT m.name FROM sqlite_master AS m",
        "WITH x AS (SELECT 1) SELECT name FROM x, sqlite_schema",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT name FROM n, sqlite_master",
        "WITH /* c */ -- d\n recursive n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT name FROM n, sqlite_master",
        "VALUES ((SELECT group_concat(name) FROM sqlite_master))",
    ],
)
def test_the_schema_shows_the_projects_tables_only(api, table, sql):
    shown = str(api.rows(sql))
    assert table in shown
    assert "_sandbox" not in shown


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM main.sqlite_master",
        "SELECT name FROM main . sqlite_schema",
        "EXPLAIN SELECT name FROM sqlite_master",
        "CREATE TABLE copy AS SELECT * FROM sqlite_master",
        "CREATE VIEW copy AS SELECT * FROM main.sqlite_schema",
        "SELECT * FROM sqlite_temp_master",
        "SELECT m.name FROM json_each('[1]') AS j, main.sqlite_master AS m",
        "SELECT count(*) FROM main.sqlite_master",
    ],
)
def test_the_whole_schema_is_not_shown(api, sql):
    api.refused(sql)


def test_rows_can_be_made_from_the_schema(api, table):
    assert api.query(f"INSERT INTO {table} (b) SELECT name FROM sqlite_master").json()["count"] >= 1
    assert api.rows(f"SELECT count(*) AS n FROM {table} WHERE b LIKE '%sandbox%'") == [{"n": 0}]
    assert api.rows(f"SELECT 'sqlite_master' AS word FROM {table} LIMIT 1") == [{"word": "sqlite_master"}]


RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


@pytest.mark.parametrize("rest", ["SELECT max(i) FROM n", "INSERT INTO {table} (a) SELECT i FROM n"])
def test_a_runaway_statement_is_interrupted_and_undone(api, table, monkeypatch, rest):
    monkeypatch.setattr(_sql, "SECONDS", 0.3)
    begun = time.monotonic()
    assert "longer than 0.3 seconds" in api.refused(RUNAWAY + rest.format(table=table))
    assert time.monotonic() - begun < 3
    assert api.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]


def test_limits_of_rows_and_bytes(api, table, monkeypatch):
    monkeypatch.setattr(_sql, "MAX_ROWS", 100)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"
    assert len(api.rows(numbers.format(100))) == 100
    assert "more than 100 rows" in api.refused(numbers.format(101))
    returning = f"INSERT INTO {table} (a) {numbers.format(101)} RETURNING a"
    assert "more than 100 rows" in api.refused(returning)
    assert api.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
    monkeypatch.setattr(_sql, "MAX_BYTES", 2**20)
    assert "more than 1 MiB" in api.refused(f"SELECT printf('%.*c', {2**20}, 'x') AS a")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="sqlite3 has no setlimit before Python 3.11")
def test_a_long_value_is_refused(api):
    assert "too big" in api.refused("SELECT length(zeroblob(900000000))")


def test_reads_go_on_beside_a_write(api, table):
    def write(number: int) -> int:
        return api.query(f"INSERT INTO {table} (a) VALUES (?)", number).status_code

    def read(_number: int) -> int:
        return api.query(f"SELECT count(*) AS n FROM {table}").status_code

    with ThreadPoolExecutor(16) as threads:
        writes, reads = threads.map(write, range(100)), threads.map(read, range(100))
        assert set(writes) | set(reads) == {200}
    assert api.rows(f"SELECT count(*) AS n, count(DISTINCT a) AS d FROM {table}") == [{"n": 100, "d": 100}]


def test_another_program_holds_the_file(box, api, table, monkeypatch):
    monkeypatch.setattr("aerostack_dynamic.sandbox._store.BUSY_SECONDS", 0.1)
    for session in iter_popped(box._running.platform.project._pool._idle):
        session.close()
    other = sqlite3.connect(box.data / "sandbox.sqlite3", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in api.refused(f"INSERT INTO {table} (a) VALUES (1)")
    finally:
        other.close()
    assert api.query(f"INSERT INTO {table} (a) VALUES (1)").status_code == 200


def test_writers_queue_before_sqlite(tmp_path, monkeypatch):
    monkeypatch.setattr("aerostack_dynamic.sandbox._store.BUSY_SECONDS", 0)
    store = Store(tmp_path / "file")

    def write(number: int) -> None:
        with store.write() as connection:
            connection.execute("INSERT INTO _sandbox_cache VALUES (?, '1', NULL)", (str(number),))
            time.sleep(0.01)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(16)))
    with pytest.raises(sqlite3.IntegrityError):
        write(0)
    with store.read() as connection:
        assert connection.execute("SELECT count(*) FROM _sandbox_cache").fetchone() == (16,)
    store.close()


def iter_popped(values):
    while values:
        yield values.pop()
