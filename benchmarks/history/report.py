"""The conformance table: printed, and as the pages ``docs/conformance.md`` and a file of JSON."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.history.compare import Kind, Verdict, by_key, told
from benchmarks.history.scenario import Scenario

OURS: Final = "etl_assets"
_WIDTH: Final = 150
_ENGINES: Final = {"duckdb": "DuckDB", "postgres": "PostgreSQL"}
_WORDS: Final[dict[Kind, str]] = {
    "right": "right",
    "right at run times": "right, at run times",
    "wrong": "**wrong**",
    "not offered": "not offered",
}
_COLOURS: Final[dict[Kind, str]] = {
    "right": "green",
    "right at run times": "yellow",
    "not offered": "dim",
    "wrong": "red",
}
"""From the best to the worst."""


@dataclass
class Results:
    """Every verdict by scenario, tool and engine.

    Args:
        scenarios: What was run.
        verdicts: By the scenario's name, tool and engine.
        packages: By tool the versions of its packages.
        missing: Tools that could not be run, and why.
    """

    scenarios: Sequence[Scenario]
    verdicts: dict[str, dict[str, dict[str, Verdict]]] = field(default_factory=dict)
    packages: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, scenario: Scenario, tool: str, engine: str, verdict: Verdict) -> None:
        """Keep a verdict."""
        self.verdicts.setdefault(scenario.name, {}).setdefault(tool, {})[engine] = verdict

    def of(self, scenario: Scenario, tool: str) -> Mapping[str, Verdict]:
        """By engine what is to be said of a tool in a scenario."""
        return self.verdicts.get(scenario.name, {}).get(tool, {})

    @property
    def tools(self) -> list[str]:
        """In the order in which they were run."""
        return list(dict.fromkeys(tool for by_tool in self.verdicts.values() for tool in by_tool))

    def counts(self, tool: str) -> Counter[Kind]:
        """In how many scenarios a tool's worst verdict is which."""
        return Counter(_worst(self.of(scenario, tool)) for scenario in self.scenarios if self.of(scenario, tool))

    def wrongs(self) -> Iterator[tuple[Scenario, dict[str, list[str]]]]:
        """The scenarios in which a tool is wrong: what was given, and by which tools."""
        for scenario in self.scenarios:
            wrong: defaultdict[str, list[str]] = defaultdict(list)
            for tool in self.tools:
                for gave, engines in _given(self.of(scenario, tool)).items():
                    everywhere = len(engines) == len(self.of(scenario, tool))
                    wrong[gave].append(tool if everywhere else f"{tool} on {' and '.join(engines)}")
            if wrong:
                yield scenario, dict(wrong)


def show(results: Results) -> None:
    """Print the table, and below it what the wrong ones gave."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    table = Table("scenario", *results.tools)
    for scenario in results.scenarios:
        table.add_row(scenario.title, *(_coloured(results.of(scenario, tool)) for tool in results.tools))
    table.add_section()
    for kind in _COLOURS:
        table.add_row(kind, *(str(results.counts(tool)[kind]) for tool in results.tools))
    console.print(table)
    for scenario, wrong in results.wrongs():
        console.print(f"{scenario.title}. Right: {_right(scenario)}", style="bold", highlight=False, markup=False)
        for gave, who in wrong.items():
            console.print(f"  {', '.join(who)}: {gave}", highlight=False, markup=False)
    for tool, reason in results.missing.items():
        console.print(f"{tool} could not be run: {reason}", style="red", markup=False)


def write_json(results: Results, path: Path) -> None:
    """Every verdict with what was given, for machines."""
    found: list[dict[str, Any]] = [
        {
            "scenario": scenario.name,
            "right": _right(scenario),
            "tool": tool,
            "engine": engine,
            "verdict": verdict.kind,
            "gave": verdict.gave,
        }
        for scenario in results.scenarios
        for tool in results.tools
        for engine, verdict in results.of(scenario, tool).items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"packages": results.packages, "missing": results.missing, "results": found}
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_page(results: Results, path: Path, *, opening: str) -> None:
    """The page: an opening, the versions, the counts, the table, and what the wrong ones gave."""
    lines = [opening.rstrip(), "", *_versions(results), "", "## The table", ""]
    lines += _table(["of the scenarios", *results.tools], _count_rows(results))
    lines += ["", *_table(["scenario", *results.tools], _verdict_rows(results)), "", "## What was given instead", ""]
    for scenario, wrong in results.wrongs():
        lines += [f"**{scenario.title}.** {scenario.rule} Right: `{_right(scenario)}`", ""]
        lines += [*(f"- {', '.join(who)}: `{gave}`" for gave, who in wrong.items()), ""]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _versions(results: Results) -> Iterator[str]:
    for tool, packages in results.packages.items():
        yield f"- {tool}: {', '.join(f'{name} {version}' for name, version in packages.items())}"
    for tool, reason in results.missing.items():
        yield f"- {tool} could not be run: {reason}"


def _count_rows(results: Results) -> Iterator[list[str]]:
    for kind in _COLOURS:
        yield [_WORDS[kind].strip("*"), *(str(results.counts(tool)[kind]) for tool in results.tools)]


def _verdict_rows(results: Results) -> Iterator[list[str]]:
    for scenario in results.scenarios:
        yield [scenario.title, *(_worded(results.of(scenario, tool)) for tool in results.tools)]


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [titles, ["---"] * len(titles), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _right(scenario: Scenario) -> str:
    return told(by_key(scenario.versions))


def _worst(verdicts: Mapping[str, Verdict]) -> Kind:
    return max((verdict.kind for verdict in verdicts.values()), key=list(_COLOURS).index)


def _given(verdicts: Mapping[str, Verdict]) -> dict[str, list[str]]:
    """What was given wrongly, and on which engines."""
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    for engine, verdict in verdicts.items():
        if verdict.kind == "wrong":
            wrong[verdict.gave].append(_ENGINES[engine])
    return dict(wrong)


def _worded(verdicts: Mapping[str, Verdict]) -> str:
    kinds = {engine: verdict.kind for engine, verdict in verdicts.items()}
    if len(set(kinds.values())) <= 1:
        return next((_WORDS[kind] for kind in kinds.values()), "")
    return ", ".join(f"{_WORDS[kind]} ({_ENGINES[engine]})" for engine, kind in kinds.items())


def _coloured(verdicts: Mapping[str, Verdict]) -> str:
    return f"[{_COLOURS[_worst(verdicts)]}]{_worded(verdicts).replace('*', '')}[/]" if verdicts else ""
