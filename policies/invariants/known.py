"""What is known of the condition keys of a request: whose the principal is, and the resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policies.model import Model, RoleFacts

# Nobody's accounts and organisation: AWS gives out no such number, and no such id.
STRANGER, ELSEWHERE, OTHER_ORGANIZATION = "000000000001", "000000000002", "o-0000000000"

Known = Mapping[str, tuple[str, ...] | None]
"""For a key the values that it has where a request carries it, or None where none does."""


def tag_keys(model: Model) -> tuple[str, ...]:
    """Give the tags of principals that some policy asks for."""
    policies = (facts.policy for facts in model.policies if facts.policy is not None)
    return tuple(
        sorted(
            {
                condition.key
                for policy in policies
                for statement in policy.statements
                for condition in statement.conditions
                if condition.key.startswith("aws:principaltag/")
            }
        )
    )


def known_of_role(role: RoleFacts, organization: str, asked_tags: Iterable[str]) -> Known:
    """Tell what is known of a role's requests; a tag that it has not got is absent.

    Nobody may tag a session, which an invariant of its own proves.
    """
    known: dict[str, tuple[str, ...] | None] = dict.fromkeys(asked_tags)
    known |= {f"aws:principaltag/{key.lower()}": (value,) for key, value in role.tags.items()}
    known["aws:principalorgid"] = (organization,)
    return known


def known_of_owner(owner: str, organization: str) -> Known:
    """Tell the keys that say whose a resource is."""
    theirs = OTHER_ORGANIZATION if owner == ELSEWHERE else organization
    return {"aws:resourceaccount": (owner,), "aws:resourceorgid": (theirs,)}
