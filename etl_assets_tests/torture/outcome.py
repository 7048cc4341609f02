"""What became of the probes: in the warehouse, in the quarantine, or nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets_tests.torture.files import BATCH, FileProbe
from etl_assets_tests.torture.values import COLUMNS, Probe

_NOWHERE = "it is nowhere"


def landed(dataset: Dataset, landing: Path, lake: Lake) -> None:
    """Bring everything into the lake."""
    extract_files(dataset, landing, lake)


def loaded(engine: Engine, dataset: Dataset, lake: Lake) -> None:
    """Load everything."""
    load_dataset(engine, dataset, lake)


def wrong_values(engine: Engine, places: Mapping[tuple[str, int], Probe]) -> Iterator[str]:
    """The probes that came out otherwise than is right, in words."""
    names = [column.name for column in COLUMNS]
    with engine.reading() as session:
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in session.rows(_query("values", names))}
        held = session.rows(
            "select path, row_number, column_name, reason from etl.quarantine where path like 'values/%'"
        )
    reasons = {(path, row): (column, reason) for path, row, column, reason in held}
    for place, probe in places.items():
        if (gave := _gave(probe, rows, reasons.get(place))) is not None:
            yield f"{probe.what} ({probe.form} {probe.kind}): {gave}; right: {probe.held or repr(probe.value)[:80]}"
    yield from (f"{place} is no probe" for place in reasons.keys() - places.keys())
    yield from (f"{number} is no probe" for number in rows.keys() - {probe.number for probe in places.values()})


def _query(table: str, names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f'select {listed} from torture_staging."{table}"'


def _gave(probe: Probe, rows: Mapping[int, dict[str, Any]], held: tuple[str | None, str] | None) -> str | None:
    """What came out, in words; None when it is right."""
    if held:
        column, reason = held
        is_right = _is_said(probe.held, reason) and column in {None, probe.column}
        return None if is_right and probe.number not in rows else f"held, {column}: {reason}"
    if probe.number not in rows:
        return _NOWHERE
    row = rows[probe.number]
    found = repr(row[probe.column]) if probe.column == "d" and row[probe.column] is not None else row[probe.column]
    if others := [name for name, value in row.items() if value is not None and name not in {"id", probe.column}]:
        return f"{others} are there too"
    is_right = not probe.held and type(found) is type(probe.value) and found == probe.value
    return None if is_right else f"{found!r:.80}"


def _is_said(wanted: str, reason: str) -> bool:
    return bool(wanted) and (reason.startswith(wanted[:-1]) if wanted.endswith("…") else reason == wanted)


def wrong_files(engine: Engine, lake: Lake, dataset: Dataset, probes: Sequence[FileProbe]) -> Iterator[str]:
    """The files that came out otherwise than is right, in words."""
    with engine.reading() as session:
        rows = dict(session.rows(_query("files", ["id", "t"])))
        found = session.rows("select path, line, reason from etl.quarantine where path not like 'values/%'")
    entries = {file.path: file for manifest in lake.manifests(dataset.name) for file in manifest.files}
    by_path: dict[str, dict[int | None, str]] = {probe.path: {} for probe in probes}
    for path, line, reason in found:
        by_path[path][line] = reason
    for probe in probes:
        gave: dict[str, object] = {
            "rows": {number: rows[number] for number in rows if number // BATCH == probe.batch},
            "held": {line: reason for line, reason in by_path[probe.path].items() if line is not None},
            "file": by_path[probe.path].get(None, ""),
            "notes": entries[probe.path].notes if not probe.refused else (),
        }
        yield from (f"{probe.what} ({probe.form}): {each}" for each in _differences(probe, gave))


def _differences(probe: FileProbe, gave: Mapping[str, Any]) -> Iterator[str]:
    if gave["rows"] != probe.rows:
        yield f"rows {gave['rows']!r:.200}; right: {probe.rows!r:.200}"
    held = gave["held"]
    if held.keys() != probe.held.keys() or not all(_is_said(probe.held[line], held[line]) for line in held):
        yield f"held {held}; right: {probe.held}"
    if gave["file"] != probe.refused and not _is_said(probe.refused, gave["file"]):
        yield f"file: {gave['file']!r}; right: {probe.refused!r}"
    if not probe.refused and gave["notes"] != probe.notes:
        yield f"notes {gave['notes']}; right: {probe.notes}"
