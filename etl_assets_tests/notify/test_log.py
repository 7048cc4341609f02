"""The channel that needs nothing: a file of lines."""

import json
import logging
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from etl_assets.notify.log import LogChannel
from etl_assets.notify.message import Message

MESSAGE = Message(severity="error", about="support", subject="waited in vain", body="größer\nals gedacht")


def lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_message_is_a_line_with_its_time(tmp_path: Path) -> None:
    file = tmp_path / "below" / "messages.jsonl"
    LogChannel(file).send(MESSAGE)
    found = lines(file)[0]
    assert datetime.now(UTC) - datetime.fromisoformat(found.pop("at")) < timedelta(minutes=1)
    assert found == {"severity": "error", "about": "support", "subject": "waited in vain", "body": MESSAGE.body}


def test_it_stands_in_pythons_log_too_as_severe_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    LogChannel(tmp_path / "messages.jsonl").send(MESSAGE)
    assert [(record.levelno, record.name) for record in caplog.records] == [(logging.ERROR, "etl_assets.notify")]
    assert "support: waited in vain" in caplog.text


def test_what_cannot_be_written_to_the_file_is_in_the_log_at_least(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no folder").touch()
    with pytest.raises(OSError, match="no folder"):
        LogChannel(tmp_path / "no folder" / "messages.jsonl").send(MESSAGE)
    assert "waited in vain" in caplog.text


def send_many(file: Path, about: str) -> None:
    for number in range(200):
        LogChannel(file).send(Message(severity="info", about=about, subject=f"{number} " + "x" * 500))


def test_messages_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    file, context = tmp_path / "messages.jsonl", get_context("fork")
    processes = [context.Process(target=send_many, args=(file, about)) for about in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    subjects = [(line["about"], int(line["subject"].split()[0])) for line in lines(file)]
    assert sorted(subjects) == [(about, number) for about in "abc" for number in range(200)]
