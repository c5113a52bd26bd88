"""Sessions of roles: how long, in whose name, with which tags, and who may take one."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import person, role, taken
from tests.conformance.place import Keys, Place, allow, policy, trusting

_TAKING = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


def _chain(place: Place, **more: object) -> tuple[Keys, str]:
    """Make a session that may take roles, and a role that lets it."""
    return person(place, allow(*_TAKING), **more), role(place)


def _hour(place: Place) -> Attempt:
    who, arn = _chain(place)
    sts = place.client("sts", who)
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="try", DurationSeconds=3601)


def _source_identity(place: Place) -> Attempt:
    who, arn = _chain(place, SourceIdentity="one")
    sts = place.client("sts", who)
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="try", SourceIdentity="two")


def _transitive(place: Place) -> Attempt:
    given = {"Tags": [{"Key": "team", "Value": "one"}], "TransitiveTagKeys": ["team"]}
    who, arn = _chain(place, **given)
    sts = place.client("sts", who)
    anew = [{"Key": "team", "Value": "two"}]
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="try", Tags=anew)


def _untrusted(place: Place) -> Attempt:
    arn = role(place, trust=trusting({"Service": "lambda.amazonaws.com"}))
    sts = place.client("sts", person(place, allow(*_TAKING)))
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="try")


def _external_id(place: Place) -> Attempt:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": place.root},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}},
    }
    arn = role(place, trust=policy(trust))
    # With the id the role can be taken, so that what refuses it is that the id is missing.
    taken(place, arn, ExternalId="agreed")
    sts = place.client("sts")
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="try")


CASES: Mapping[str, Case] = {
    "chain-lasts-an-hour": _hour,
    "external-id-must-match": _external_id,
    "source-identity-sticks": _source_identity,
    "transitive-tag-sticks": _transitive,
    "trust-decides": _untrusted,
}
