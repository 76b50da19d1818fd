"""Models: what they take, what they give back, and that they are the document's."""

from __future__ import annotations

import copy
import io
import json
import pickle
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any, get_type_hints
from uuid import UUID

import pytest

from aerostack_dynamic import ArgumentsError
from aerostack_dynamic.sdk import errors, models
from aerostack_dynamic.sdk._document import document
from aerostack_dynamic.sdk.models._base import Model, fields_of, schema_of
from aerostack_dynamic.sdk.types import UNSET, BaseModel

KNOWN = (
    "AiChatRequestBody AiChatResponseBody Messages AuthResponse AuthSigninRequestBody AuthSignupRequestBody "
    "CacheGetRequestBody CacheGetResponseBody CacheSetRequestBody CacheSetResponseBody DbQueryRequestBody DbQueryResult "
    "File QueueEnqueueRequestBody QueueEnqueueResponseBody Security ServicesInvokeRequestBody ServicesInvokeResponseBody "
    "StorageUploadRequestBody StorageUploadResponseBody User"
).split()
CLASSES = [getattr(models, name) for name in KNOWN]


def test_the_names_are_those_of_the_replaced_sdk() -> None:
    assert set(models.__all__) == {"Role", *KNOWN, *(f"{name}TypedDict" for name in KNOWN)}
    assert BaseModel is Model


@pytest.mark.parametrize("model", [*CLASSES, errors.ErrorResponseData], ids=lambda model: model.__name__)
def test_a_model_is_the_documents(model: type[Model]) -> None:
    fields = fields_of(model)
    hints = {name: hint for name, hint in model.__annotations__.items() if not name.startswith("_")}
    assert {field.name for field in fields} == set(hints)
    assert {field.name for field in fields if field.required} == {name for name in hints if name not in vars(model)}
    if schema_of(model):
        schema = document().at(schema_of(model))
        assert {field.wire for field in fields} == set(schema["properties"])
        assert {field.wire for field in fields if field.required} == set(schema.get("required", ()))


@pytest.mark.parametrize("name", KNOWN)
def test_a_typed_dict_is_its_models(name: str) -> None:
    typed = getattr(models, f"{name}TypedDict")
    fields = fields_of(getattr(models, name))
    assert set(get_type_hints(typed)) == {field.name for field in fields}
    assert typed.__required_keys__ == {field.name for field in fields if field.required}


def test_enums_are_the_documents() -> None:
    role = document().at(schema_of(models.Messages))["properties"]["role"]
    code = document().at(schema_of(errors.ErrorResponseData))["properties"]["code"]
    assert [one.value for one in models.Role] == role["enum"]
    assert [one.value for one in errors.Code] == code["enum"]


def test_a_model_is_made_by_either_name() -> None:
    first = models.ServicesInvokeRequestBody(service_name="s", data={})
    assert first == models.ServicesInvokeRequestBody(serviceName="s", data={})
    assert first == models.ServicesInvokeRequestBody.model_validate({"serviceName": "s", "data": {}})
    both = {"serviceName": "wire", "service_name": "python", "data": {}}
    assert models.ServicesInvokeRequestBody.model_validate(both).service_name == "wire"
    assert models.ServicesInvokeRequestBody.model_validate(dict(reversed(both.items()))).service_name == "wire"
    assert models.ServicesInvokeRequestBody.model_validate(first) is first


def test_values_within_become_models() -> None:
    made = models.AiChatRequestBody(messages=({"role": "user", "content": "Hi"}, models.Messages(role=models.Role.SYSTEM)))
    assert [type(one) for one in made.messages] == [models.Messages] * 2
    assert made.messages[0].role is models.Role.USER
    text = "messages=[Messages(role=<Role.USER: 'user'>, content='Hi'), Messages(role=<Role.SYSTEM: 'system'>, content=None)]"
    assert text in repr(made)
    user = models.AuthResponse(user={"createdAt": "2025-01-01T00:00:00Z"}, expires_at="2025-01-01T00:00:00+01:00")
    assert user.user.created_at == datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert user.expires_at.utcoffset().total_seconds() == 3600
    assert user.model_dump_json() == (
        '{"user":{"created_at":"2025-01-01T00:00:00+00:00"},"expires_at":"2025-01-01T00:00:00+01:00"}'
    )


@pytest.mark.parametrize(("given", "kept"), [("60", 60), (" -5 ", -5), ("+7", 7), (1.0, 1), (True, 1), (10**20, 10**20)])
def test_what_counts_as_an_integer(given: Any, kept: int) -> None:
    made = models.CacheSetRequestBody(key="k", value=1, ttl=given)
    assert made.ttl == kept
    assert type(made.ttl) is int


