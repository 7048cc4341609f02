"""One name in three places: asset key, SQL file and table."""

import atexit
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from os import getpid
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, Self

from etl_assets.errors import DeclarationError

_PACKAGE: Final = Path(__file__).parent
DEFS_ROOT: Final = _PACKAGE / "defs"
"""What is declared: a folder a warehouse."""
SQL_ROOT: Final = _PACKAGE / "sql" if (_PACKAGE / "sql").is_dir() else _PACKAGE.parent / "sql"
"""The models' files: within an installed package, else beside it in a checkout."""

_PARTS: Final = 3
GENERATED: Final[dict[tuple[str, str, str], Path]] = {}
"""The SQL of tables that are declared without a file of it, by warehouse, layer and table."""
_LONGEST_PATH: Final = 500


def warehouses() -> tuple[str, ...]:
    """The names of the warehouses: the folders of ``defs/`` that declare what lands."""
    return tuple(sorted(file.parent.name for file in DEFS_ROOT.glob("*/raw.py")))


def extracted_warehouses() -> tuple[str, ...]:
    """Those of them that are extracted from a database: the folders that declare its tables."""
    return tuple(sorted(file.parent.name for file in DEFS_ROOT.glob("*/tables.py")))


@lru_cache(maxsize=1024)
def declared_in(key: str) -> tuple[Path, int] | None:
    """The file and the line at which something is declared under its name; None when it is not found."""
    for path in sorted((_PACKAGE / "defs" / key.partition("/")[0]).glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if f'name="{key}"' in line:
                return path, number
    return None


def delivery_key(path: str, version: str) -> str:
    """``analysts.csv@0123456789ab``: the name under which a delivery is counted; a very long path is cut."""
    if len(path.encode()) > _LONGEST_PATH:
        path = f"{path[: _LONGEST_PATH // 8]}…{sha256(path.encode()).hexdigest()}"
    return f"{path}@{version}"


@lru_cache(maxsize=1)
def _generated_folder() -> Path:
    """A folder of this process alone, which is taken away at its end."""
    folder, process = mkdtemp(prefix="etl_assets_sql_"), getpid()

    def take_away() -> None:
        if getpid() == process:
            rmtree(folder, ignore_errors=True)

    atexit.register(take_away)
    return Path(folder)


@dataclass(frozen=True, order=True)
class TableName:
    """``support/marts/dim_analysts``, which is the table ``support_marts.dim_analysts``."""

    warehouse: str
    layer: str
    table: str

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read ``warehouse/layer/table``.

        Raises:
            DeclarationError: When the key has not three parts.
        """
        parts = key.split("/")
        if len(parts) != _PARTS or not all(part.isidentifier() for part in parts):
            message = f"{key!r} is not a table's name."
            raise DeclarationError(message, mend="Write it as warehouse/layer/table.")
        return cls(*parts)

    @classmethod
    def of_table(cls, schema: str, table: str) -> Self | None:
        """The name behind ``support_marts.dim_analysts``; None for a schema of another form."""
        warehouse, _, layer = schema.rpartition("_")
        return cls(warehouse, layer, table) if warehouse else None

    @classmethod
    def of_person(cls, text: str) -> Self:
        """Read ``support/marts/dim_analysts`` or ``support_marts.dim_analysts``.

        Raises:
            DeclarationError: When it is neither.
        """
        schema, _, table = text.partition(".")
        found = cls.of_table(schema, table)
        parts = text.split("/") if not table else [found.warehouse, found.layer, found.table] if found else []
        if len(parts) != _PARTS or not all(part.isidentifier() for part in parts):
            message = f"{text!r} is not a table's name."
            raise DeclarationError(
                message, mend="Write it as support/marts/dim_analysts or support_marts.dim_analysts."
            )
        return cls(*parts)

    @property
    def key(self) -> str:
        """``support/marts/dim_analysts``."""
        return f"{self.warehouse}/{self.layer}/{self.table}"

    @property
    def schema(self) -> str:
        """``support_marts``."""
        return f"{self.warehouse}_{self.layer}"

    @property
    def qualified(self) -> str:
        """``support_marts.dim_analysts``."""
        return f"{self.schema}.{self.table}"

    def with_suffix(self, suffix: str) -> Self:
        """The table beside it, as ``support_staging.analysts_events``."""
        return type(self)(self.warehouse, self.layer, f"{self.table}_{suffix}")

    def sql_file(self, root: Path = SQL_ROOT) -> Path:
        """``sql/support/marts/dim_analysts.sql``; where nobody has written it, that which was generated, if any was."""
        written = root / self.warehouse / self.layer / f"{self.table}.sql"
        made = GENERATED.get((self.warehouse, self.layer, self.table))
        return written if made is None or written.is_file() else made

    def generate_sql(self, text: str) -> None:
        """Let there be SQL for a table that is declared without a file of it; it lasts as long as the process."""
        folder = _generated_folder() / sha256(text.encode()).hexdigest()
        path = folder / self.warehouse / self.layer / f"{self.table}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        GENERATED[self.warehouse, self.layer, self.table] = path
