"""What a message of the queue says, whichever way it came."""

import json

import pytest

from etl_assets.connectors.files.events import NotUnderstood, objects_of


def record(key: str, *, name: str = "ObjectCreated:Put", bucket: str = "b") -> dict[str, object]:
    return {"eventSource": "aws:s3", "eventName": name, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}


def test_the_objects_of_an_event_are_named_with_their_keys_as_they_are() -> None:
    body = json.dumps({"Records": [record("in/a+b%2Bc.csv"), record("%D1%84", name="s3:ObjectCreated:Copy")]})
    assert objects_of(body) == (("b", "in/a b+c.csv"), ("b", "ф"))


def test_an_event_that_sns_has_wrapped_says_the_same() -> None:
    body = json.dumps({"Type": "Notification", "Message": json.dumps({"Records": [record("k")]})})
    assert objects_of(body) == (("b", "k"),)


def test_an_event_of_eventbridge_has_its_key_as_it_is() -> None:
    detail = {"bucket": {"name": "b"}, "object": {"key": "in/a+b.csv"}}
    said = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert objects_of(json.dumps(said)) == (("b", "in/a+b.csv"),)
    assert objects_of(json.dumps({**said, "detail-type": "Object Deleted"})) == ()


def test_what_is_no_arrival_names_nothing() -> None:
    gone = {"Records": [record("k", name="ObjectRemoved:Delete")]}
    for said in (gone, {"Service": "Amazon S3", "Event": "s3:TestEvent"}, {"Records": []}):
        assert objects_of(json.dumps(said)) == ()


def test_an_archived_object_that_is_restored_has_arrived() -> None:
    assert objects_of(json.dumps({"Records": [record("k", name="ObjectRestore:Completed")]})) == (("b", "k"),)


@pytest.mark.parametrize(
    "body",
    [
        "", "hello", "[]", "1", "null", "{}", '{"Records": [{}]}', '{"Records": 7}', '{"Records": [7]}',
        '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": ""}, "object": {"key": "k"}}}]}',
        '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": 7}}}]}',
        '{"Type": "Notification", "Message": "hello"}', '{"Type": "Notification"}',
        '{"source": "aws.s3"}',
    ],
)  # fmt: skip
def test_what_is_no_message_of_s3_is_refused(body: str) -> None:
    with pytest.raises(NotUnderstood, match="no message of S3"):
        objects_of(body)
