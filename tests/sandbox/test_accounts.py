"""authSignup and authSignin: hashes, tokens, and the same work whatever is wrong."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta, timezone

import jwt
import pytest


@pytest.fixture
def email():
    return f"{uuid.uuid4().hex}@example.com"


def test_signup_then_signin(box, api, email):
    signed_up = api.post("auth/signup", email=email, password="correct horse", name="Ann", metadata={"a": [1, None]})
    assert signed_up.status_code == 201
    user = signed_up.json()["user"]
    assert (user["email"], user["name"], user["metadata"]) == (email, "Ann", {"a": [1, None]})
    uuid.UUID(user["id"])
    signed_in = api.post("auth/signin", email=email, password="correct horse")
    assert signed_in.status_code == 200
    assert signed_in.json()["user"] == user
    for answer in (signed_up.json(), signed_in.json()):
        claims = jwt.decode(
            answer["token"],
            (box.data / "jwt.secret").read_text().encode(),
            algorithms=["HS256"],
            issuer="aerostack-sandbox",
        )
        assert (claims["sub"], claims["email"]) == (user["id"], email)
        expires = datetime.fromisoformat(answer["expiresAt"].replace("Z", "+00:00"))
        assert expires.timestamp() == claims["exp"]
        assert abs(expires - datetime.now(timezone.utc) - timedelta(hours=24)) < timedelta(minutes=1)


def test_a_user_without_name_and_metadata(api, email):
    user = api.post("auth/signup", email=email, password="12345678").json()["user"]
    assert (user["name"], user["metadata"]) == (None, {})


@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_an_email_has_one_user(api, email, change):
    assert api.post("auth/signup", email=email, password="12345678").status_code == 201
    again = api.post("auth/signup", email=change(email), password="87654321")
    assert (again.status_code, again.json()["code"]) == (409, "VALIDATION_ERROR")
    assert api.post("auth/signin", email=change(email), password="12345678").status_code == 200
    assert api.post("auth/signin", email=email, password="87654321").status_code == 401


@pytest.mark.parametrize("password", ["", "12345678 ", "1234567", "\u0661" * 8])
def test_another_password(api, email, password):
    api.post("auth/signup", email=email, password="12345678")
    answer = api.post("auth/signin", email=email, password=password)
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_INVALID_CREDENTIALS")


def test_an_unknown_user_and_a_wrong_password_take_the_same_work_and_say_the_same(api, email, monkeypatch):
    api.post("auth/signup", email=email, password="12345678")
    calls = []
    scrypt = hashlib.scrypt

    def counted(password, **cost):
        calls.append({name: value for name, value in cost.items() if name != "salt"})
        return scrypt(password, **cost)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    wrong = api.post("auth/signin", email=email, password="nope")
    unknown = api.post("auth/signin", email=f"x{email}", password="nope")
    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert calls[0]["n"] >= 2**14
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())


def test_no_password_is_written(box, api, email):
    api.post("auth/signup", email=email, password="a secret of Ann's")
    api.post("auth/signin", email=email, password="a secret of Ann's")
    written = b"".join(path.read_bytes() for path in box.data.rglob("*") if path.is_file())
    assert email.encode() in written
    assert b"a secret of Ann" not in written


def test_secrets_are_the_owners(box):
    for name in ("jwt.secret", "api.key"):
        assert (box.data / name).stat().st_mode & 0o777 == 0o600
