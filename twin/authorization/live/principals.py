"""What a principal brings along: its own policies, its boundary, and those of its session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policies.iam import Policy, Principal
from policies.iam.principal import Kind
from twin.authorization.live.managed import policy_of
from twin.authorization.live.parsed import parsed
from twin.call import Caller
from twin.moto_state import iam_of, role_of

_SERVICE_LINKED = ":role/aws-service-role/"


@dataclass(frozen=True)
class Brought:
    """The policies that come with a principal, whatever it asks for."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None


@lru_cache(maxsize=4_096)
def _principal(caller_arn: str, account: str, role_arn: str | None) -> Principal:
    if role_arn is not None:
        return Principal(Kind.ROLE, caller_arn, account, role_arn)
    kind = Kind.ROOT if caller_arn.endswith(":root") else Kind.USER
    return Principal(kind, caller_arn, account)


def principal_of(caller: Caller) -> Principal:
    """Return a caller as policies see it.

    A caller without a key is nobody in particular: an unsigned request.
    """
    if caller.is_service:
        return Principal.service(caller.arn)
    if caller.role_arn is None and caller.federated_provider is not None:
        return Principal.federated(caller.federated_provider)
    if not caller.access_key_id:
        return Principal.anonymous()
    return _principal(caller.arn, caller.account_id, caller.role_arn)


def is_service_linked(role_arn: str | None) -> bool:
    """Tell whether a role belongs to a service, so that no control policy reaches it.

    Only a role that was made as such does; a path alone gives nothing away.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    if role_arn is None or _SERVICE_LINKED not in role_arn:
        return False
    role = role_of(role_arn)
    return role is not None and bool(role._linked_service)


def brought_by(caller: Caller) -> Brought:
    """Gather the policies of a caller; a role or user that is gone has none."""
    if caller.is_service or not caller.access_key_id:
        return Brought()
    session = _session(caller)
    if caller.role_arn is not None:
        role = role_of(caller.role_arn)
        # A session outlives its role, but not what the role was allowed: under the same name, a
        # role made anew is another one.
        if role is None or not caller.principal_id.startswith(f"{role.id}:"):
            return Brought(session=session)
        return Brought(tuple(_attached(caller.role_arn, role)), _boundary(role), session)
    iam = iam_of(caller.account_id)
    user = None if iam is None else iam.users.get(caller.arn.rsplit("/", 1)[-1])
    if caller.arn.endswith(":root") or user is None or user.id != caller.principal_id:
        return Brought(session=session)
    return Brought(tuple(_of_user(caller.arn, user, iam)), _boundary(user), session)


def _boundary(holder: Any) -> Policy | None:
    # moto's users have none until one is put.
    arn = getattr(holder, "permissions_boundary_arn", None)
    return policy_of(str(arn)) if arn else None


def _session(caller: Caller) -> tuple[Policy, ...] | None:
    if not caller.session_policies:
        return None
    return tuple(
        parsed(f"session policy {number} of {caller.arn}", text)
        for number, text in enumerate(caller.session_policies, start=1)
    )


def _of_user(arn: str, user: Any, iam: Any) -> Iterator[Policy]:
    yield from _attached(arn, user)
    for group in list(iam.groups.values()):
        if any(member.name == user.name for member in group.users):
            yield from _attached(group.arn, group)


def _attached(arn: str, holder: Any) -> Iterator[Policy]:
    for name, text in list(holder.policies.items()):
        yield parsed(f"{arn}/{name}", str(text))
    for managed in list(holder.managed_policies):
        yield policy_of(managed)
