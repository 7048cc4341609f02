"""A mapping of a YAML file that says of each word in it what is wrong with it, and where it stands."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

import yaml

from etl_assets.errors import DeclarationError
from etl_assets.words import nearest_first

_T = TypeVar("_T")
_SPAN: Final = re.compile(r"(\d+) (minute|hour|day|week)s?")
_TEMPLATE: Final = re.compile(r"\{\{\s*env\.(\w+)\s*\}\}")
_ANY_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}")


class Lines(dict[str, Any]):
    """A mapping with the lines that its words stand in."""

    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """YAML whose mappings know their lines; a word that is there twice is refused."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lines:
    loader.flatten_mapping(node)
    found = Lines()
    found.lines = {}
    for key_node, value_node in node.value:
        name = str(key_node.value)
        line = key_node.start_mark.line + 1
        if name in found:
            message = f"Line {line} has {name!r}, which line {found.lines[name]} has too."
            raise DeclarationError(message, mend="Keep one of them.")
        found[name] = loader.construct_object(value_node, deep=True)  # pyright: ignore[reportUnknownMemberType] - yaml has no types
        found.lines[name] = line
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever it says
    """The document of a YAML text, its mappings with their lines.

    Raises:
        DeclarationError: When it is no YAML.
    """
    try:
        return _Loader(text).get_single_data()
    except yaml.YAMLError as error:
        message = f"it is no YAML: {' '.join(str(error).split())}"
        raise DeclarationError(message, mend="Correct it.") from error


@dataclass(kw_only=True)
class Words:
    """What is declared of one thing, taken word by word.

    Args:
        what: The thing, for messages: ``defs.yaml, table shop/users``.
        given: The words.
        variable: Gives a variable of the environment; None where it is not set.
    """

    what: str
    given: Mapping[str, Any]
    variable: Callable[[str], str | None]
    _taken: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str | None:
        """A text."""
        value = self._take(name, default)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name=name, why=f"{value!r} is no text", mend="Write it in quotes.")
        return value

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of some words; the first when none is given."""
        value = self._take(name, allowed[0])
        if value not in allowed:
            raise self.wrong(name=name, why=f"{value!r} is unknown", mend=f"Use one of {', '.join(allowed)}.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name=name, why=f"{value!r} is neither true nor false", mend="Write true or false.")
        return value

    def number(self, name: str, default: float) -> float:
        """A number that is not negative."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.wrong(name=name, why=f"{value!r} is no number from 0 on", mend="Write one.")
        return value

    def texts(self, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts; a text may stand alone."""
        value = self._take(name, list(default))
        listed: list[Any] = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in listed):
            raise self.wrong(name=name, why=f"{value!r} is no list of texts", mend="Write each in quotes.")
        return tuple(listed)

    def nulls(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """Texts that mean NULL; YAML takes its own NULL for nothing, which here is that very text."""
        value = self._take(name, list(default))
        listed: list[Any] = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str) for one in listed):
            raise self.wrong(name=name, why=f"{value!r} is no list of texts", mend="Write each in quotes.")
        return tuple("NULL" if one is None else one for one in listed)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """A mapping that is not empty."""
        value = self._take(name, None)
        if not isinstance(value, dict) or not value:
            raise self.wrong(
                name=name, why="it is no list of names with their types", mend="Write `name: type`, a line each."
            )
        return value

    def time(self, name: str, default: datetime) -> datetime:
        """A time in UTC."""
        return self._time(name, self._take(name, default))

    def maybe_time(self, name: str) -> datetime | None:
        """A time in UTC, or none."""
        value = self._take(name, None)
        return None if value is None else self._time(name, value)

    def times(self, name: str) -> tuple[datetime, ...]:
        """Times in UTC."""
        value = self._take(name, [])
        return tuple(self._time(name, one) for one in (value if isinstance(value, list) else [value]))

    def span(self, name: str) -> timedelta | None:
        """A stretch of time, as ``36 hours``."""
        value = self._take(name, None)
        if value is None:
            return None
        match = _SPAN.fullmatch(str(value))
        if not match or not int(match[1]):
            raise self.wrong(
                name=name, why=f"{value!r} is no stretch of time", mend="Write as `90 minutes`, `36 hours` or `8 days`."
            )
        return timedelta(**{f"{match[2]}s": int(match[1])})

    def needed(self, name: str, value: _T | None) -> _T:
        """A value that has to be there."""
        if value is None or value in ("", ()):
            message = f"{self.what} has no {name!r}."
            raise DeclarationError(message, mend="Give it one.")
        return value

    def refuse_others(self) -> None:
        """See that every word was taken."""
        for name in self.given:
            if name not in self._taken:
                near = nearest_first(name, self._taken)[0]
                mend = f"Did you mean {near}? Known are {', '.join(self._taken)}."
                raise self.wrong(name=name, why="the word is unknown", mend=mend)

    def wrong(self, *, name: str, why: str, mend: str) -> DeclarationError:
        """What to raise for a word."""
        lines = getattr(self.given, "lines", {})
        place = f" (line {lines[name]})" if name in lines else ""
        return DeclarationError(f"{self.what}, {name!r}{place}: {why}.", mend=mend)

    def _take(self, name: str, default: Any) -> Any:  # noqa: ANN401 - what YAML says
        self._taken.append(name)
        value = self.given.get(name)
        return default if value is None else self._filled(name, value)

    def _filled(self, name: str, value: Any) -> Any:  # noqa: ANN401 - as above
        """A value with the environment's variables in it."""
        if isinstance(value, list):
            return [self._filled(name, one) for one in value]
        if not isinstance(value, str):
            return value
        for match in _TEMPLATE.finditer(value):
            if match[1].startswith("ETL_"):
                why = f"the variable {match[1]} is a setting of the project"
                raise self.wrong(name=name, why=why, mend="Use one whose name does not begin with ETL_.")
            if self.variable(match[1]) is None:
                why = f"the variable {match[1]} is not set"
                raise self.wrong(name=name, why=why, mend="Set it, or write what it stands for.")
        filled = _TEMPLATE.sub(lambda match: self.variable(match[1]) or "", value)
        if unknown := _ANY_TEMPLATE.search(filled):
            raise self.wrong(name=name, why=f"{unknown[0]} is not understood", mend="Only {{ env.NAME }} is.")
        return filled

    def _time(self, name: str, value: Any) -> datetime:  # noqa: ANN401 - as above
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise self.wrong(
                    name=name, why=f"{value!r} is no time", mend="Write as 2024-01-31 00:00:00, in UTC."
                ) from error
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC without a zone
        if not isinstance(value, datetime):
            raise self.wrong(name=name, why=f"{value!r} is no time", mend="Write as 2024-01-31 00:00:00, in UTC.")
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
