"""Querysets whose SQL is written once in a process: writing it takes longer than PostgreSQL takes to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Field, Model, QuerySet

AS_ARRAY = "= ANY((SELECT "
"""The numbers come by a subquery: a plan that is kept then costs what one made for them would, and is kept."""

AS_NUMBERS = "::bigint[])::bigint[])"


AS_TEXTS = "::text[])"

LENGTH = re.compile(r"^(?:character varying|varchar)\b.*")


class Compiled:
    """A queryset whose statement is the same at every site, asked again and again with other values.

    ``build`` makes the queryset when it is first wanted, with a placeholder wherever a value changes: a text or a day
    that no column holds, for a list ``field__in=[number that no row has]``, of texts (``names``) ``field__in=[text]``.

    With ``is_planned`` the connection keeps the plan, too: for the few that nearly every request asks.
    """

    def __init__(
        self,
        build: Callable[[], QuerySet[Any, Any]],
        *,
        lists: tuple[Any, ...] = (),
        names: tuple[Any, ...] = (),
        is_planned: bool = False,
    ) -> None:
        self._build = build
        self._lists = lists
        self._names = names
        self._is_planned = is_planned

    @cached_property
    def statement(self) -> tuple[str, tuple[Any, ...]]:
        """The text with its parameters, placeholders among them."""
        text, parameters = self._compiler.as_sql()
        for placeholder in self._lists:
            text = _with_array(text, parameters.index(placeholder), AS_ARRAY, AS_NUMBERS)
        for placeholder in self._names:
            text = _with_array(text, parameters.index(placeholder), "= ANY(", AS_TEXTS)
        if self._is_planned:
            text = _typed(text, [entry[0].output_field for entry in self._compiler.select])
        return text, tuple(parameters)

    @cached_property
    def _compiler(self) -> Any:
        return self._build().query.get_compiler(connection.alias)

    @cached_property
    def _converters(self) -> Mapping[int, tuple[Any, Any]]:
        self.statement  # noqa: B018  writing it decides on the columns
        found: Mapping[int, tuple[Any, Any]] = self._compiler.get_converters(
            [entry[0] for entry in self._compiler.select]
        )
        return found

    def parameters(self, values: Mapping[Any, Any]) -> list[Any]:
        """The parameters with these values in the place of placeholders; numbers as ``array_of`` writes them."""
        return [values.get(entry, entry) for entry in self.statement[1]]

    def rows(self, values: Mapping[Any, Any] | None = None) -> list[tuple[Any, ...]]:
        """What the site that is entered answers, in the order of the queryset."""
        with connection.planning_cursor() if self._is_planned else connection.cursor() as cursor:
            cursor.execute(self.statement[0], self.parameters(values or {}))
            found = cursor.fetchall()
        return list(self._converted(found)) if self._converters else found

    def objects(self, values: Mapping[Any, Any] | None = None) -> list[Any]:
        """The rows of a queryset of whole rows as instances of its model."""
        model, fields = self._shape
        return [model.from_db(connection.alias, fields, row) for row in self.rows(values)]

    def first(self, values: Mapping[Any, Any] | None = None) -> Any:
        """The first of ``objects``; None when there is none. The queryset limits itself."""
        return next(iter(self.objects(values)), None)

    @cached_property
    def _shape(self) -> tuple[type[Model], list[str]]:
        self.statement  # noqa: B018  writing it decides on the columns
        return self._compiler.query.model, [entry[0].target.attname for entry in self._compiler.select]

    def _converted(self, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            values = list(row)
            for place, (converters, expression) in self._converters.items():
                for convert in converters:
                    values[place] = convert(values[place], expression, connection)
            yield tuple(values)


def array_of(numbers: list[int]) -> str:
    """Numbers as PostgreSQL reads them where a list is wanted."""
    return f"{{{','.join(map(str, numbers))}}}"


def _typed(text: str, fields: list[Field[Any, Any]]) -> str:
    """The statement with the type of each result written out, without a length: a migration may change that."""
    names = [f"c{number}" for number in range(len(fields))]
    types = [LENGTH.sub("text", str(field.cast_db_type(connection))) for field in fields]
    typed = ", ".join(f"{name}::{kind}" for name, kind in zip(names, types, strict=True))
    return f"SELECT {typed} FROM ({text}) AS kept ({', '.join(names)})"


def _with_array(text: str, place: int, before: str, after: str) -> str:
    """The statement with ``= ANY(%s)`` for ``IN (%s)`` at this parameter."""
    pieces = text.split("%s")
    if not (pieces[place].endswith("IN (") and pieces[place + 1].startswith(")")):
        raise RuntimeError(f"The statement names its list otherwise than by IN (...): {text}")
    pieces[place] = pieces[place].removesuffix("IN (") + before
    pieces[place + 1] = after + pieces[place + 1].removeprefix(")")
    return "%s".join(pieces)
