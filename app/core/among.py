"""Hundreds of ids as one value: a statement that names each of them costs as much as what it does."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core.database import Key


def among(column: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = column.op("IN", is_comparison=True)(_Each(sa.literal(msgspec.json.encode(ids).decode())))
    return found


class _Each(FunctionElement[int]):
    type = Key
    inherit_cache = True


@compiles(_Each, "sqlite")
def _in_sqlite(element: _Each, compiler: Any, **how: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **how)}))"


@compiles(_Each, "postgresql")
def _in_postgresql(element: _Each, compiler: Any, **how: Any) -> str:
    return f"(SELECT value::bigint FROM json_array_elements_text(({compiler.process(element.clauses, **how)})::json))"
