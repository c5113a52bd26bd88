"""How things are broken for a rehearsal, and put back: policies, pins, keys and artefacts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.attestations.keys import PinnedKey, TrustedKeys
from scripts.access import Access
from tests.attacks.builds import keys_in_build
from tests.rehearsals.rehearsing import HOME, Rehearsing

Files = dict[str, bytes]


@contextmanager
def without_statement(at: Rehearsing, account: str, purpose: str, sid: str) -> Iterator[None]:
    """Take a statement out of the policy of a role, as a wrong change of Terraform would."""
    iam, role = at.applier("iam", account), at.naming.role_name(account, purpose)
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        kept = [each for each in policy["Statement"] if each.get("Sid") != sid]
        if len(kept) < len(policy["Statement"]):
            break
    else:
        raise AssertionError(f"{role}: has no statement {sid}")
    changed = json.dumps({**policy, "Statement": kept})
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=changed)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


@contextmanager
def also_taken_by(at: Rehearsing, persona: str, person: str) -> Iterator[Access]:
    """Let somebody take a second role, by a wrong change of whom it trusts; give their access."""
    iam, role = at.applier("iam", HOME), at.naming.role_name(HOME, persona)
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    changed = json.loads(json.dumps(trust))
    for each in changed["Statement"]:
        names = each["Condition"]["StringEquals"]["sts:SourceIdentity"]
        each["Condition"]["StringEquals"]["sts:SourceIdentity"] = [
            *([names] if isinstance(names, str) else names),
            person,
        ]
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(changed))
    try:
        arn = at.naming.role_arn(HOME, persona)
        yield at.arrived().assume(arn, at.stage.region, person, person)
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))


@contextmanager
def taken_over(at: Rehearsing, purpose: str, person: str) -> Iterator[Access]:
    """Let somebody take a role that services take, by a wrong change of whom it trusts."""
    iam, role = at.applier("iam", HOME), at.naming.role_name(HOME, purpose)
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    allowed = {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
        "Principal": {"AWS": f"arn:aws:iam::{at.naming.organization.account(HOME).id}:root"},
    }
    changed = {**trust, "Statement": [*trust["Statement"], allowed]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(changed))
    try:
        arn = at.naming.role_arn(HOME, purpose)
        yield at.arrived().assume(arn, at.stage.region, person, person)
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))


@contextmanager
def pinned_otherwise(
    at: Rehearsing, account: str, change: Callable[[TrustedKeys], TrustedKeys]
) -> Iterator[None]:
    """Change which keys a target believes, as its apply role may, and put them back."""
    client, name = at.applier("ssm", account), at.naming.trusted_keys_parameter(account)
    before = client.get_parameter(Name=name)["Parameter"]["Value"]
    trusted = change(TrustedKeys.parse(name, before.encode()))

    def write(value: str) -> None:
        client.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    write(trusted.content().decode())
    try:
        yield
    finally:
        write(before)


def without(keep: Callable[[PinnedKey], bool]) -> Callable[[TrustedKeys], TrustedKeys]:
    """Drop the keys that are not to be kept."""
    return lambda trusted: TrustedKeys(tuple(key for key in trusted.keys if keep(key)))


@contextmanager
def disabled(at: Rehearsing, account: str, purpose: str) -> Iterator[None]:
    """Disable a key of KMS for as long as a block lasts."""
    kms = at.applier("kms", account)
    alias = at.naming.key_alias(account, purpose)
    key = at.admin("kms", account).describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    try:
        yield
    finally:
        kms.enable_key(KeyId=key)


def in_build(at: Rehearsing, account: str, project: str, service: str) -> Any:
    """Give a client with the keys that code inside a build finds, in the build's network."""

    def taken() -> Any:
        keys = keys_in_build(at.stage, account, project)
        return at.stage.client_with(service, keys, vpc=account)

    return at.kept(("build", account, project, service), taken)


def place_of(at: Rehearsing, execution: str, artifact: str) -> dict[str, str]:
    """Tell where an artefact of a promotion lies."""
    for action in reversed(at.actions(execution)):
        if artifact in action.outputs:
            bucket, key = action.outputs[artifact]
            return {"Bucket": bucket, "Key": key}
    raise AssertionError(f"promotion {execution} has no artefact {artifact}")


@contextmanager
def rewritten(
    at: Rehearsing, execution: str, artifact: str, change: Callable[[Files], Files]
) -> Iterator[None]:
    """Put other files into an artefact, with the keys of the build that made it."""
    wanted = place_of(at, execution, artifact)
    account, project = ("data-science", "bundle") if artifact == "Release" else ("staging", "test")
    client = in_build(at, account, project, "s3")
    before = client.get_object(**wanted)["Body"].read()
    client.put_object(**wanted, Body=_zip(change(_unzip(before))))
    try:
        yield
    finally:
        client.put_object(**wanted, Body=before)


def files_of(at: Rehearsing, execution: str, artifact: str) -> Files:
    """Read the files of an artefact."""
    found = next(each for each in reversed(at.actions(execution)) if artifact in each.outputs)
    return at.flow.files(found, artifact)


def _unzip(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
