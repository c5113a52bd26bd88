"""What is told without the prover is what the prover says, on many random claims and policies."""

from __future__ import annotations

import random
from typing import Any

import pytest

from policies.iam import Layers, Principal
from policies.iam.condition import parse_conditions
from policies.iam.prover import Outcome, Prover, Question, all_of, any_of, holds, negation
from policies.invariants.asking import Asker
from policies.invariants.known import Known
from policies.invariants.plain import Facts, facts_of
from tests.policies.iam.prover.asking import allow, deny, policy
from tests.policies.iam.prover.universe import Dice
from tests.policies.iam.prover.world import (
    ACTION_PATTERNS,
    ACTIONS,
    AWAY,
    HOME,
    KEYS,
    MANY,
    ROLE,
    WORLD,
)

HELD = (Outcome.PROVED, Outcome.VACUOUS)
CASES = 400
# A pattern such as s3:Get* is short for actions that are known, to claims and not to the prover.
ASKED = (*ACTIONS, "*", "s3:*", "db:*", "odd:*")
KNOWN: tuple[Known, ...] = (
    {},
    {"aws:principalorgid": ("o-1",)},
    {"aws:principaltag/team": None},
    {"aws:sourcevpc": ("a",), "aws:principaltag/team": ("b",)},
)
Block = dict[str, dict[str, list[str]]]


class _Claims:
    """Makes claims, and policies with denials on the same keys, often just beside the claim."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - cases of tests, no secrets
        self._dice = Dice(seed)
        self._keys = self._random.sample(list(KEYS), 2)

    def case(self) -> tuple[Question, Facts]:
        """Make a question, and what is certain of the requests that it is about."""
        choose, pick = self._random.choice, self._random.random
        principal = choose([Principal.role(ROLE, "sofia"), self._dice.principal()])
        when = [self._block() for _ in range(choose([0, 0, 1, 1, 2]))]
        unless = [self._block() for _ in range(choose([0, 1, 1, 2]))]
        known = choose(KNOWN)
        parts = [any_of(*map(_constraint, when))] if when else []
        parts += [negation(any_of(*map(_constraint, unless)))] if unless else []
        question = Question(
            principal,
            self._layers() if pick() < 0.8 else self._dice.layers(),
            (choose(ASKED),),
            (choose(["*", "arn:aws:s3:::a/*", "*/a"]),),
            choose([HOME, HOME, AWAY]),
            where=all_of(*parts) if parts else None,
            known=known,
        )
        facts = facts_of(principal, known, map(_conditions, when), map(_conditions, unless))
        return question, facts

    def _layers(self) -> Layers:
        full, open_to_all = policy(allow()), policy(allow(Principal="*"))
        denied = policy(allow(), *(self._denial() for _ in range(2)))
        refused = policy(
            *({**self._denial(), "Principal": "*"} for _ in range(2)), allow(Principal="*")
        )
        return self._random.choice(
            [
                Layers(identity=(full,), service_control=((full, denied),), resource=open_to_all),
                Layers(identity=(full,), boundary=denied, resource=open_to_all),
                Layers(identity=(full,), resource=refused),
                Layers(identity=(full,), resource_control=((refused,),), resource=open_to_all),
            ]
        )

    def _denial(self) -> dict[str, Any]:
        choose = self._random.choice
        made = {
            "Action": choose([*ACTION_PATTERNS, "*", "*"]),
            "Resource": choose(["*", "*", "*", "arn:aws:s3:::a/*"]),
        }
        return deny(**made, Condition=self._block())

    def _block(self) -> Block:
        block: Block = {}
        for _ in range(self._random.choice([1, 1, 1, 2])):
            name, key, values = self._line()
            block.setdefault(name, {})[key] = values
        return block

    def _line(self) -> tuple[str, str, list[str]]:
        choose, pick = self._random.choice, self._random.random
        key = choose(self._keys)
        operators, values = KEYS[key]
        if pick() < 0.25:
            return "Null", key, [choose(["true", "false"])]
        name = choose(operators) + ("IfExists" if pick() < 0.25 else "")
        if key in MANY and pick() < 0.6:
            name = f"{choose(['ForAllValues', 'ForAnyValue'])}:{name}"
        return name, key, self._random.sample(values[:3], self._random.choice([1, 1, 2]))


def _conditions(block: Block) -> Any:
    return parse_conditions("claim", block, variables=True)


def _constraint(block: Block) -> Any:
    lines = [(name, key, values) for name, keys in block.items() for key, values in keys.items()]
    return all_of(*(holds(name, key, *values) for name, key, values in lines))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_plainly_is_what_the_prover_says(seed: int) -> None:
    prover = Prover(WORLD)
    told = 0
    for number in range(CASES):
        question, facts = _Claims(seed * CASES + number).case()
        asker = Asker(prover, WORLD)
        answer, proof = asker.never(question, facts), prover.never(question)
        told += asker.told
        if Outcome.UNDECIDED in (answer.outcome, proof.outcome):
            continue
        assert (answer.outcome in HELD) == (proof.outcome in HELD), (seed, number, question)
    # Otherwise this would compare the prover with itself.
    assert told > CASES / 20
