"""The rows of new pastes, in one INSERT. By hand, since bulk_create cannot say which rows a conflict left out."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from pastes.models import HEADER_FIELDS, Paste, Record

COLUMNS = ("content", *HEADER_FIELDS)
FREE_IDS = "ON CONFLICT (id) DO NOTHING RETURNING id"


def insert(records: Sequence[Record]) -> set[UUID]:
    """Writes the rows in their order, within the transaction that is open. The ids that were free."""
    rows = [(record.content, *msgspec.structs.astuple(record.header)) for record in records]
    return _insert_on_sqlite(rows) if connection.vendor == "sqlite" else _insert_on_postgresql(rows)


def _insert_on_postgresql(rows: list[tuple[Any, ...]]) -> set[UUID]:
    """An array a column: the same statement for any number of rows, so the server can keep its plan."""
    with _server_binding_cursor() as cursor:
        cursor.execute(_statement_of_arrays(), [list(column) for column in zip(*rows, strict=True)])
        return {paste_id for (paste_id,) in cursor.fetchall()}


def _server_binding_cursor() -> CursorWrapper:
    """Django's own cursors quote every value in Python, which for text takes longer than the statement itself."""
    cursor: Any = psycopg.Cursor(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


@lru_cache(maxsize=1)
def _statement_of_arrays() -> str:
    # Types without their lengths: a cast to varchar(200) would cut a longer title, which the column refuses.
    types = {field.attname: str(field.db_type(connection)).partition("(")[0] for field in Paste._meta.concrete_fields}
    arrays = ", ".join(f"%b::{types[name]}[]" for name in COLUMNS)
    return f"{_insert_into()} SELECT * FROM unnest({arrays}) {FREE_IDS}"  # noqa: S608


def _insert_on_sqlite(rows: list[tuple[Any, ...]]) -> set[UUID]:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    statement = f"{_insert_into()} VALUES {', '.join([row] * len(rows))} {FREE_IDS}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [_sqlite_value(value) for row in rows for value in row])
        return {UUID(paste_id) for (paste_id,) in cursor.fetchall()}


def _sqlite_value(value: Any) -> Any:
    """SQLite's driver knows neither UUIDs nor aware datetimes: they are stored as Django's fields store them."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if hasattr(value, "tzinfo") else value


def _insert_into() -> str:
    columns = {field.attname: connection.ops.quote_name(str(field.column)) for field in Paste._meta.concrete_fields}
    return f"INSERT INTO {Paste._meta.db_table} ({', '.join(columns[name] for name in COLUMNS)})"
