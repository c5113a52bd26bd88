"""Studio: who works in it as whom, in which groups, and what else it takes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    Outcome,
    Rule,
    every,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import made_from
from policies.checks.plan.deploying import deploying_roles
from policies.checks.plan.reading import Reading, State, reading, readings
from policies.checks.plan.rules import (
    account_kind,
    is_absent_or_says,
    is_set,
    linked,
    under_own_key,
)
from policies.checks.plan.statements import allowing
from policies.iam.arn import parse_arn
from policies.iam.glob import Pattern
from policies.model import Model, PlannedResource

DOMAINS = every("aws_sagemaker_domain")
PROFILES = every("aws_sagemaker_user_profile")
_HINT = "use modules/studio"
_SIGN_IN = "sagemaker:CreatePresignedDomainUrl"


def _opens_for_own_person(model: Model, domain: PlannedResource) -> Iterator[Doubt]:
    """Say whether people enter by single sign-on, or by IAM each into a profile of their own.

    https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
    """
    mode = reading(domain, "auth_mode")
    must = "`auth_mode` must be `SSO`, or each profile must open for its own person"
    if mode.value == "SSO":
        return
    if mode.value != "IAM":
        say = undecided if mode.state is State.UNKNOWN else violated
        yield say(domain, must, mode.shown(), _HINT)
        return
    for role in model.roles.values():
        if role.account != domain.account:
            continue
        if role.undecided:
            yield undecided(role.source, must, "a role whose policies are not known", _HINT)
            continue
        for policy in role.identity:
            for statement in allowing(policy):
                opens_any = statement.excludes_resources or any(
                    not _one_profile(it) for it in statement.resources
                )
                if statement.names_action(_SIGN_IN) and opens_any:
                    got = f"any profile for {role.name} in `{statement.sid}`"
                    yield violated(role.source, must, got, _HINT)


def _one_profile(resource: Pattern) -> bool:
    """Tell whether a pattern means one profile: by name, or by the name of who asks."""
    _, _, profile = resource.text.partition(":user-profile/")
    name = profile.partition("/")[2]
    return bool(name) and "*" not in name and "?" not in name


studio_sign_in_bound: Claim = DOMAINS.must(_opens_for_own_person)


def _own_groups(path: str) -> Rule:
    must = f"`{path}` must name security groups of the same plan"

    def rule(model: Model, it: PlannedResource) -> Iterator[Doubt]:
        found = reading(it, path)
        if found.state is State.ABSENT:
            yield violated(it, must, "nothing", _HINT)
        elif found.state is State.KNOWN:
            yield undecided(it, must, found.shown(), _HINT)
        elif not linked(it, found) or any(
            made.type != "aws_security_group" for made in _made(model, it, found)
        ):
            yield undecided(it, must, "groups that this plan does not make", _HINT)

    return rule


def _made(model: Model, it: PlannedResource, found: Reading) -> tuple[PlannedResource, ...]:
    addresses = linked(it, found)
    return tuple(o for o in model.resources if o.root == it.root and o.address in addresses)


domain_security_groups: Claim = DOMAINS.must(
    _own_groups("default_user_settings.security_groups"),
    _own_groups("domain_settings.security_group_ids"),
)


def _only_ours(path: str, what: str) -> Rule:
    """Say whether every account, or role's account, that a path names is one of ours."""
    must = f"`{path}` must name {what} of this organisation only"

    def rule(model: Model, it: PlannedResource) -> Iterator[Doubt]:
        ours = {account.id for account in model.accounts.values()}
        for found in readings(it, path):
            if found.state is State.UNKNOWN and not linked(it, found):
                yield undecided(it, must, found.shown(), _HINT)
            elif (
                found.state is State.KNOWN and not {_account(v) for v in _list(found.value)} <= ours
            ):
                yield violated(it, must, found.shown(), _HINT)

    return rule


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _account(value: Any) -> str:
    arn = parse_arn(f"{value}")
    return arn.account if arn else f"{value}"


