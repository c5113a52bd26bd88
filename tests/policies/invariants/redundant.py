"""What may be taken from a policy without anybody gaining anything, each with the reason.

Nobody notices such a change, as nothing can be done after it that could not be done before. That is
proved of each mutant to which a reason is given; a reason that no mutant needs is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.policies.invariants.mutants import Mutant


@dataclass(frozen=True)
class Reason:
    """Patterns of a place, a Sid and a change, and why the change gives nobody anything."""

    place: str
    sid: str
    what: str
    because: str

    def fits(self, mutant: Mutant) -> bool:
        """Tell whether this is the reason for a mutant."""
        asked = ((self.place, mutant.place), (self.sid, mutant.sid), (self.what, mutant.what))
        return all(re.fullmatch(pattern, text) for pattern, text in asked)


_BUCKET = "modules/secure-bucket/main.tf"
REASONS = (
    Reason(
        "service control",
        "DenyNotebookInstances",
        "dropped",
        "DenyUndeclaredActions refuses those that are known; this is for those to come",
    ),
    Reason(
        "resource control",
        "DenyPlainHttp",
        "without IfExists BoolIfExists",
        "every request tells whether it came in the clear",
    ),
    Reason(
        "resource control",
        "Deny(.*OutsideApply|RemovalOfLogs|StateToOthers|ChangesOfState)",
        "without IfExists BoolIfExists",
        "only who signs nothing lacks the key, and DenyIdentitiesOutsideOrganization refuses that",
    ),
    Reason(
        "unattached",
        "AllowDeployAndConsumerRoles",
        "without a condition StringEquals aws:ResourceOrgID",
        "DenyOutsideOrganization refuses sts:AssumeRole without that key",
    ),
    Reason(
        "modules/.*",
        "Allow.*",
        "without a condition StringEquals aws:PrincipalOrgID",
        "it names roles, or accounts with an exact aws:PrincipalArn, of the organisation",
    ),
    Reason(
        "modules/.*",
        "Allow.*",
        "without a condition ArnEquals aws:PrincipalArn",
        "its own account, which is then let in, decides by its own policies anyway",
    ),
    Reason(
        _BUCKET,
        "AllowList.*",
        "without a condition StringLike s3:prefix",
        "its own account decides by its own policies anyway",
    ),
    Reason(
        _BUCKET,
        "Allow(Inspection|Service).*",
        "without a condition StringEquals aws:SourceAccount",
        "DenyServicesForOthers refuses services that act for another account",
    ),
    Reason(
        _BUCKET,
        "Deny(OutsideOrganization|ServicesForOthers)",
        "dropped",
        "no Allow beside it lets such a one in",
    ),
    Reason(
        _BUCKET,
        "Deny(UnnamedKey|OtherAlgorithm)",
        "without Null .*",
        "it refuses more without, and what must stay possible is claimed by itself",
    ),
)


def reason_for(mutant: Mutant) -> Reason | None:
    """Give the reason why a mutant may go unnoticed, if there is one."""
    return next((reason for reason in REASONS if reason.fits(mutant)), None)
