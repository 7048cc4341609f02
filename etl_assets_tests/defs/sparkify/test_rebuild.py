"""The warehouse made again from the lake alone: its reports read views of staging."""

from etl_assets.defs.sparkify import marts, raw, reports
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.rebuild.rebuild import Rules, rebuild
from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, song, song_file


def test_what_is_made_again_is_what_was_there_and_goes_on(sparkify: Sparkify) -> None:
    plays = [event(n * 60_000, itemInSession=n, song=f"S{n % 3}") for n in range(9)]
    sparkify.receive([log(*plays)])
    sparkify.receive([song_file(song("SO1", title="S1"))])
    before = sparkify.everything()
    rebuild(
        sparkify.engine,
        "sparkify",
        Declared(raw.DATASETS, [*marts.MODELS, *reports.MODELS]),
        sparkify.lake,
        rules=Rules(),
    )
    assert sparkify.everything() == before
    assert sparkify.receive([song_file(song("SO2", title="S2"))])["fact_song_plays"].written == 3
