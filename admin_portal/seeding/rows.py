"""INSERTs that name what they say and take each model's default for the rest."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import CharField, FileField, JSONField, Model, TextField


def insert(model: type[Model], said: Mapping[str, str], source: str) -> str:
    """``INSERT INTO … SELECT``: ``said`` gives an SQL expression for each column it names.

    Columns that nothing is said about get the default of their field; without one they stay
    empty, or are blank text.
    """
    columns = dict(said)
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in columns or field.primary_key:
            continue
        if field.has_default():
            columns[column] = _literal(field.get_default(), json=isinstance(field, JSONField))
        elif isinstance(field, CharField | TextField | FileField) and not field.null:
            columns[column] = "''"
    names, values = ", ".join(columns), ", ".join(columns.values())
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}"  # noqa: S608  (text of ours)


def _literal(default: object, *, json: bool) -> str:
    if json:
        return "'{}'::jsonb"
    if isinstance(default, list):
        return "'{}'"
    return f"'{default}'" if isinstance(default, str) else str(default)
