"""The page ``docs/torture.md``."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.torture.judged import EXACT, REFUSED, SILENT, shown
from etl_assets_tests.torture.files import FileProbe
from etl_assets_tests.torture.values import COLUMNS, Probe

_NAMES: Final = {
    "csv": "CSV",
    "plain": "CSV",
    "lines": "lines",
    "document": "document",
    "parquet": "Parquet",
    "excel": "Excel",
}


OneProbe = TypeVar("OneProbe", Probe, FileProbe)


@dataclass(kw_only=True)
class Results:
    """What came of the probes.

    Args:
        values: Every value in every format.
        files: Every file.
        wrong: What this project got wrong, in words, by engine.
        peers: By tool what it made of each probe, by its number.
        packages: By tool the versions of its packages.
    """

    values: Sequence[Probe]
    files: Sequence[FileProbe]
    wrong: Mapping[str, Sequence[str]]
    peers: dict[str, dict[int, str]] = field(default_factory=dict)
    packages: dict[str, dict[str, str]] = field(default_factory=dict)


def write_page(results: Results, path: Path, *, opening: str) -> None:
    """Write it: the opening, versions, counts, the known faults, the two tables."""
    lines = [opening.rstrip(), "", "## Versions", "", *_versions(results), "", "## In short", "", *_counts(results), ""]
    lines += ["## Known faults", "", *_faults(results), ""]
    titles = ["value", "declared", "right", "formats", "this project", *results.peers]
    lines += ["## Values", "", *_table(titles, _value_rows(results)), ""]
    titles = ["file", "right", "formats", "this project", *results.peers]
    lines += ["## Files and records", "", *_table(titles, _file_rows(results))]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _versions(results: Results) -> Iterator[str]:
    for tool, packages in results.packages.items():
        yield f"- {tool}: {', '.join(f'{name} {version}' for name, version in packages.items())}"


def _counts(results: Results) -> Iterator[str]:
    yield f"{len({one.what for one in results.values})} values make {len(results.values)} probes in five formats, and"
    yield f"{len({one.what for one in results.files})} files make {len(results.files)}. Each ran on both engines."
    yield ""
    yield from _table(["of the probes", "this project", *results.peers], _count_rows(results))


def _count_rows(results: Results) -> Iterator[list[str]]:
    probes = len(results.values) + len(results.files)
    wrong = [text for texts in results.wrong.values() for text in texts]
    silent = sum(": held" not in text for text in wrong)
    counts = {tool: Counter(_kind(said) for said in found.values()) for tool, found in results.peers.items()}
    yield ["asked", str(probes), *(str(sum(count.values())) for count in counts.values())]
    yield ["as is right", str(probes - len(wrong)), *("" for _ in counts)]
    for kind in (EXACT, REFUSED, SILENT):
        yield [kind.strip("*"), str(silent) if kind == SILENT else "", *(str(count[kind]) for count in counts.values())]
    yield ["another reason, or held though it fits", str(len(wrong) - silent), *("" for _ in counts)]


def _kind(said: str) -> str:
    return next(kind for kind in (EXACT, REFUSED, SILENT) if said.startswith(kind))


def _faults(results: Results) -> Iterator[str]:
    found = [f"- {engine}: {text}" for engine, texts in results.wrong.items() for text in texts]
    yield from found or ["None."]


def _value_rows(results: Results) -> Iterator[list[str]]:
    types = {column.name: column.type for column in COLUMNS}
    for what, probes in _grouped(results.values).items():
        yield [
            what,
            types[probes[0].column],
            "; ".join(_by_format((one.form, _right(one)) for one in probes)),
            _formats(one.form for one in probes),
            _ours(results, what),
            *(
                "; ".join(_by_format((one.form, found.get(one.number, "")) for one in probes))
                for found in results.peers.values()
            ),
        ]


def _ours(results: Results, what: str) -> str:
    """How this project did with a value or a file, in all formats and on every engine."""
    texts = (text for texts in results.wrong.values() for text in texts)
    return "**wrong**" if any(text.startswith(f"{what} (") for text in texts) else "right"


def _right(probe: Probe) -> str:
    if probe.held:
        return f"held: {probe.held}"
    return "arrives as NULL" if probe.gives is None else f"arrives: {shown(probe.gives)}"


def _file_rows(results: Results) -> Iterator[list[str]]:
    for what, probes in _grouped(results.files).items():
        yield [
            what,
            "; ".join(_by_format((one.form, _right_file(one)) for one in probes)),
            _formats(one.form for one in probes),
            _ours(results, what),
            *(
                "; ".join(_by_format((one.form, found.get(-one.batch, "")) for one in probes))
                for found in results.peers.values()
            ),
        ]


def _right_file(probe: FileProbe) -> str:
    if probe.refused:
        return f"the file is held: {probe.refused}"
    reasons = ", ".join(sorted(set(probe.held.values())))
    rows = f"{len(probe.rows)} rows arrive" if len(probe.rows) != 1 else "1 row arrives"
    return f"{rows}; held: {reasons}" if reasons else rows


def _grouped(probes: Iterable[OneProbe]) -> dict[str, list[OneProbe]]:
    found: defaultdict[str, list[OneProbe]] = defaultdict(list)
    for one in probes:
        found[one.what].append(one)
    return dict(found)


def _by_format(said: Iterable[tuple[str, str]]) -> list[str]:
    """What is said of formats, those of which the same is said together."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for form, text in said:
        if text and _NAMES[form] not in forms[text]:
            forms[text].append(_NAMES[form])
    if len(forms) == 1:
        return list(forms)
    return [f"{', '.join(names)}: {text}" for text, names in forms.items() if names]


def _formats(forms: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(_NAMES[form] for form in forms))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [titles, ["---"] * len(titles), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
