"""The lake's text into typed Arrow, and the rows that do not fit. Knows no warehouse.

DuckDB serves as a library: in memory, closed to everything but the parts that are read.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from etl_assets.datasets import Dataset
from etl_assets.errors import LakeError
from etl_assets.lake.manifest import Manifest
from etl_assets.schema import Column
from etl_assets.warehouse.load.lexical import rule

if TYPE_CHECKING:
    import duckdb
"""
"""
