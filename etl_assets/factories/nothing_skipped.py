"""That no table of a bucket is skipped in silence: what is not declared, cannot be declared now, or gets no files.

An asset fails the run by name, and nothing depends on it, so that all other tables are loaded. A sensor tells people,
also while nothing is run.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import dagster as dg

from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset
from etl_assets.errors import EtlError
from etl_assets.factories.metadata import Event, asset_key, failing_clearly, table
from etl_assets.factories.raw import landing_key
from etl_assets.notify.message import Channel, Message
from etl_assets.warehouse.engines import Engine
from etl_assets.words import counted, few

FOLDERS: Final = "every_folder_is_declared"
DECLARED: Final = "every_table_is_declared"
ARRIVES: Final = "every_table_arrives_in_time"
_EVERY_SECONDS: Final = 60
_MEND: Final = "Declare it as a table, or stop its files."


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a bucket is expected to bring.

    Args:
        warehouse: The warehouse that it belongs to.
        datasets: The tables that are loaded.
        folders: Their folders, and those of tables that cannot be declared now.
        broken: Those tables, each with why.
    """

    warehouse: str
    datasets: Sequence[Dataset]
    folders: frozenset[str]
    broken: Mapping[str, str]

    @property
    def rhythmic(self) -> tuple[Dataset, ...]:
        """The tables of which files are expected at least so often."""
        return tuple(dataset for dataset in self.datasets if dataset.arrives_within)


def nothing_skipped(expected: Expected) -> dg.AssetsDefinition:
    """The asset that is made when every folder and table is declared, and fails the run otherwise."""
    key = asset_key(f"{expected.warehouse}/raw/complete")

    @dg.asset(
        key=key,
        deps=[*map(landing_key, expected.datasets[:1]), *(asset_key(one.name) for one in expected.rhythmic)],
        description="Made when every folder of the bucket is a declared table; it fails the run where one is not.",
        kinds={"file"},
        tags={"layer": "raw"},
        check_specs=[
            dg.AssetCheckSpec(FOLDERS, asset=key, blocking=True, description="Every folder is that of a table."),
            dg.AssetCheckSpec(DECLARED, asset=key, blocking=True, description="Every table's declaration is whole."),
            dg.AssetCheckSpec(ARRIVES, asset=key, description="No table waits longer for a file than it may."),
        ],
    )
    def complete(landing: dg.ResourceParam[Landing], warehouse: dg.ResourceParam[Engine]) -> Iterator[Event]:
        with failing_clearly():
            strange, late = _undeclared(expected, landing), _late(expected, warehouse)
        results = [
            _result(FOLDERS, [{"folder": name, "files": files} for name, files in strange.items()]),
            _result(DECLARED, [{"table": name, "reason": why} for name, why in expected.broken.items()]),
            _result(ARRIVES, [{"table": name, "why": why} for name, why in late.items()], warns=True),
        ]
        metadata: dict[str, Any] = {"tables": len(expected.datasets), "tables_late": len(late)}
        if strange or expected.broken:
            yield from results
            raise dg.Failure(_said(strange, expected.broken))
        yield dg.MaterializeResult(metadata=metadata, check_results=results)

    return complete


def watch_sensor(expected: Expected) -> dg.SensorDefinition:
    """The sensor that tells people of the same, once each, and again when it was mended and comes back."""
    name = expected.warehouse

    @dg.sensor(
        name=f"{name}_skips_nothing",
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people of folders that are no table, of tables that cannot be loaded or get no files.",
    )
    def watch(
        context: dg.SensorEvaluationContext,
        warehouse: dg.ResourceParam[Engine],
        landing: dg.ResourceParam[Landing],
        notifier: dg.ResourceParam[Channel],
    ) -> dg.SensorResult | dg.SkipReason:
        try:
            found = _every_trouble(expected, landing, warehouse)
        except EtlError as error:
            return dg.SkipReason(str(error))
        told: dict[str, str] = json.loads(context.cursor or "{}")
        for subject in found:
            if subject not in told:
                notifier.send(Message(severity="error", about=name, subject=subject, body=found[subject]))
        said = f"Told of: {few(found)}." if found else "Nothing is skipped."
        return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=json.dumps(found))

    return watch


def _every_trouble(expected: Expected, landing: Landing, warehouse: Engine) -> dict[str, str]:
    """What people are told, by its subject; how many files there are, or when one was due, is in the body."""
    folders = _undeclared(expected, landing)
    found = {
        f"the folder {name} is no declared table": f"It has {counted(files, 'file')}. {_MEND}"
        for name, files in folders.items()
    }
    found |= {f"the table {name} cannot be loaded": why for name, why in expected.broken.items()}
    return found | {
        f"the table {name} gets no files": f"{why}. See whether its source still sends it."
        for name, why in _late(expected, warehouse).items()
    }


def _undeclared(expected: Expected, landing: Landing) -> dict[str, int]:
    from etl_assets.connectors.files.folders import undeclared_folders  # noqa: PLC0415 - slow, and needed in a run only

    return undeclared_folders(expected.datasets, expected.folders, landing)


def _late(expected: Expected, warehouse: Engine) -> dict[str, str]:
    from etl_assets.warehouse.rhythm import late  # noqa: PLC0415 - as above

    now = datetime.now(UTC).replace(tzinfo=None)
    return {one.dataset: one.said() for one in late(warehouse, expected.rhythmic, now)}


def _result(check: str, found: Sequence[Mapping[str, object]], *, warns: bool = False) -> dg.AssetCheckResult:
    said = f"{counted(len(found), 'row')} found." if found else None
    return dg.AssetCheckResult(
        check_name=check,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
        description=said,
        metadata={"bad_rows": len(found), **({"sample": table(found[:10])} if found else {})},
    )


def _said(strange: Mapping[str, int], broken: Mapping[str, str]) -> str:
    said: list[str] = []
    if strange:
        folders = [f"{name} ({counted(files, 'file')})" for name, files in strange.items()]
        said.append(f"{counted(len(strange), 'folder')} of no declared table: {few(folders)}. {_MEND}")
    return " ".join([*said, *broken.values()])
