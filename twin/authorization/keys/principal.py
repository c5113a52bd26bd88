"""Keys about who asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.iam.models import iam_backends

from twin.authorization.keys.ask import Ask, Family, Reader, Values, flag, one
from twin.authorization.keys.live_state import held
from twin.authorization.keys.organization import membership
from twin.call import Caller

_TAG = "aws:principaltag/"


def is_anonymous(caller: Caller) -> bool:
    """Tell whether a request was not signed by anybody."""
    return not caller.is_service and not caller.access_key_id


def principal_arn(caller: Caller) -> str | None:
    """Return what policies are attached to: for a session its role.

    A service that acts by itself, and nobody, have no such ARN.
    """
    if caller.is_service or is_anonymous(caller):
        return None
    return caller.role_arn or caller.arn


def _arn(ask: Ask) -> Values | None:
    return one(principal_arn(ask.caller))


def _account(ask: Ask) -> Values | None:
    if is_anonymous(ask.caller):
        return ("anonymous",)
    return None if ask.caller.is_service else (ask.caller.account_id,)


def _type(ask: Ask) -> Values | None:
    """Tell the type as the page of policy variables lists it; a service has none."""
    caller = ask.caller
    if caller.is_service:
        return None
    if is_anonymous(caller):
        return ("Anonymous",)
    if caller.role_arn is not None:
        return ("AssumedRole",)
    tail = caller.arn.split(":", 5)[-1]
    if tail == "root":
        return ("Account",)
    return ("FederatedUser",) if tail.startswith("federated-user/") else ("User",)


def _organization(ask: Ask) -> Values | None:
    found = _member(ask)
    return None if found is None else (found[0],)


def _paths(ask: Ask) -> Values | None:
    found = _member(ask)
    return None if found is None else (found[1],)


def _member(ask: Ask) -> tuple[str, str] | None:
    if ask.caller.is_service or is_anonymous(ask.caller):
        return None
    found = membership(ask.caller.account_id)
    return None if found is None else (found.organization_id, found.path)


def _is_service(ask: Ask) -> Values | None:
    return None if is_anonymous(ask.caller) else flag(ask.caller.is_service)


def _service_name(ask: Ask) -> Values | None:
    return (ask.caller.arn,) if ask.caller.is_service else None


def _user_id(ask: Ask) -> Values | None:
    caller = ask.caller
    return None if caller.is_service or is_anonymous(caller) else (caller.principal_id,)


def _user_name(ask: Ask) -> Values | None:
    """Name an IAM user; roles and root carry no such key."""
    if _type(ask) != ("User",):
        return None
    return (ask.caller.arn.rpartition("/")[2],)


def _source_identity(ask: Ask) -> Values | None:
    return one(ask.caller.source_identity)


def _issued(ask: Ask) -> Values | None:
    """Tell since when temporary keys are valid; long-lived ones carry no such key."""
    return one(ask.caller.issued)


def _provider(ask: Ask) -> Values | None:
    return one(ask.caller.federated_provider)


def _tags(ask: Ask) -> Mapping[str, Values]:
    return {f"{_TAG}{key.lower()}": (value,) for key, value in tags_of(ask.caller).items()}


def tags_of(caller: Caller) -> Mapping[str, str]:
    """Return a principal's tags: of a session its own over those of its role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    arn = principal_arn(caller)
    if arn is None or arn.endswith(":root"):
        return {}
    attached = _attached(caller, arn)
    return {**attached, **caller.tags} if attached else caller.tags


def _attached(caller: Caller, arn: str) -> Mapping[str, str]:
    backend = held(iam_backends, caller.account_id, "aws")
    if backend is None:
        return {}
    if caller.role_arn is None:
        found: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(arn)
        return found
    wanted = arn.rpartition("/")[2]
    for role in list(backend.roles.values()):
        if role.name == wanted:
            return {tag["Key"]: tag["Value"] for tag in role.tags or ()}
    return {}


READERS: Mapping[str, Reader] = {
    "aws:principalarn": _arn,
    "aws:principalaccount": _account,
    "aws:principaltype": _type,
    "aws:principalorgid": _organization,
    "aws:principalorgpaths": _paths,
    "aws:principalisawsservice": _is_service,
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_name,
    "aws:userid": _user_id,
    "aws:username": _user_name,
    "aws:sourceidentity": _source_identity,
    "aws:tokenissuetime": _issued,
    "aws:federatedprovider": _provider,
}
FAMILIES: Mapping[str, Family] = {_TAG: _tags}
