"""Every operation the SDK can call, found by reading its generated service classes.

The SDK holds method, path and parameter type only in source form (a call of `self._request` with a
literal path), so the source is parsed once per process; importing all services instead would cost
several seconds.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import stripe

_PARAMS_NAME = re.compile(r"\b([A-Za-z0-9_]+Params)\b")


@dataclass(frozen=True)
class SdkOperation:
    """One call of the SDK; `params` names its TypedDict by module and class, if it takes any."""

    method: str
    template: str
    pattern: re.Pattern[str]
    params: tuple[str, str] | None

    def params_type(self) -> Any:
        """Return the TypedDict of its parameters."""
        if self.params is None:
            return None
        module, name = self.params
        return getattr(importlib.import_module(module), name)


def find_operation(method: str, path: str) -> SdkOperation | None:
    """Return the SDK's operation behind a request, None when Stripe has no such address."""
    return next(
        (
            found
            for found in _operations()
            if found.method == method and found.pattern.fullmatch(path)
        ),
        None,
    )


@lru_cache(maxsize=1)
def _operations() -> tuple[SdkOperation, ...]:
    root = Path(stripe.__file__).parent
    found = [
        operation for file in sorted(root.rglob("*_service.py")) for operation in _in_file(file)
    ]
    if not found:
        raise RuntimeError("no operation found in the installed stripe package")
    return tuple(sorted(found, key=lambda operation: operation.template.count("{")))


def warm_up() -> None:
    """Read the SDK ahead of the first request (about a second)."""
    _operations()


def _in_file(file: Path) -> Iterator[SdkOperation]:
    source = file.read_text(encoding="utf-8")
    if "_request(" not in source:
        return
    tree = ast.parse(source)
    imports = dict(_imports(tree))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for function in (
        node for cls in classes for node in cls.body if isinstance(node, ast.FunctionDef)
    ):
        operation = _of_function(function, imports)
        if operation:
            yield operation


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, (node.module, alias.name)


def _of_function(
    function: ast.FunctionDef, imports: dict[str, tuple[str, str]]
) -> SdkOperation | None:
    call = next((node for node in ast.walk(function) if _is_request(node)), None)
    if not isinstance(call, ast.Call) or len(call.args) < 2:
        return None
    method, url = _literal(call.args[0]), _literal(call.args[1])
    if method is None or url is None:
        return None
    annotation = next((arg.annotation for arg in function.args.args if arg.arg == "params"), None)
    name = _PARAMS_NAME.search(ast.unparse(annotation)) if annotation else None
    pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", url))
    return SdkOperation(method.upper(), url, pattern, imports.get(name[1]) if name else None)


def _is_request(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_request"
    )


def _literal(node: ast.expr) -> str | None:
    """Return a string literal, also where `.format(…)` is called on it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
