"""A compiled definition before it is bound: which parameters of an account it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.definitions.binder import Value, bind, tokens_of
from pipelines.definitions.shapes import check_shapes
from pipelines.definitions.tokens import BUILD_TOKENS

_CONTRACT = "contract:"


@dataclass(frozen=True)
class Template:
    """A definition under the name that errors call it by, with the tokens in it."""

    name: str
    definition: Any
    tokens: frozenset[str]

    @classmethod
    def of(cls, definition: Any, name: str) -> Template:
        """Find the tokens of a definition; raises InvalidInput for what is none."""
        return cls(name, definition, frozenset(one.token for one in tokens_of(definition, name)))

    @property
    def asked(self) -> frozenset[str]:
        """The parameters that it takes from an account, by their paths below its root."""
        contract = (one for one in self.tokens if one.startswith(_CONTRACT))
        return frozenset(one.removeprefix(_CONTRACT) for one in contract)

    def bound(self, contract: Mapping[str, Value], build: Mapping[str, Value]) -> Any:
        """Put an account's parameters and a build's values in place; raises InvalidInput."""
        values = {f"{_CONTRACT}{path}": contract[path] for path in self.asked}
        values |= {token: build[token] for token in self.tokens & BUILD_TOKENS}
        definition = bind(self.definition, values, self.name)
        check_shapes(definition, self.name)
        return definition