@pytest.mark.parametrize(
    ("model", "data", "says"),
    [
        (models.CacheSetRequestBody, {"key": "k", "value": 1, "ttl": 1.5}, "/ttl: expected integer, got number"),
        (models.CacheSetRequestBody, {"key": "k", "value": 1, "ttl": "1.5"}, "/ttl: expected integer, got string"),
        (models.CacheSetRequestBody, {"key": "k", "value": 1, "ttl": "9" * 30}, "/ttl: expected integer"),
        (models.CacheSetRequestBody, {"key": 3, "value": 1}, "/key: expected string, got integer"),
        (models.CacheSetRequestBody, {"key": "k"}, "/value: required, missing"),
        (models.CacheSetRequestBody, {"key": UNSET, "value": None}, "/key: required, missing"),
        (models.DbQueryRequestBody, {"sql": "x", "params": "abc"}, "/params: expected array, got string"),
        (models.DbQueryRequestBody, {"sql": None}, "/sql: expected string, got null"),
        (models.AiChatRequestBody, {"messages": "Hi"}, "/messages: expected array, got string"),
        (models.AiChatRequestBody, {"messages": ["Hi"]}, "/messages/0: expected object, got string"),
        (models.AiChatRequestBody, {"messages": [{"role": "robot"}]}, "/messages/0/role: must be one of"),
        (models.Messages, {"rol": "user"}, "did you mean 'role'"),
        (models.Security, {}, "api_key_auth: required, missing"),
        (models.DbQueryRequestBody, {"sql": "x", "params": [{1.5: "x"}]}, "key of type float"),
        (models.DbQueryRequestBody, {"sql": "x", "params": [io.BytesIO()]}, "JSON"),
    ],
)
def test_what_does_not_fit_is_refused(model: Any, data: Any, says: str) -> None:
    with pytest.raises(errors.InvalidArgumentsError) as caught:
        model(**data)
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ArgumentsError)
    with pytest.raises(ValueError, match=model.__name__):
        model.model_validate(data)
    assert type(pickle.loads(pickle.dumps(caught.value))) is errors.InvalidArgumentsError


@pytest.mark.parametrize("obj", [None, 3, "text", [], models.CacheGetRequestBody(key="k")])
def test_only_a_mapping_or_the_model_itself_is_validated(obj: Any) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match="give a dict or a Messages"):
        models.Messages.model_validate(obj)


def test_a_value_that_holds_itself_is_refused() -> None:
    round_: list[Any] = []
    round_.append(round_)
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    for value in (round_, deep):
        with pytest.raises(ValueError, match="nests deeper than 200"):
            models.CacheSetRequestBody(key="k", value=value)


class Colour(Enum):
    RED = "red"


def test_values_of_python_become_json(twins: Any, wire: Any, ok: bytes) -> None:
    server = wire([ok])
    value = {
        1: Decimal("1.10"),
        "set": {"one"},
        "tuple": (1, None),
        "time": datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "date": date(2025, 1, 2),
        "enum": Colour.RED,
        "uuid": UUID(int=1),
        "model": models.Messages(role="user"),
        "service_name": "untouched",
    }
    request = models.CacheSetRequestBody(key="k", value=value)
    assert request.value["set"] == {"one"}
    twins(server.url, "cache.cache_set", request)
    assert json.loads(server.seen[0].body) == {
        "key": "k",
        "value": {
            "1": "1.10",
            "set": ["one"],
            "tuple": [1, None],
            "time": "2025-01-02T03:04:05+00:00",
            "date": "2025-01-02",
            "enum": "red",
            "uuid": "00000000-0000-0000-0000-000000000001",
            "model": {"role": "user"},
            "service_name": "untouched",
        },
    }


def test_none_is_left_out_where_null_is_no_value(twins: Any, wire: Any, ok: bytes) -> None:
    server = wire([ok])
    twins(server.url, "cache.cache_set", {"key": "k", "value": None, "ttl": None})
    request = {"email": "a", "password": "b", "name": UNSET, "metadata": {"a": None}}
    twins(server.url, "authentication.auth_signin", {"email": "a", "password": "b"})
    twins(server.url, "authentication.auth_signup", request)
    assert json.loads(server.seen[0].body) == {"key": "k", "value": None}
    assert json.loads(server.seen[2].body) == {"email": "a", "password": "b", "metadata": {"a": None}}


