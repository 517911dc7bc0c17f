"""Counting queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BOOKKEEPING = ("BEGIN", "SAVEPOINT", "RELEASE")


class Counted:
    """Counts queries; what only opens or closes a transaction is none."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        self.queries += not sql.startswith(BOOKKEEPING)
        return execute(sql, params, many, context)
