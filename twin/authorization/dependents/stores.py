"""What stores with a customer's key ask KMS for in the name of whoever makes or reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from twin.authorization.asked import Asked
from twin.authorization.dependents import key_uses
from twin.authorization.dependents.dependent import Dependent, forwarded
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html"
_CODEARTIFACT = "https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html"
_TOKENS = "https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/security-encryption-at-rest.html"
_SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"
_SSM = "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html"
_DYNAMODB = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"
)


def ecr(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the grant by which a repository with a key encrypts what is pushed to it.

    Pushes and pulls then need no right to the key of their own.
    """
    given = call.parameters.get("encryptionConfiguration") or {}
    if call.operation != "CreateRepository" or not str(given.get("encryptionType")).startswith(
        "KMS"
    ):
        return ()
    return key_uses.grant(call, "ecr", given.get("kmsKey"), _ECR)


def codeartifact(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the grant by which a domain with a key encrypts its packages."""
    if call.operation != "CreateDomain":
        return ()
    return key_uses.grant(call, "codeartifact", call.parameters.get("encryptionKey"), _CODEARTIFACT)


def packages(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the token of STS that a token for packages is made from."""
    if call.operation != "GetAuthorizationToken":
        return ()
    service = "codeartifact.amazonaws.com"
    made = forwarded(call, service, "sts", "GetServiceBearerToken", {})
    asked = Asked("sts:GetServiceBearerToken", "*", call.caller.account_id)
    return (Dependent(made, _TOKENS, asked, {"sts:awsservicename": (service,)}),)


def functions(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return what it takes to lend a function a key for its environment."""
    if call.operation not in ("CreateFunction", "UpdateFunctionConfiguration"):
        return ()
    key = call.parameters.get("KMSKeyArn")
    granted = key_uses.grant(call, "lambda", key, _LAMBDA)
    return (*granted, *key_uses.use(call, "lambda", "Encrypt", key, _LAMBDA))


def dynamodb(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the grant by which a table with a key is encrypted."""
    given = call.parameters.get("SSESpecification") or {}
    if call.operation not in ("CreateTable", "UpdateTable"):
        return ()
    return key_uses.grant(call, "dynamodb", given.get("KMSMasterKeyId"), _DYNAMODB)


def secrets(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the uses of a secret's key when it is stored or read."""
    operations = _OF_SECRETS.get(call.operation)
    if operations is None:
        return ()
    name = str(call.parameters.get("SecretId") or call.parameters.get("Name") or "")
    account_id = name.split(":")[4] if name.startswith("arn:") else call.account_id
    held = secretsmanager_backends[account_id][call.region].secrets.get(name)
    key = call.parameters.get("KmsKeyId") or getattr(held, "kms_key_id", None)
    context = {"SecretARN": str(getattr(held, "arn", name))}
    return tuple(
        one
        for operation in operations
        for one in key_uses.use(
            call,
            "secretsmanager",
            operation,
            key,
            _SECRETS,
            account_id=account_id,
            context=context,
        )
    )


_WRITES = ("GenerateDataKey", "Decrypt")
_OF_SECRETS = {
    "CreateSecret": _WRITES,
    "GetSecretValue": ("Decrypt",),
    "PutSecretValue": _WRITES,
    "ReplicateSecretToRegions": _WRITES,
    "UpdateSecret": _WRITES,
}


def parameters(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the uses of the key of a secure string."""
    if call.operation == "PutParameter":
        if call.parameters.get("Type") != "SecureString":
            return ()
        key = call.parameters.get("KeyId") or "alias/aws/ssm"
        advanced = call.parameters.get("Tier") == "Advanced"
        operation = "GenerateDataKey" if advanced else "Encrypt"
        context = {"PARAMETER_ARN": _arn(call, str(call.parameters["Name"]))}
        return key_uses.use(call, "ssm", operation, key, _SSM, context=context)
    if call.operation not in ("GetParameter", "GetParameters", "GetParametersByPath"):
        return ()
    if not call.parameters.get("WithDecryption"):
        return ()
    return tuple(
        one
        for held in _read(call)
        if held.parameter_type == "SecureString"
        for one in key_uses.use(
            call,
            "ssm",
            "Decrypt",
            held.keyid or "alias/aws/ssm",
            _SSM,
            context={"PARAMETER_ARN": _arn(call, str(held.name))},
        )
    )


def _read(call: Call) -> list[Any]:
    stored = ssm_backends[call.account_id][call.region]._parameters
    path = call.parameters.get("Path")
    if path is not None:
        below = str(path).rstrip("/") + "/"
        return [
            versions[-1]
            for name, versions in list(stored.items())
            if name.startswith(below) and versions
        ]
    names = call.parameters.get("Names") or [call.parameters.get("Name")]
    # A name may carry a version or label; moto keeps a name of one level without its slash.
    keys = [stored.normalize_name(str(name).split(":")[0]) for name in names]
    held = [stored.get(key) for key in keys]
    return [versions[-1] for versions in held if versions]


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:ssm:{call.region}:{call.account_id}:parameter/{name.lstrip('/')}"