def test_dumps_can_be_chosen_from() -> None:
    made = models.AuthResponse(token="t", user=models.User(id="1", name=None), expires_at=None)
    assert made.model_dump() == {"token": "t", "user": {"id": "1", "name": None}}
    assert made.model_dump(exclude_none=True) == {"token": "t", "user": {"id": "1"}}
    assert made.model_dump(exclude_defaults=True, exclude_unset=True) == {"token": "t", "user": {"id": "1"}}
    assert made.model_dump(include={"token"}) == made.model_dump(exclude=["user"]) == {"token": "t"}
    assert json.loads(made.model_dump_json(indent=2)) == made.model_dump(mode="json")
    assert made.model_dump_json(indent=2).startswith('{\n  "token"')
    assert models.Messages(role="user").model_dump() == {"role": models.Role.USER}
    assert models.Messages(role="user").model_dump(mode="json") == {"role": "user"}
    with pytest.raises(ValueError, match="JSON"):
        models.File(content=b"x", file_name="a").model_dump(mode="json")


def test_json_text_is_validated() -> None:
    for text in ('{"key":"k"}', b'{"key":"k"}', bytearray(b'{"key":"k"}')):
        assert models.CacheGetRequestBody.model_validate_json(text) == models.CacheGetRequestBody(key="k")
    for text in ("{", b"\xff", "\ud800"):
        with pytest.raises(ValueError, match="not valid JSON"):
            models.CacheGetRequestBody.model_validate_json(text)


def test_a_model_can_be_changed_and_copied() -> None:
    made = models.AiChatRequestBody(messages=[])
    assert made.model_fields_set == {"messages"}
    made.model = "m"
    made.messages = [{"role": "user"}]
    assert made.messages[0].role is models.Role.USER
    assert made.model_fields_set == {"messages", "model"}
    for wrong in ("modle", "_private"):
        with pytest.raises(AttributeError, match="unknown name"):
            setattr(made, wrong, 1)
    shallow, deep = made.model_copy(update={"model": "n"}), made.model_copy(deep=True)
    assert (shallow.model, made.model, deep) == ("n", "m", made)
    assert shallow.messages is made.messages
    assert deep.messages is not made.messages
    assert copy.deepcopy(made) == copy.copy(made) == pickle.loads(pickle.dumps(made)) == made
    assert dict(made) == {"messages": made.messages, "model": "m"}
    assert made != {"messages": made.messages, "model": "m"}
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def test_a_changed_model_is_checked_again_before_it_is_sent(twins: Any, wire: Any, ok: bytes) -> None:
    server = wire([ok])
    made = models.CacheGetRequestBody(key="k")
    made.key = 3  # type: ignore[assignment]
    with pytest.raises(errors.InvalidArgumentsError, match="expected string"):
        twins(server.url, "cache.cache_get", made)
    assert server.seen == []


def test_an_answer_keeps_what_is_not_declared() -> None:
    made = models.User.model_validate({"id": "1", "plan": {"name": "pro"}})
    assert made.plan == {"name": "pro"}
    assert repr(made) == "User(id='1', email=None, name=None, created_at=None, metadata=None, plan={'name': 'pro'})"
    assert made.model_dump(by_alias=True) == {"id": "1", "plan": {"name": "pro"}}
    assert made != models.User(id="1")
    assert made.model_copy() == made
    with pytest.raises(AttributeError, match="did you mean 'created_at'"):
        _ = made.createdat
    with pytest.raises(AttributeError):
        _ = made._nothing
    with pytest.raises(AttributeError):
        made.createdAt = 1


@pytest.mark.parametrize("request_", [None, 3, [("key", "k")], SimpleNamespace(key="k"), models.DbQueryRequestBody(sql="x")])
def test_a_request_is_a_dict_or_the_methods_model(twins: Any, wire: Any, ok: bytes, request_: Any) -> None:
    server = wire([ok])
    with pytest.raises(errors.InvalidArgumentsError, match="CacheGetRequestBody"):
        twins(server.url, "cache.cache_get", request_)
    assert server.seen == []


def test_the_server_judges_formats_lengths_and_signs(twins: Any, box: Any) -> None:
    from aerostack_dynamic.sdk import SDK

    with pytest.raises(errors.ErrorResponse) as caught:
        twins.run(SDK(box.api_key, server_url=box.url), "authentication.auth_signup", {"email": "nobody", "password": "short"})
    assert caught.value.status_code == 400
    assert caught.value.data.code is errors.Code.VALIDATION_ERROR


def test_times_that_are_none_stay_as_they_are(twins: Any, wire: Any, reply: Any) -> None:
    server = wire([reply(200, b'{"expiresAt":"2025-01-01 10:00","user":{"createdAt":"never"}}')])
    answer = twins(server.url, "authentication.auth_signin", {"email": "a", "password": "b"})
    assert (answer.expires_at, answer.user.created_at) == ("2025-01-01 10:00", "never")
