"""What stands in the place of tokens in invariants, for one who asks and one who owns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policies.iam.condition import Condition, parse_conditions
from policies.iam.prover import Constraint, all_of, any_of, holds, negation
from policies.invariants.invariant import Conditions
from policies.model import AccountFacts, Model

Tokens = Mapping[str, str | Sequence[str]]
PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


@dataclass(frozen=True)
class Vocabulary:
    """The words of one organisation, and of the accounts between which a request goes."""

    model: Model
    tokens: Tokens = field(default_factory=dict)
    """Words that no plan tells: who signs in, whose tokens count, who the people are."""

    def words(self, asking: str, owner: str) -> dict[str, str | Sequence[str]]:
        """Give the value of each token; accounts outside the organisation stand for themselves."""
        own, theirs = self._account(asking), self._account(owner)
        region = own.region if own else theirs.region if theirs else self.region
        return {
            **{
                token: value.replace("{account}", theirs.key if theirs else "")
                if isinstance(value, str)
                else value
                for token, value in self.tokens.items()
            },
            "account": own.key if own else "",
            "account-id": asking,
            "accounts": self.account_ids,
            "organization-id": self.model.organization_id,
            "owner-id": owner,
            "partition": self.partition,
            "prefix": self.model.prefix,
            "region": region,
            "regions": tuple(sorted({a.region for a in self.model.accounts.values()})),
        }

    def text(self, text: str, asking: str, owner: str) -> str:
        """Replace the tokens of a text that stand for one value."""
        return _replaced(text, self.words(asking, owner))

    def constraint(
        self, when: Sequence[Conditions], unless: Sequence[Conditions], asking: str, owner: str
    ) -> Constraint | None:
        """Make the constraint that one of ``when`` holds and none of ``unless``."""
        words = self.words(asking, owner)
        parts = []
        if when:
            parts.append(any_of(*(_block(block, words) for block in when)))
        if unless:
            parts.append(negation(any_of(*(_block(block, words) for block in unless))))
        return all_of(*parts) if parts else None

    def conditions(
        self, blocks: Sequence[Conditions], asking: str, owner: str
    ) -> list[tuple[Condition, ...]]:
        """Give conditions as a policy would have them, with their tokens replaced."""
        words = self.words(asking, owner)
        return [
            parse_conditions(
                "condition",
                {
                    operator: {
                        _replaced(key, words): _values(values, words)
                        for key, values in keys.items()
                    }
                    for operator, keys in block.items()
                },
                variables=True,
            )
            for block in blocks
        ]

    @cached_property
    def account_ids(self) -> tuple[str, ...]:
        """The numbers of all accounts in which something is planned."""
        found = {a.id for a in self.model.accounts.values() if a.kind != "management"}
        return tuple(sorted(found))

    @cached_property
    def region(self) -> str:
        """The region of the first account, for what belongs to nobody of the organisation."""
        return next(a.region for a in self.model.accounts.values() if a.kind != "management")

    @cached_property
    def partition(self) -> str:
        """The part of AWS in which the organisation is."""
        found = (name for prefix, name in PARTITIONS if self.region.startswith(prefix))
        return next(found, "aws")

    @cached_property
    def _by_id(self) -> Mapping[str, AccountFacts]:
        return {account.id: account for account in self.model.accounts.values()}

    def _account(self, number: str) -> AccountFacts | None:
        return self._by_id.get(number)


def _block(block: Conditions, words: Tokens) -> Constraint:
    return all_of(
        *(
            holds(operator, _replaced(key, words), *_values(values, words))
            for operator, keys in block.items()
            for key, values in keys.items()
        )
    )


def _values(given: Any, words: Tokens) -> list[str]:
    values = given if isinstance(given, list) else [given]
    made: list[str] = []
    for value in values:
        text = value if isinstance(value, str) else json.dumps(value)
        listed = words.get(text[1:-1]) if text.startswith("<") and text.endswith(">") else None
        if listed is not None and not isinstance(listed, str):
            made += listed
            continue
        made.append(_replaced(text, words))
    return made


def _replaced(text: str, words: Tokens) -> str:
    if "<" not in text:
        return text
    for token, word in words.items():
        if isinstance(word, str):
            text = text.replace(f"<{token}>", word)
    return text
