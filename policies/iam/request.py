"""A request as policies see it: who asks for which action on what, in which circumstances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policies.iam.arn import parse_arn
from policies.iam.errors import MalformedPolicy
from policies.iam.principal import Kind, Principal

Context = Mapping[str, "str | bool | int | Sequence[str]"]


@dataclass(frozen=True)
class Request:
    """One request. ``resource_account`` is the account that owns what is asked for.

    ``context`` holds condition keys in lower case, each with its values; a key that the request
    does not carry is not in it. Use ``of`` to make one from plain values.
    """

    principal: Principal
    action: str
    resource: str
    resource_account: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        principal: Principal,
        action: str,
        resource: str,
        context: Context | None = None,
        *,
        resource_account: str | None = None,
    ) -> Request:
        """Make a request; what follows from the principal is added to its context.

        The owner of the resource is read from its ARN where that names an account; S3's do not.
        Raises MalformedPolicy where it is neither given nor in the ARN.
        """
        found = parse_arn(resource)
        owner = resource_account or (found.account if found else "") or ""
        if not owner:
            raise MalformedPolicy(
                f"request for {action}", "must say which account owns the resource", got=resource
            )
        given = {key.lower(): _values(value) for key, value in (context or {}).items()}
        return cls(principal, action, resource, owner, _of_principal(principal) | given)

    @property
    def is_cross_account(self) -> bool:
        """Tell whether the principal's account is another than the resource's."""
        return self.principal.account != self.resource_account

    def values_of(self, key: str) -> tuple[str, ...] | None:
        """Return the values of a condition key, or None where the request carries no such key."""
        return self.context.get(key)


def _values(value: str | bool | int | Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, str | int):
        return (str(value),)
    return tuple(value)


def _of_principal(principal: Principal) -> dict[str, tuple[str, ...]]:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    if principal.kind is Kind.SERVICE:
        return {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (principal.arn,),
        }
    if principal.kind is Kind.ANONYMOUS:
        # aws:PrincipalIsAWSService and aws:PrincipalArn are in signed requests only.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        return {
            "aws:principalaccount": ("anonymous",),
            "aws:principaltype": ("Anonymous",),
            "aws:userid": ("anonymous",),
        }
    if principal.kind is Kind.FEDERATED:
        # Whoever asks for a role with a token signs nothing.
        return {}
    types = {Kind.ROLE: "AssumedRole", Kind.USER: "User", Kind.ROOT: "Account"}
    return {
        "aws:principalarn": (principal.identity_arn,),
        "aws:principalaccount": (principal.account,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": (types[principal.kind],),
    }
