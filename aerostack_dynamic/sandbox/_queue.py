"""The queue: jobs in the store, run one after the other by a worker thread, at least once each."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ._answer import timestamp
from ._cache import LONGEST
from ._lists import page, position, size_of
from ._store import PREFIX, StoppedError, Store

if TYPE_CHECKING:
    from ._services import Services

logger = logging.getLogger("aerostack_dynamic.sandbox")

_LONGEST_NAP = 3600.0
_NAP_AFTER_ERROR = 1.0
_STOP_SECONDS = 0.5
_KEPT_SECONDS = 7 * 24 * 3600
_PROJECT = "sandbox"
_RECORD = "number, id, type, data, status, created"


class Queue:
    """Jobs wait as `queued`, are `processing`, end as `completed`, `failed` or `cancelled`, and are forgotten after 7 days.

    A job whose `type` names no registered function stays queued until a sandbox with that function opens the folder.
    One that was running when the sandbox ended is run again.
    """

    def __init__(self, store: Store, services: Services) -> None:
        self._store = store
        self._services = services
        self._wake = threading.Event()
        self._stopping = False
        self._worker = threading.Thread(target=self._work, name="aerostack-sandbox-queue", daemon=True)

    def start(self) -> None:
        """Puts interrupted jobs back and starts the worker."""
        with self._store.write() as connection:
            connection.execute(f"UPDATE {PREFIX}jobs SET status = 'queued' WHERE status = 'processing'")  # noqa: S608
        self._worker.start()

    def stop(self) -> None:
        """Ends the worker; a job that takes more than another half second is left behind and runs again next time."""
        self._stopping = True
        self._wake.set()
        self._worker.join(_STOP_SECONDS)

    def enqueue(self, job_type: str, data: dict[str, Any], delay: int) -> dict[str, Any]:
        """A new job, due in `delay` seconds, at once for zero or less."""
        job_id = str(uuid.uuid4())
        now = time.time()
        due = now + max(0, min(delay, LONGEST))
        with self._store.write() as connection:
            connection.execute(
                f"DELETE FROM {PREFIX}jobs WHERE status IN ('completed', 'failed', 'cancelled') AND due < ?",  # noqa: S608
                (now - _KEPT_SECONDS,),
            )
            connection.execute(
                f"INSERT INTO {PREFIX}jobs (id, type, data, status, due, created) VALUES (?, ?, ?, 'queued', ?, ?)",  # noqa: S608
                (job_id, job_type, json.dumps(data), due, now),
            )
        self._wake.set()
        return {"jobId": job_id, "success": True}

    def job(self, job_id: str) -> dict[str, Any]:
        """`id`, `type`, `status`, `result` and `error` of a job; KeyError when there is none."""
        with self._store.read() as connection:
            row = connection.execute(
                f"SELECT id, type, status, result, error FROM {PREFIX}jobs WHERE id = ?",  # noqa: S608
                (job_id,),
            ).fetchone()
        if row is None:
            raise KeyError(job_id)
        result = None if row[3] is None else json.loads(row[3])
        return {"id": row[0], "type": row[1], "status": row[2], "result": result, "error": row[4]}

    def record(self, job_id: str) -> dict[str, Any]:
        """The answer of queueGetJob: a JobRecord, and whether there is one."""
        with self._store.read() as connection:
            row = connection.execute(f"SELECT {_RECORD} FROM {PREFIX}jobs WHERE id = ?", (job_id,)).fetchone()  # noqa: S608
        return {"job": _job_record(row) if row else None, "exists": row is not None}

    def jobs(self, status: str | None, job_type: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
        """JobRecords of this status and type, the newest first; `cursor` unless the list is complete."""
        values = {"status": status, "type": job_type, "before": position(cursor, int), "limit": size_of(limit) + 1}
        with self._store.read() as connection:
            found = connection.execute(
                f"SELECT {_RECORD} FROM {PREFIX}jobs WHERE (:status IS NULL OR status = :status) "  # noqa: S608
                "AND (:type IS NULL OR type = :type) AND (:before IS NULL OR number < :before) ORDER BY number DESC LIMIT :limit",
                values,
            ).fetchall()
        rows, following = page(found, limit, lambda row: int(row[0]))
        jobs = [_job_record(row) for row in rows]
        if following is None:
            return {"jobs": jobs, "list_complete": True}
        return {"jobs": jobs, "list_complete": False, "cursor": following}

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Ends a job that has not begun; else no success, and the `note` says why."""
        with self._store.write() as connection:
            cancelled = connection.execute(
                f"UPDATE {PREFIX}jobs SET status = 'cancelled', due = ? WHERE id = ? AND status = 'queued'",  # noqa: S608
                (time.time(), job_id),
            ).rowcount
            row = connection.execute(f"SELECT status FROM {PREFIX}jobs WHERE id = ?", (job_id,)).fetchone()  # noqa: S608
        if cancelled:
            return {"success": True, "note": "the job will not run"}
        return {"success": False, "note": f"the job is {row[0]} already" if row else "there is no such job"}

    def _work(self) -> None:
        while not self._stopping:
            try:
                self._step()
            except StoppedError:
                logger.warning("a job ended after the sandbox; it will run again")
            except sqlite3.Error:
                logger.exception("the queue cannot reach its table")
                self._wake.wait(_NAP_AFTER_ERROR)

    def _step(self) -> None:
        self._wake.clear()
        due = self._next()
        now = time.time()
        if due is not None and due[0] <= now:
            self._run(*due[1:])
        elif not self._stopping:
            self._wake.wait(_LONGEST_NAP if due is None else min(due[0] - now, _LONGEST_NAP))

    def _next(self) -> tuple[float, str, str, str] | None:
        names = self._services.names
        with self._store.read() as connection:
            row: tuple[float, str, str, str] | None = connection.execute(
                f"SELECT due, id, type, data FROM {PREFIX}jobs WHERE status = 'queued' "  # noqa: S608
                f"AND type IN ({','.join('?' * len(names))}) ORDER BY due, number LIMIT 1",
                names,
            ).fetchone()
        return row

    def _run(self, job_id: str, job_type: str, data: str) -> None:
        if not self._begin(job_id):
            return
        try:
            result = json.dumps(self._services.call(job_type, json.loads(data)))
        except (Exception, SystemExit) as error:
            logger.exception("job %s of type %r raised", job_id, job_type)
            self._note(job_id, "failed", error=f"{type(error).__name__}: {error}")
        else:
            self._note(job_id, "completed", result=result)

    def _begin(self, job_id: str) -> bool:
        """Takes the job for the worker; False when it has been cancelled since it was found."""
        with self._store.write() as connection:
            taken = connection.execute(
                f"UPDATE {PREFIX}jobs SET status = 'processing' WHERE id = ? AND status = 'queued'",  # noqa: S608
                (job_id,),
            ).rowcount
        return taken == 1

    def _note(self, job_id: str, status: str, *, result: str | None = None, error: str | None = None) -> None:
        with self._store.write() as connection:
            connection.execute(
                f"UPDATE {PREFIX}jobs SET status = ?, result = ?, error = ? WHERE id = ?",  # noqa: S608
                (status, result, error, job_id),
            )


def _job_record(row: tuple[Any, ...]) -> dict[str, Any]:
    created = timestamp(datetime.fromtimestamp(row[5], timezone.utc))
    names = ("id", "type", "data", "status", "createdAt", "projectId")
    return dict(zip(names, (row[1], row[2], json.loads(row[3]), row[4], created, _PROJECT), strict=True))
