"""Roles: their boundaries, whom they trust, how long their sessions last; and who must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    Outcome,
    every,
    in_each_account,
    together,
    undecided,
    violated,
)
from policies.checks.plan.reading import State, reading
from policies.checks.plan.rules import account_id, at_most, linked, says
from policies.checks.plan.statements import (
    allowing,
    every_policy,
    everybody_allowed,
    foreigners,
    name,
    named_accounts,
    required,
    services,
)
from policies.iam import Policy, Statement
from policies.iam.arn import parse_arn
from policies.model import Model, PlannedResource, PolicyLayer
from policies.verdict import Verdict

ROLES = every("aws_iam_role")
_LONGEST_SESSION = 8 * 3600

no_iam_users: Claim = every(
    "aws_iam_user",
    "aws_iam_group",
    "aws_iam_access_key",
    "aws_iam_user_login_profile",
    "aws_iam_user_policy",
    "aws_iam_user_policy_attachment",
    "aws_iam_user_group_membership",
    "aws_iam_group_policy",
    "aws_iam_group_policy_attachment",
    "aws_iam_group_membership",
    "aws_iam_service_specific_credential",
    "aws_iam_user_ssh_key",
    "aws_iam_signing_certificate",
    "aws_iam_virtual_mfa_device",
).must_not_exist("nobody may have a lasting identity", "let people take on roles by single sign-on")


def _bounded(model: Model, role: PlannedResource) -> Iterator[Doubt]:
    """Say whether a role has a boundary of its own account, by its ARN."""
    hint = "give the role a boundary of modules/permissions-boundaries"
    must = f"`permissions_boundary` must be a `{model.prefix}-*-boundary-*` of the account"
    found = reading(role, "permissions_boundary")
    pattern = (
        rf"arn:[a-z-]+:iam::{account_id(model, role)}:policy/{re.escape(model.prefix)}"
        r"-[a-z0-9-]+-boundary-[a-z0-9-]+"
    )
    if found.state is State.UNKNOWN:
        yield undecided(role, must, found.shown(), hint)
    elif not isinstance(found.value, str) or re.fullmatch(pattern, found.value) is None:
        yield violated(role, must, found.shown(), hint)


roles_bounded: Claim = ROLES.must(_bounded)

resource_policies_name_principals: Claim = every_policy(
    PolicyLayer.RESOURCE,
    must="an Allow must name its principals, whatever its conditions",
    hint="name accounts, and roles by a condition on aws:PrincipalArn",
    unless=everybody_allowed,
)

_EXACT_SUBJECT = re.compile(r"^[^*?]+:[^*?]+$")


def _too_trusting(model: Model, policy: Policy) -> Iterator[str]:
    """Object to trust in more than named roles of ours or one subject of an issuer."""
    for statement in allowing(policy):
        federated = _federated(statement)
        strangers = [it for it in foreigners(model, statement) if it not in federated]
        if strangers:
            yield f"{', '.join(strangers)} in {name(statement)}"
        if federated and not _one_subject(statement):
            yield f"any subject of {', '.join(federated)} in {name(statement)}"
        if named_accounts(statement) and not _named_roles(statement):
            yield f"all of account {', '.join(named_accounts(statement))} in {name(statement)}"


def _federated(statement: Statement) -> tuple[str, ...]:
    who = statement.principals
    return tuple(sorted(who.listed.get("Federated", ()))) if who is not None else ()


def _one_subject(statement: Statement) -> bool:
    subjects = [
        value
        for condition in statement.conditions
        if condition.key.endswith(":sub")
        for value in required(statement, condition.key)
    ]
    return bool(subjects) and all(_EXACT_SUBJECT.match(subject) for subject in subjects)


def _named_roles(statement: Statement) -> bool:
    roles = required(statement, "aws:PrincipalArn")
    return bool(roles) and all(_names_role(role) for role in roles)


def _names_role(arn: str) -> bool:
    """Tell whether an ARN names one role; its path may be a pattern, as that of sign-in roles is.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    """
    account, _, role = arn.partition(":role/")
    last = role.rpartition("/")[2]
    return "*" not in account and "?" not in account and bool(last.strip("*?"))


trust_policies_narrow: Claim = every_policy(
    PolicyLayer.TRUST,
    must="the trust must name roles of this organisation, a service or one subject of an issuer",
    hint="require aws:PrincipalArn, or the exact `sub` of a token",
    unless=_too_trusting,
)


# These tell for which resource they take a role on; CloudTrail and Lambda tell the account only.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
_TELLING = {
    f"{service}.amazonaws.com"
    for service in ("codebuild", "codepipeline", "events", "sagemaker", "vpc-flow-logs")
}


def _confused(model: Model, policy: Policy) -> Iterator[str]:
    ours = {account.id for account in model.accounts.values()}
    for statement in allowing(policy):
        named = services(statement)
        accounts = required(statement, "aws:SourceAccount")
        if named and not (accounts and set(accounts) <= ours):
            yield f"{', '.join(named)} for any account in {name(statement)}"
        resources = required(statement, "aws:SourceArn")
        if set(named) & _TELLING and not (
            resources and all(_account_of(resource) in ours for resource in resources)
        ):
            yield f"{', '.join(named)} for any resource in {name(statement)}"


def _account_of(arn: str) -> str:
    found = parse_arn(arn)
    return found.account if found else ""


service_trust_names_source: Claim = every_policy(
    PolicyLayer.TRUST,
    must="a service must be trusted for what is ours only",
    hint="require aws:SourceAccount, and aws:SourceArn where the service sends it",
    unless=_confused,
)

sessions_bounded: Claim = ROLES.must(
    at_most("max_session_duration", _LONGEST_SESSION, "set `max_session_duration`")
)

_FULL_ACCESS = re.compile(
    r"^arn:[a-z-]+:iam::aws:policy/(.*/)?(\w*FullAccess\w*|AdministratorAccess[\w-]*|PowerUserAccess)$"
)
_ATTACHING = (
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_ssoadmin_managed_policy_attachment",
)


def _no_full_access(attribute: str) -> Claim:
    hint = "write what is needed, action by action"
    must = f"`{attribute}` must not be one of AWS's policies for full access"

    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        found = reading(it, attribute)
        texts = found.value if isinstance(found.value, list) else [found.value]
        if found.state is State.UNKNOWN and attribute in ("policy_arn", "policy_arns"):
            if not linked(it, found):
                yield undecided(it, must, found.shown(), hint)
        elif any(isinstance(each, str) and _FULL_ACCESS.match(each) for each in texts):
            yield violated(it, must, found.shown(), hint)

    types = {
        "policy_arn": (_ATTACHING[0], _ATTACHING[1]),
        "policy_arns": (_ATTACHING[2],),
        "managed_policy_arn": (_ATTACHING[3],),
        "managed_policy_arns": ("aws_iam_role",),
    }
    return every(*types[attribute]).must(rule)


no_full_access_policies: Claim = together(
    *(
        _no_full_access(attribute)
        for attribute in ("policy_arn", "policy_arns", "managed_policy_arn", "managed_policy_arns")
    )
)

access_analyzers_complete: Claim = together(
    *(
        in_each_account().there_is(
            every("aws_accessanalyzer_analyzer").where(
                lambda _model, it, kinds=kinds: it.values.get("type") in kinds  # type: ignore[misc]
            ),
            f"must look for {what}",
            "use modules/threat-detection",
            says("type", *kinds, hint="use modules/threat-detection"),
        )
        for what, kinds in {
            "access from outside": ("ACCOUNT", "ORGANIZATION"),
            "access that nobody uses": ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"),
        }.items()
    )
)


def policies_known(model: Model) -> Outcome:
    """IAM-16: every policy is known, and one that AWS would take."""
    doubts: list[Doubt] = []
    for found in model.policies:
        if found.policy is None:
            must = "the policy must be known and be one that AWS takes"
            hint = "build ARNs of names and account ids, never of what a resource will be called"
            doubts.append(undecided(found.source, must, found.problem or "none", hint))
    for problem in model.problems:
        verdict = Verdict.VIOLATED if problem.violated else Verdict.NOT_DECIDED
        doubts.append(Doubt(verdict, problem.source, problem.must_hold, problem.got, problem.hint))
    judged = tuple(dict.fromkeys(found.source for found in model.policies))
    return Outcome(judged, tuple(dict.fromkeys(doubts)))
