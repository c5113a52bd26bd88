"""The words of an organisation that no plan tells: its people, and whose tokens count."""

from __future__ import annotations

from pipelines.organization import Organization
from policies.guardrails.organization_tokens import organization_tokens
from policies.invariants.vocabulary import Tokens


def words_of(organization: Organization) -> Tokens:
    """Give what invariants call an organisation's own; ``{account}`` stands for the owner's key."""
    forge = organization.forge
    return {
        **organization_tokens(organization),
        "apply-subject": forge.apply_subject,
        "people": sorted(organization.people),
        "plan-subject": forge.plan_subject,
    }
