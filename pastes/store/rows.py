"""The rows of many pastes in one statement, new or changed.

By hand: bulk_create cannot say which rows a conflict left out, and bulk_update writes a condition for each row and
column. On PostgreSQL each column is an array, so a statement is the same for any number of rows, and its plan is kept.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from pastes.models import HEADER_FIELDS, Paste, Record

FIXED = ("id", "created_at", "first_sha256", "owner_id", "parent_id")
COLUMNS = ("content", *HEADER_FIELDS)
CHANGING = tuple(name for name in COLUMNS if name not in FIXED)
FREE_IDS = "ON CONFLICT (id) DO NOTHING RETURNING id"


def insert(records: Sequence[Record]) -> set[UUID]:
    """Writes the rows in their order, within the transaction that is open. The ids that were free."""
    values = [_values(record) for record in records]
    if connection.vendor == "sqlite":
        return _insert_on_sqlite(values)
    with _server_binding_cursor() as cursor:
        cursor.execute(_insert_statement(), _arrays(values))
        return {paste_id for (paste_id,) in cursor.fetchall()}


def update(records: Sequence[Record]) -> None:
    """Writes what may change of rows that this transaction has locked."""
    if not records:
        return
    values = [_values(record) for record in records]
    if connection.vendor == "sqlite":
        _update_on_sqlite(values)
        return
    with _server_binding_cursor() as cursor:
        cursor.execute(_update_statement(), _arrays(values))


def _values(record: Record) -> tuple[Any, ...]:
    return (record.content, *msgspec.structs.astuple(record.header))


def _arrays(values: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*values, strict=True)]


def _server_binding_cursor() -> CursorWrapper:
    """Django's own cursors quote every value in Python, which for text takes longer than the statement itself."""
    cursor: Any = psycopg.Cursor(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


@lru_cache(maxsize=1)
def _insert_statement() -> str:
    return f"{_insert_into()} SELECT * FROM {_unnest()} {FREE_IDS}"  # noqa: S608


@lru_cache(maxsize=1)
def _update_statement() -> str:
    columns = _columns()
    changed = ", ".join(f"{columns[name]} = new.{columns[name]}" for name in CHANGING)
    named = ", ".join(columns[name] for name in COLUMNS)
    table = Paste._meta.db_table
    return f"UPDATE {table} SET {changed} FROM {_unnest()} AS new({named}) WHERE {table}.id = new.id"  # noqa: S608


def _unnest() -> str:
    # Types without their lengths: a cast to varchar(200) would cut a longer title, which the column refuses.
    types = {field.attname: str(field.db_type(connection)).partition("(")[0] for field in Paste._meta.concrete_fields}
    arrays = ", ".join(f"%b::{types[name]}[]" for name in COLUMNS)
    return f"unnest({arrays})"


def _columns() -> dict[str, str]:
    return {field.attname: connection.ops.quote_name(str(field.column)) for field in Paste._meta.concrete_fields}


def _insert_on_sqlite(rows: list[tuple[Any, ...]]) -> set[UUID]:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    statement = f"{_insert_into()} VALUES {', '.join([row] * len(rows))} {FREE_IDS}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [_sqlite_value(value) for row in rows for value in row])
        return {UUID(paste_id) for (paste_id,) in cursor.fetchall()}


def _update_on_sqlite(rows: list[tuple[Any, ...]]) -> None:
    columns = _columns()
    changed = ", ".join(f"{columns[name]} = %s" for name in CHANGING)
    named = [dict(zip(COLUMNS, map(_sqlite_value, row), strict=True)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Paste._meta.db_table} SET {changed} WHERE id = %s",  # noqa: S608
            [[*(row[name] for name in CHANGING), row["id"]] for row in named],
        )


def _sqlite_value(value: Any) -> Any:
    """SQLite's driver knows neither UUIDs nor aware datetimes: they are stored as Django's fields store them."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if hasattr(value, "tzinfo") else value


def _insert_into() -> str:
    columns = _columns()
    return f"INSERT INTO {Paste._meta.db_table} ({', '.join(columns[name] for name in COLUMNS)})"
