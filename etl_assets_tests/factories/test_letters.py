"""Messages about deliveries that are given up."""

from dataclasses import replace

from etl_assets.factories.letters import messages
from etl_assets_tests.warehouse.test_dead_letters import BAD


def test_one_file_is_told_with_its_reason_and_the_way_to_put_it_right() -> None:
    (message,) = messages([BAD])
    assert (message.severity, message.about) == ("error", BAD.dataset)
    assert message.subject == "bad.csv was tried 3 times and is not tried again"
    assert message.body.startswith("too bad Put the file right")


def test_many_that_failed_for_one_reason_are_one_message() -> None:
    letters = [replace(BAD, path=f"{number}.csv") for number in range(9)]
    other = replace(BAD, reason="of another kind")
    assert [message.subject for message in messages([other, *letters])] == [
        "bad.csv was tried 3 times and is not tried again",
        "0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 4 more were tried 3 times and are not tried again",
    ]
