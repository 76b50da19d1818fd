"""The project's users: scrypt hashes (RFC 7914), signed tokens (RFC 7519, HS256). No password is stored or logged."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from ._answer import Refusal, invalid, timestamp
from ._store import PREFIX, Store

TOKEN_HOURS = 24
_ISSUER = "aerostack-sandbox"
_COST = 2**14
_BLOCK_SIZE = 8
_NOBODY_SALT = bytes(16)
_NOBODY_HASH = bytes(32)


class Accounts:
    """Sign-up and sign-in over the store; `secret` signs the tokens."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store = store
        self._secret = secret

    def signup(self, email: str, password: str, name: str | None, metadata: dict[str, Any]) -> dict[str, Any]:
        """A new user with a token; a Refusal 409 when the address, letter case aside, has one already."""
        salt = secrets.token_bytes(16)
        hashed = _hash(password, salt)
        user = {
            "id": str(uuid.uuid4()),
            "email": email,
            "name": name,
            "createdAt": timestamp(_now()),
            "metadata": metadata,
        }
        row = (user["id"], email.casefold(), email, name, json.dumps(metadata), user["createdAt"], salt, hashed)
        try:
            with self._store.write() as connection:
                connection.execute(f"INSERT INTO {PREFIX}users VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        except sqlite3.IntegrityError:
            raise invalid("there is already a user with this email", status=409) from None
        return self._session(user)

    def signin(self, email: str, password: str) -> dict[str, Any]:
        """The user with a new token; a Refusal 401 after the same work, whether the user or the password is unknown."""
        with self._store.read() as connection:
            row = connection.execute(
                f"SELECT salt, hash, id, email, name, created_at, metadata FROM {PREFIX}users WHERE mailbox = ?",  # noqa: S608
                (email.casefold(),),
            ).fetchone()
        salt, hashed = row[:2] if row else (_NOBODY_SALT, _NOBODY_HASH)
        if not hmac.compare_digest(_hash(password, salt), hashed) or row is None:
            raise Refusal(401, "AUTH_INVALID_CREDENTIALS", "the email or the password is wrong")
        user = dict(zip(("id", "email", "name", "createdAt"), row[2:6], strict=True), metadata=json.loads(row[6]))
        return self._session(user)

    def holder(self, token: str) -> str | None:
        """The id of the user whom a token of this project names; None when it is none, forged, or over."""
        try:
            claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType]
                token, self._secret, algorithms=["HS256"], issuer=_ISSUER, options={"require": ["exp", "sub"]}
            )
        except jwt.InvalidTokenError:
            return None
        return str(claims["sub"])

    def _session(self, user: dict[str, Any]) -> dict[str, Any]:
        now = _now()
        expires = now + timedelta(hours=TOKEN_HOURS)
        claims = {"sub": user["id"], "email": user["email"], "iat": now, "exp": expires, "iss": _ISSUER}
        token = jwt.encode(claims, self._secret, algorithm="HS256")  # pyright: ignore[reportUnknownMemberType]
        return {"token": token, "user": user, "expiresAt": timestamp(expires)}


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK_SIZE, p=1, maxmem=64 * 2**20, dklen=32)


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)