def _docker(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    access = "domain_settings.docker_settings.enable_docker_access"
    off = is_absent_or_says(access, "DISABLED", hint="switch it off, or name the accounts")
    if not list(off(model, it)):
        return
    path = "domain_settings.docker_settings.vpc_only_trusted_accounts"
    yield from is_set(path, "name the accounts whose images Studio may run")(model, it)
    yield from _only_ours(path, "accounts")(model, it)


docker_trusts_own_accounts: Claim = DOMAINS.must(_docker)

_SETTINGS = ("default_user_settings", "default_space_settings", "user_settings", "space_settings")
_WITH_SETTINGS = every("aws_sagemaker_domain", "aws_sagemaker_user_profile", "aws_sagemaker_space")
canvas_registers_in_organization: Claim = _WITH_SETTINGS.must(
    *(
        _only_ours(
            f"{settings}.canvas_app_settings.model_register_settings"
            ".cross_account_model_register_role_arn",
            "a role",
        )
        for settings in _SETTINGS
    )
)
emr_roles_in_organization: Claim = _WITH_SETTINGS.must(
    *(
        _only_ours(f"{settings}.jupyter_lab_app_settings.emr_settings.{roles}", "roles")
        for settings in _SETTINGS
        for roles in ("assumable_role_arns", "execution_role_arns")
    )
)


def _role_of_its_own(model: Model, profile: PlannedResource) -> Iterator[Doubt]:
    hint = "modules/studio makes a role for each profile"
    own = _role(profile)
    must = "`user_settings.execution_role` must be a role of this profile alone"
    if not own:
        found = reading(profile, "user_settings.execution_role")
        say = violated if found.state is State.ABSENT else undecided
        yield say(profile, must, found.shown(), hint)
        return
    for other in PROFILES.among(model):
        same = (other.root, other.address) == (profile.root, profile.address)
        if other.root == profile.root and not same and own & _role(other):
            yield violated(profile, must, f"that of {other.address} too", hint)
    for domain in DOMAINS.among(model):
        default = reading(domain, "default_user_settings.execution_role")
        if domain.root == profile.root and own & (
            {f"{default.value}"} | set(linked(domain, default))
        ):
            yield violated(profile, must, f"that of {domain.address} too", hint)
    if own & deploying_roles(model):
        yield violated(profile, "its role must not deploy", f"`{sorted(own)[0]}`", hint)


def _role(profile: PlannedResource) -> set[str]:
    found = reading(profile, "user_settings.execution_role")
    return {f"{found.value}"} if found.state is State.KNOWN else set(linked(profile, found))


profile_execution_roles: Claim = PROFILES.must(_role_of_its_own)


def _adds_no_group(model: Model, profile: PlannedResource) -> Iterator[Doubt]:
    must = "`user_settings.security_groups` must be among those of the domain"
    found = reading(profile, "user_settings.security_groups")
    if found.state is State.ABSENT:
        return
    domains = [it for it in made_from(model, profile, "domain_id") if it.type == DOMAINS.types[0]]
    own = set(linked(profile, found)) or set(_list(found.value) if found.value else ())
    allowed: set[str] = set()
    for domain in domains:
        groups = reading(domain, "default_user_settings.security_groups")
        allowed |= set(linked(domain, groups)) | set(_list(groups.value) if groups.value else ())
    if not own or len(domains) != 1:
        yield undecided(profile, must, found.shown(), _HINT)
    elif not own <= allowed:
        yield violated(profile, must, f"`{sorted(own - allowed)}`", _HINT)


profile_security_groups: Claim = PROFILES.must(_adds_no_group)


def one_domain_per_account(model: Model) -> Outcome:
    """SMD-20: at most one domain in an account of data science, none where models serve."""
    domains = DOMAINS.among(model)
    doubts = []
    for domain in domains:
        if account_kind(model, domain) != "data-science":
            must = "an account that serves must have no domain"
            doubts.append(violated(domain, must, "one", "remove it"))
        others = [it for it in domains if it.account == domain.account and it is not domain]
        if others:
            must = "an account must have one domain"
            doubts.append(violated(domain, must, f"{len(others) + 1}", "remove all but one"))
    return Outcome((), tuple(doubts))


def _secret_encrypted(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    path = "git_config.secret_arn"
    must = f"`{path}` must be a secret of the same plan under a key of our own"
    found = reading(it, path)
    secrets = made_from(model, it, path)
    if found.state is State.ABSENT:
        return
    if not secrets:
        yield undecided(it, must, found.shown(), "make the secret beside it")
    for secret in secrets:
        if secret.type != "aws_secretsmanager_secret":
            yield violated(it, must, f"a value made from {secret.address}", "name a secret")
        else:
            hint = "name a key of modules/customer-key"
            yield from under_own_key("kms_key_id", hint)(model, secret)


repository_secrets_encrypted: Claim = every("aws_sagemaker_code_repository").must(_secret_encrypted)

no_notebook_instances: Claim = every("aws_sagemaker_notebook_instance").must_not_exist(
    "there must be no notebook instance", "work in Studio"
)


def _from_here(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "`lifecycle_config_name` must be a configuration of the same plan"
    found = reading(it, "lifecycle_config_name")
    kind = "aws_sagemaker_notebook_instance_lifecycle_configuration"
    names = {each.values.get("name") for each in model.of_type(kind) if each.root == it.root}
    made = made_from(model, it, "lifecycle_config_name")
    if found.state is State.KNOWN and found.value not in names:
        yield violated(it, must, found.shown(), "write the script in this repository")
    elif found.state is State.UNKNOWN and not any(each.type == kind for each in made):
        yield undecided(it, must, found.shown(), "write the script in this repository")


notebook_lifecycles_own: Claim = together(every("aws_sagemaker_notebook_instance").must(_from_here))
