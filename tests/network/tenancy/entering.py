"""How the sources enter sites and register hooks, read from their syntax trees."""

from __future__ import annotations

import ast
import re

ENTERING = ("tenant_context", "schema_context", "in_site", "in_public")
TENANT_OBJECT = re.compile(r"(tenant|site|template)$")


def misuses(source: str) -> list[int]:
    """Lines that enter a tenant object itself, or use a context as a decorator."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With):
            found += [node.lineno for item in node.items if TENANT_OBJECT.search(ast.unparse(item.context_expr))]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [ast.unparse(mark).split("(")[0].split(".")[-1] for mark in node.decorator_list]
            found += [node.lineno for name in names if name in ENTERING]
    return found


def hooks_inside_functions(source: str) -> list[int]:
    """Lines of functions that register a hook when they are called."""
    return [
        function.lineno
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(node, ast.Call) and ast.unparse(node).startswith("hooks.register(")
            for statement in function.body
            for node in ast.walk(statement)
        )
    ]
