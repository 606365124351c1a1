"""Every run as a row of a Parquet file, one file for each part of an ensemble.

| column | holds |
| --- | --- |
| `branch` | the world |
| `run` | the replication |
| `failed` | why the run was not finished; nothing if it was |
| `outcome.ID` | the day on which the outcome first came; nothing if it never did |
| `fired.RULE` | how many decisions of the rule fired |
| `variable.NAME` | its value at the end |

All columns but the first three are empty for a failed run.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator.ensemble.backends import Chunk
from simulator.ensemble.frame import Frame
from simulator.errors import Diagnostic, ExtraError
from simulator.results.tally import NEVER_CAME

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["INSTALL", "parquet", "part_of_rows", "rows_in"]

# Kept equal to the extra `data` by a test.
INSTALL: Final = "python -m pip install 'pyarrow>=17'"
_EPOCH = 719_163  # the ordinal of 1970-01-01, from which Parquet counts days


def parquet() -> Any:
    """Return the module that reads and writes Parquet. Raises ExtraError where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        hint = f"install it: {INSTALL}"
        problem = Diagnostic("TS607", "Parquet needs the package pyarrow, which is not installed", hint=hint)
        raise ExtraError(diagnostics=[problem]) from None
    return pyarrow.parquet


def part_of_rows(frames: Sequence[Frame], first: int, chunks: Sequence[Chunk]) -> bytes:
    """Return the Parquet file of a part: a row group for each world; the same rows give the same bytes."""
    module, out = parquet(), io.BytesIO()
    tables = [_table(frame, first, chunk) for frame, chunk in zip(frames, chunks, strict=True)]
    with module.ParquetWriter(out, tables[0].schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(table.num_rows, 1))
    return out.getvalue()


def _table(frame: Frame, first: int, chunk: Chunk) -> Any:
    import numpy as np
    import pyarrow as pa

    rows = chunk.rows
    assert rows is not None
    failed = np.zeros(len(rows), np.bool_)
    reasons: list[str | None] = [None] * len(rows)
    for one in chunk.failures:
        failed[one.replication - first], reasons[one.replication - first] = True, one.text
    outcomes, rules = len(frame.outcomes), len(frame.rules)
    columns = {
        "branch": pa.array([frame.world] * len(rows), pa.string()),
        "run": pa.array(np.arange(first, first + len(rows)), pa.int64()),
        "failed": pa.array(reasons, pa.string()),
    }
    for place, name in enumerate(frame.ids):
        columns[f"outcome.{name}"] = _days(rows[:, place], failed)
    for place, name in enumerate(frame.rules, outcomes):
        columns[f"fired.{name}"] = pa.array(rows[:, place], pa.int32(), mask=failed)
    for place, name in enumerate(frame.variables, outcomes + rules):
        columns[f"variable.{name}"] = pa.array(rows[:, place], pa.int32(), mask=failed)
    return pa.table(columns)


def _days(days: NDArray[np.int32], failed: NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return pa.array(days - _EPOCH, pa.int32(), mask=failed | (days == NEVER_CAME)).cast(pa.date32())


def rows_in(path: Any) -> int:
    """Return the number of rows of a Parquet file. Raises OSError or ValueError where it is none."""
    import pyarrow as pa

    try:
        return int(parquet().read_metadata(path).num_rows)
    except pa.ArrowException as error:
        raise ValueError(str(error)) from None
