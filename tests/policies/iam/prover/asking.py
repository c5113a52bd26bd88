"""Short ways to write policies and questions of the small world in ``world``."""

from __future__ import annotations

from typing import Any

from policies.iam import Layers, Policy, Principal, parse_policy
from policies.iam.prover import Constraint, Proof, Prover, Question
from policies.iam.prover.question import Reference
from tests.policies.iam.prover.world import HOME, ROLE, WORLD


def allow(**more: Any) -> dict[str, Any]:
    """Write an Allow of everything on everything, or of what is said."""
    made = {"Effect": "Allow", "Action": "*", "Resource": "*"} | more
    return {name: value for name, value in made.items() if f"Not{name}" not in more}


def deny(**more: Any) -> dict[str, Any]:
    """Write a Deny of everything on everything, or of what is said."""
    return allow(**more) | {"Effect": "Deny"}


def policy(*statements: dict[str, Any]) -> Policy:
    """Make a policy of statements."""
    return parse_policy("policy", {"Version": "2012-10-17", "Statement": list(statements)})


def never(
    layers: Layers,
    actions: str,
    resources: str = "*",
    where: Constraint | None = None,
    *,
    principal: Principal | None = None,
    owner: str = HOME,
    known: dict[str, tuple[str, ...] | None] | None = None,
    reference: Reference = WORLD,
) -> Proof:
    """Ask whether a role never may do something; actions and resources are apart by spaces."""
    return Prover(reference).never(
        Question(
            principal or Principal.role(ROLE, "sofia"),
            layers,
            tuple(actions.split()),
            tuple(resources.split()),
            owner,
            where=where,
            known=known or {},
        )
    )
