"""The page of the torture set names every probe, and nothing else."""

from pathlib import Path

from etl_assets_tests.torture.files import file_probes
from etl_assets_tests.torture.values import probes

PAGE = Path(__file__).parents[2] / "docs" / "torture.md"


def test_the_page_has_each_probe_in_its_order() -> None:
    _, values, files = PAGE.read_text(encoding="utf-8").replace("## Files and records", "## Values").split("## Values")
    for text, told in ((values, [*probes()]), (files, [*file_probes()])):
        named = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")][2:]
        assert named == list(dict.fromkeys(one.what for one in told))
