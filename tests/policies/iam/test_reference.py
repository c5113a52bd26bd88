"""What AWS publishes of actions and keys is found as policies name it; the unknown is possible."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from policies.iam.reference import ServiceReference, load_reference
from policies.iam.reference_globals import Presence


@pytest.fixture(scope="module")
def reference() -> ServiceReference:
    return load_reference()


def test_an_action_is_found_whatever_its_case(reference: ServiceReference) -> None:
    found = reference.action("S3:getobject")
    assert found is not None
    assert found.name == "s3:GetObject"
    assert found.access_level == "Read"
    assert "arn:*:s3:::*/*" in found.resources


@pytest.mark.parametrize("name", ["sagemaker:NoSuchThing", "nothing:Get", "s3", "", "s3:"])
def test_an_unknown_action_is_unknown(reference: ServiceReference, name: str) -> None:
    assert reference.action(name) is None


def test_an_action_without_resource_types_has_none(reference: ServiceReference) -> None:
    found = reference.action("s3:ListAllMyBuckets")
    assert found is not None
    assert found.resources == ()
    assert found.required == ()


def test_a_resource_without_which_aws_refuses_is_required(reference: ServiceReference) -> None:
    found = reference.action("sagemaker:CreateEndpoint")
    assert found is not None
    assert "arn:*:sagemaker:*:*:endpoint/*" in found.required


@pytest.mark.parametrize(
    ("key", "kind", "many"),
    [
        ("aws:PrincipalArn", "ARN", False),
        ("aws:viaawsservice", "Bool", False),
        ("aws:CalledVia", "String", True),
        ("aws:PrincipalTag/team", "String", False),
        ("aws:TagKeys", "String", True),
        ("sagemaker:NetworkIsolation", "Bool", False),
        ("SageMaker:VpcSubnets", "String", True),
        ("sagemaker:ImageArns", "ARN", True),
        ("sagemaker:MaxRuntimeInSeconds", "Numeric", False),
        ("s3:ExistingObjectTag/class", "String", False),
        ("kms:EncryptionContext:aws:s3:arn", "String", False),
        ("elasticloadbalancing:ResourceTag/stage", "String", False),
        ("codebuild:environment.environmentVariables/STAGE.value", "String", False),
    ],
)
def test_a_key_has_its_type(reference: ServiceReference, key: str, kind: str, many: bool) -> None:
    found = reference.key(key)
    assert found is not None
    assert (found.type, found.multivalued) == (kind, many)


@pytest.mark.parametrize("key", ["aws:Nothing", "sagemaker:Isolation", "aws:requesttag", ""])
def test_an_unknown_key_is_unknown(reference: ServiceReference, key: str) -> None:
    assert reference.key(key) is None


def test_keys_that_every_request_carries_say_so(reference: ServiceReference) -> None:
    present = {key: reference.key(key) for key in ("aws:SecureTransport", "aws:SourceVpce")}
    assert present["aws:SecureTransport"] is not None
    assert present["aws:SecureTransport"].presence is Presence.ALWAYS
    assert present["aws:SourceVpce"] is not None
    assert present["aws:SourceVpce"].presence is Presence.SOMETIMES


@pytest.mark.parametrize(
    ("action", "key", "carried"),
    [
        ("sagemaker:CreateTrainingJob", "sagemaker:NetworkIsolation", True),
        ("sagemaker:CreateCompilationJob", "sagemaker:NetworkIsolation", False),
        ("kms:Decrypt", "kms:ViaService", True),
        ("kms:Decrypt", "kms:EncryptionContext:aws:s3:arn", True),
        ("kms:Decrypt", "aws:SourceVpce", True),
        ("kms:Decrypt", "aws:RequestTag/stage", False),
        ("kms:CreateKey", "aws:RequestTag/stage", True),
        ("s3:GetObject", "s3:x-amz-server-side-encryption", False),
        ("s3:PutObject", "S3:X-Amz-Server-Side-Encryption", True),
    ],
)
def test_an_action_carries_its_keys(
    reference: ServiceReference, action: str, key: str, carried: bool
) -> None:
    found = reference.action(action)
    assert found is not None
    assert found.carries(key) is carried


@pytest.mark.parametrize(
    ("pattern", "some", "others"),
    [
        ("s3:Get*", {"s3:GetObject"}, {"s3:PutObject"}),
        ("S3:getobject", {"s3:GetObject"}, {"s3:GetObjectAcl"}),
        ("*:AssumeRole", {"sts:AssumeRole"}, {"sts:AssumeRoleWithSAML"}),
        ("kms:?ecrypt", {"kms:Decrypt"}, {"kms:Encrypt"}),
        ("*", {"s3:GetObject", "sts:AssumeRole"}, set()),
    ],
)
def test_a_pattern_gives_the_actions_it_speaks_of(
    reference: ServiceReference, pattern: str, some: set[str], others: set[str]
) -> None:
    found = set(reference.actions_matching(pattern))
    assert some <= found
    assert not others & found


@pytest.mark.parametrize("pattern", ["nothing:*", "s3:Nothing*", "s3:[G]etObject"])
def test_a_pattern_without_known_actions_gives_none(
    reference: ServiceReference, pattern: str
) -> None:
    assert reference.actions_matching(pattern) == ()


def test_every_published_action_can_be_read(reference: ServiceReference) -> None:
    for name in reference.actions_matching("*"):
        found = reference.action(name)
        assert found is not None
        assert found.name == name
        assert set(found.required) <= set(found.resources)


def test_every_key_of_an_action_has_a_type(reference: ServiceReference) -> None:
    missing = {
        key
        for service in ("s3", "kms", "sagemaker", "iam", "sts", "ec2", "codebuild")
        for name in reference.actions_matching(f"{service}:*")
        for key in getattr(reference.action(name), "keys", ())
        if reference.key(key) is None
    }
    assert missing == set()


def test_importing_reads_nothing() -> None:
    program = (
        "import sys, policies.iam.reference as r; print(r.load_reference.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "0"


def test_it_is_read_within_a_second() -> None:
    load_reference.cache_clear()
    begun = time.process_time()
    load_reference().action("s3:GetObject")
    assert time.process_time() - begun < 1
