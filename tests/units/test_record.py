"""Records: the wire data as items, the declared properties as attributes in their Python types."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import Spec
from aerostack_dynamic._record import Record, RecordList, as_record
from aerostack_dynamic._shape import shape_at

USER = {
    "type": "object",
    "properties": {
        "userId": {"type": "string", "format": "uuid"},
        "createdAt": {"type": "string", "format": "date-time"},
        "birthday": {"type": "string", "format": "date"},
        "keys": {"type": "array", "items": {"type": "string"}},
        "class": {"type": "string"},
        "address": {
            "type": "object",
            "properties": {"streetName": {"type": "string"}, "town": {"$ref": "#/components/schemas/town"}},
        },
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/row"}},
        "grid": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/town"}}},
        "token": {"type": "string", "x-aerostack-secret": True},
        "nothing": {"type": ["string", "null"]},
    },
}
TOWN = {"properties": {"cityName": {"type": "string"}}}
WIRE: dict[str, Any] = {
    "userId": "00000000-0000-0000-0000-000000000001",
    "createdAt": "2024-02-29T01:02:03Z",
    "birthday": "2000-01-02",
    "keys": ["a", "b"],
    "class": "first",
    "address": {"streetName": "Main", "town": {"cityName": "Ulm"}},
    "friends": [{"userId": "x", "friends": [{"class": "z"}]}],
    "grid": [[{"cityName": "Bonn"}]],
    "token": "canary-token",
    "nothing": None,
    "extra": {"a": 1},
}


@pytest.fixture
def user(shape_of: Callable[..., Any]) -> Record:
    return as_record(copy.deepcopy(WIRE), shape_of(USER, town=TOWN))  # type: ignore[no-any-return]


def raw(record: Any) -> list[type]:
    """The types of the values as they are held, touching none."""
    values = dict.values(record) if isinstance(record, dict) else list.__iter__(record)
    return [type(value) for value in values]


def test_attributes_have_python_types_and_items_wire_values(user: Record) -> None:
    assert user.user_id == UUID(int=1)
    assert user["userId"] == WIRE["userId"]
    assert user.created_at == datetime(2024, 2, 29, 1, 2, 3, tzinfo=timezone.utc)
    assert user["createdAt"] == WIRE["createdAt"]
    assert user.birthday == date(2000, 1, 2)
    assert user.class_ == "first"
    assert user.keys_ == ["a", "b"]
    assert list(user.keys()) == list(WIRE)


@pytest.mark.parametrize("wrong", ["soon", "", 5, None, "2024-02-30T00:00:00Z", ["2024-02-29T01:02:03Z"]])
def test_what_does_not_convert_is_the_wire_value(user: Record, wrong: Any) -> None:
    for name, attribute in (("createdAt", "created_at"), ("userId", "user_id"), ("birthday", "birthday")):
        user[name] = wrong
        assert getattr(user, attribute) == wrong


def test_nested_objects_are_records_both_ways(user: Record) -> None:
    assert user.address.street_name == "Main"
    assert user["address"].town.city_name == "Ulm"
    assert user.address is user["address"]
    assert user.friends[0].user_id == "x"
    assert user["friends"][0].friends[0].class_ == "z"
    assert user.grid[0][0].city_name == "Bonn"
    assert type(user["extra"]) is Record
    assert user["extra"]["a"] == 1


@pytest.mark.parametrize(
    "touch",
    [
        lambda user: user["address"],
        lambda user: user.get("address"),
        lambda user: user.setdefault("address", {}),
        lambda user: user.pop("address"),
        lambda user: next(value for value in user.values() if isinstance(value, Record)),
        lambda user: dict(user.items())["address"],
        lambda user: user.copy()["address"],
        lambda user: user.address,
    ],
)
def test_every_way_to_an_object_gives_a_record(user: Record, touch: Callable[[Any], Any]) -> None:
    found = touch(user)
    assert type(found) is Record
    assert found.street_name == "Main"


def test_popitem(shape_of: Callable[..., Any]) -> None:
    record = as_record({"a": {"b": 1}}, shape_of({"properties": {"a": {"properties": {"b": {}}}}}))
    name, value = record.popitem()
    assert (name, value.b, len(record)) == ("a", 1, 0)


def test_get_and_pop_have_defaults(user: Record) -> None:
    assert user.get("missing") is None
    assert user.get("missing", 5) == 5
    assert user.get("nothing", 5) is None
    assert user.pop("missing", 5) == 5
    with pytest.raises(KeyError):
        user.pop("missing")
    with pytest.raises(KeyError):
        user["missing"]


def test_declared_but_absent_is_none(shape_of: Callable[..., Any]) -> None:
    record = as_record({}, shape_of(USER, town=TOWN))
    assert record.user_id is None
    assert record.address is None
    assert "userId" not in record
    with pytest.raises(KeyError):
        record["userId"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("user_idd", "no 'user_idd', did you mean 'user_id'?"),
        ("userId", "'userId' is the property's wire name: use record.user_id, or record['userId']"),
        ("extra", "is not declared in the document, but the answer has it: use record['extra']"),
        ("zzzzzz", "the record has no 'zzzzzz'; it has ['address', 'birthday',"),
        ("__html__", "the record has no '__html__'"),
    ],
)
def test_any_other_attribute_is_an_error_that_says_what_is_there(user: Record, name: str, words: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(user, name)
    assert words in str(caught.value)
    assert not hasattr(user, name)
    assert "canary" not in str(caught.value)


def test_without_a_shape_there_are_no_attributes() -> None:
    record = as_record({"a": {"b": []}}, None)
    assert record["a"]["b"] == []
    with pytest.raises(AttributeError, match=r"the record has no 'b'$"):
        _ = record.b
    assert "a" not in dir(record)
    assert "canary" in repr(Record({"token": "canary"}))


def test_attributes_are_read_only_and_data_is_not(user: Record) -> None:
    with pytest.raises(AttributeError, match=r"set record\['class_'\]"):
        user.class_ = "second"
    user["class"] = "second"
    assert user.class_ == "second"


def test_dir_has_the_attributes(user: Record) -> None:
    assert {"user_id", "keys_", "keys", "class_", "address"} <= set(dir(user))
    assert dir(user) == sorted(dir(user))


def test_json_orjson_and_equality(user: Record) -> None:
    assert user == WIRE
    assert json.loads(json.dumps(user)) == WIRE
    _ = user.address.town, user.friends[0], user.grid[0]
    assert user == WIRE
    assert json.loads(json.dumps(user)) == WIRE
    orjson = pytest.importorskip("orjson")
    assert orjson.loads(orjson.dumps(user)) == WIRE


def test_copies_and_pickles(user: Record) -> None:
    for made in (copy.copy(user), user.copy(), copy.deepcopy(user), pickle.loads(pickle.dumps(user))):
        assert type(made) is Record
        assert made == WIRE
        assert made.user_id == UUID(int=1)
        assert made.address.town.city_name == "Ulm"
        assert made.friends[0].user_id == "x"
    deep = copy.deepcopy(user)
    deep["address"]["streetName"] = "Side"
    assert user.address.street_name == "Main"


def test_a_record_of_a_bundled_document_is_a_small_pickle() -> None:
    record = as_record({"id": "x"}, shape_at(Spec.bundled().document, "/components/schemas/User"))
    assert len(pickle.dumps(record)) < 1000
    assert pickle.loads(pickle.dumps(record)).id == "x"


def test_repr_masks_secrets_at_every_depth(user: Record) -> None:
    user["friends"][0]["token"] = "canary-inner"
    user["friends"].append({"token": "canary-appended"})
    for text in (repr(user), str(user), f"{user}", repr([user]), repr(user["friends"]), repr(user.friends[0])):
        assert "canary" not in text
        assert "***" in text
    assert user.token == "canary-token"
    assert json.loads(json.dumps(user))["token"] == "canary-token"


def test_repr_masks_secrets_in_lists(shape_of: Callable[..., Any]) -> None:
    secrets = {"type": "array", "items": {"x-aerostack-secret": True}}
    record = as_record(
        {"codes": ["canary-1", {"a": "canary-2"}], "more": [["canary-3"]]},
        shape_of({"properties": {"codes": secrets, "more": {"items": secrets}}}),
    )
    assert "canary" not in repr(record)
    assert repr(record.codes) == "[***, ***]"


def test_repr_is_that_of_a_dict_where_nothing_is_secret(user: Record) -> None:
    del user["token"]
    assert repr(user) == repr({key: value for key, value in WIRE.items() if key != "token"})


def test_it_is_a_mapping_for_all_of_python(user: Record) -> None:
    def taken(**named: Any) -> dict[str, Any]:
        return named

    assert taken(**user) == WIRE
    assert {**user} == WIRE
    assert dict(user) == WIRE
    assert isinstance(user, dict)
    match user:
        case {"class": "first", "address": {"town": {"cityName": city}}, "friends": [{"userId": friend}]}:
            assert (city, friend) == ("Ulm", "x")
        case _:
            pytest.fail("no match")


def test_ten_thousand_rows_are_touched_one_by_one(shape_of: Callable[..., Any]) -> None:
    shape = shape_of({"properties": {"rows": {"type": "array", "items": TOWN}}})
    record = as_record({"rows": [{"cityName": str(number)} for number in range(10_000)]}, shape)
    assert raw(record) == [list]
    rows = record.rows
    assert rows[5_000].city_name == "5000"
    assert rows[-1].city_name == "9999"
    assert raw(rows).count(Record) == 2
    assert len(rows) == 10_000
    assert raw(rows).count(Record) == 2


def test_lists_are_lists(shape_of: Callable[..., Any]) -> None:
    wire = [{"cityName": "a"}, {"cityName": "b"}, 3, [{"cityName": "c"}]]
    rows = as_record(copy.deepcopy(wire), shape_of({"type": "array", "items": {**TOWN, "items": TOWN}}))
    assert type(rows) is RecordList
    assert rows == wire
    assert [row.city_name for row in rows[:2]] == ["a", "b"]
    assert type(rows[1:]) is RecordList
    assert rows[-1][0].city_name == "c"
    assert [type(row) for row in reversed(rows)] == [RecordList, int, Record, Record]
    assert [type(row) for row in rows] == [Record, Record, int, RecordList]
    for made in (copy.copy(rows), rows.copy(), copy.deepcopy(rows), pickle.loads(pickle.dumps(rows))):
        assert type(made) is RecordList
        assert made == wire
        assert made[0].city_name == "a"
    assert json.loads(json.dumps(rows)) == wire
    assert repr(rows) == repr(wire)
    assert rows.pop(0).city_name == "a"
    assert rows.pop()[0].city_name == "c"
    assert len(rows) == 2


def test_additional_properties_have_their_shape(shape_of: Callable[..., Any]) -> None:
    record = as_record({"any": {"cityName": "Ulm"}}, shape_of({"type": "object", "additionalProperties": TOWN}))
    assert record["any"].city_name == "Ulm"


@pytest.mark.parametrize("value", [None, True, 5, 1.5, "text", b"bytes"])
def test_other_values_stay_as_they_are(value: object) -> None:
    assert as_record(value, None) is value


JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=15
)


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_a_record_is_the_dict_it_was_made_of(wire: dict[str, Any]) -> None:
    record = as_record(copy.deepcopy(wire), None)
    assert {key: record[key] for key in record} == wire
    assert record == wire
    assert json.dumps(record) == json.dumps(wire)
    assert repr(record) == repr(wire)
    assert pickle.loads(pickle.dumps(record)) == wire


def test_records_of_generic_pages_have_the_attributes_of_their_items() -> None:
    page = {
        "$id": "https://x.example/page",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#T"}}},
        "$defs": {"T": {"$dynamicAnchor": "T"}},
    }
    pets = {"$id": "https://x.example/pets", "$ref": "page", "$defs": {"T": {"$dynamicAnchor": "T", "properties": {"bornAt": {}}}}}
    head = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    document = Spec.load({**head, "components": {"schemas": {"Page": page, "Pets": pets}}}).document
    found = as_record({"items": [{"bornAt": 3}]}, shape_at(document, "/components/schemas/Pets"))
    assert found["items"][0].born_at == 3
