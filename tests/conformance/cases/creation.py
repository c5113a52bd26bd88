"""What must be there before something can be made, and gone before it can be deleted."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket, key, managed, role
from tests.conformance.place import TAG, Place, allow, policy, trusting


def _nobody(place: Place) -> str:
    return f"arn:aws:iam::{place.account_id}:role/{place.name('nobody')}"


def _trust(place: Place) -> Attempt:
    return lambda: role(place, trust=trusting({"AWS": _nobody(place)}))


def _key_policy(place: Place) -> Attempt:
    return lambda: key(place, allow("kms:Encrypt", Principal={"AWS": _nobody(place)}))


def _lock_out(place: Place) -> Attempt:
    document = policy(allow("kms:Encrypt", Principal={"AWS": place.root}))
    return lambda: place.client("kms").create_key(Policy=document)


def _bucket_policy(place: Place) -> Attempt:
    name = bucket(place)
    document = policy(
        allow("s3:GetObject", on=f"arn:aws:s3:::{name}/*", Principal={"AWS": _nobody(place)})
    )
    return lambda: place.client("s3").put_bucket_policy(Bucket=name, Policy=document)


def _no_boundary(place: Place) -> Attempt:
    boundary = f"arn:aws:iam::{place.account_id}:policy/{place.name('boundary')}"
    return lambda: role(place, boundary=boundary)


def _with_policies(place: Place) -> Attempt:
    name = role(place, allow("iam:ListRoles")).rpartition("/")[2]
    return lambda: place.client("iam").delete_role(RoleName=name)


def _twice(place: Place) -> Attempt:
    name = role(place).rpartition("/")[2]
    trust = trusting({"AWS": place.root})
    return lambda: place.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)


def _bounds(place: Place) -> Attempt:
    boundary = managed(place, allow("s3:*"))
    role(place, boundary=boundary)
    return lambda: place.client("iam").delete_policy(PolicyArn=boundary)


def _becomes_an_id(place: Place) -> Attempt:
    iam = place.client("iam")
    named = role(place)
    name = named.rpartition("/")[2]
    identifier = iam.get_role(RoleName=name)["Role"]["RoleId"]
    holder = role(place, trust=trusting({"AWS": named})).rpartition("/")[2]
    iam.delete_role(RoleName=name)

    def principal() -> bool:
        found = iam.get_role(RoleName=holder)["Role"]["AssumeRolePolicyDocument"]
        return bool(found["Statement"][0]["Principal"]["AWS"] == identifier)

    return principal


def _with_objects(place: Place) -> Attempt:
    name = bucket(place)
    place.client("s3").put_object(Bucket=name, Key="a", Body=b"a")
    return lambda: place.client("s3").delete_bucket(Bucket=name)


def _immutable(place: Place) -> Attempt:
    ecr, name = place.client("ecr"), place.name("images")
    ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE", tags=[TAG])
    place.later(
        f"repository {name}", lambda: ecr.delete_repository(repositoryName=name, force=True)
    )
    _push(ecr, name, b'{"architecture":"amd64"}')
    return lambda: _push(ecr, name, b'{"architecture":"arm64"}')


def _push(ecr: Any, repository: str, config: bytes) -> None:
    """Push an image of one layer, which is its configuration too, under the tag ``one``."""
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    known = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])
    if not any(each["layerAvailability"] == "AVAILABLE" for each in known["layers"]):
        upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload,
            partFirstByte=0,
            partLastByte=len(config) - 1,
            layerPartBlob=config,
        )
        ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[digest])
    manifest = _manifest(digest, len(config))
    ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag="one")


def _manifest(digest: str, size: int) -> str:
    docker = "application/vnd.docker."
    described = {"size": size, "digest": digest}
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": f"{docker}distribution.manifest.v2+json",
            "config": {"mediaType": f"{docker}container.image.v1+json", **described},
            "layers": [{"mediaType": f"{docker}image.rootfs.diff.tar.gzip", **described}],
        }
    )


def _secret(place: Place) -> Attempt:
    manager, name = place.client("secretsmanager"), place.name("secret")
    manager.create_secret(Name=name, SecretString="s", Tags=[TAG])
    place.later(
        f"secret {name}",
        lambda: manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True),
    )
    manager.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    return lambda: manager.create_secret(Name=name, SecretString="s", Tags=[TAG])


def _parameter(place: Place) -> Attempt:
    ssm, name = place.client("ssm"), place.name("parameter")
    ssm.put_parameter(Name=name, Value="1", Type="String", Tags=[TAG])
    place.later(f"parameter {name}", lambda: ssm.delete_parameter(Name=name))
    return lambda: ssm.put_parameter(Name=name, Value="2", Type="String")


def _disabled(place: Place) -> Attempt:
    kms, identifier = place.client("kms"), key(place).rpartition("/")[2]
    kms.disable_key(KeyId=identifier)
    return lambda: kms.encrypt(KeyId=identifier, Plaintext=b"a")


def _disabled_by_arn(place: Place) -> Attempt:
    kms, arn = place.client("kms"), key(place)

    def disabled() -> bool:
        kms.disable_key(KeyId=arn)
        return bool(kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Disabled")

    return disabled


def _pending(place: Place) -> Attempt:
    kms = place.client("kms")
    # Not by key(): what waits already is not scheduled again.
    document = policy(allow("kms:*", Principal={"AWS": place.root}))
    tag = {"TagKey": TAG["Key"], "TagValue": TAG["Value"]}
    arn = kms.create_key(Policy=document, Tags=[tag])["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    return lambda: kms.encrypt(KeyId=arn, Plaintext=b"a")


def _checksum(place: Place) -> Attempt:
    name = bucket(place)
    wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    return lambda: place.client("s3").put_object(
        Bucket=name, Key="a", Body=b"one", ChecksumSHA256=wrong
    )


CASES: Mapping[str, Case] = {
    "checksum-must-fit": _checksum,
    "ecr-immutable-tag": _immutable,
    "iam-boundary-in-use": _bounds,
    "iam-boundary-must-exist": _no_boundary,
    "iam-principal-becomes-an-id": _becomes_an_id,
    "iam-role-twice": _twice,
    "iam-role-with-policies-stays": _with_policies,
    "iam-trust-names-nobody": _trust,
    "kms-key-disabled": _disabled,
    "kms-key-disabled-by-arn": _disabled_by_arn,
    "kms-key-waiting-for-deletion": _pending,
    "kms-lock-out": _lock_out,
    "kms-policy-names-nobody": _key_policy,
    "s3-bucket-with-objects-stays": _with_objects,
    "s3-policy-names-nobody": _bucket_policy,
    "secret-waiting-for-deletion": _secret,
    "ssm-parameter-twice": _parameter,
}
