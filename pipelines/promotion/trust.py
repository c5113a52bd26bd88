"""What an account holds for signatures: keys of others that it believes, and a key of its own."""

from __future__ import annotations

from pipelines.attestations.keys import TrustedKeys
from pipelines.aws_call import aws_call
from pipelines.errors import EnvironmentFault
from pipelines.naming import Naming
from pipelines.organization import Account
from pipelines.promotion.target import ParameterClient


def read_trusted(ssm: ParameterClient, naming: Naming, account: Account) -> TrustedKeys:
    """Read the keys that a target has pinned; raises Finding where the document is none."""
    name = naming.trusted_keys_parameter(account.name)
    hint = "apply the account's root, then pin the keys: gatehouse release trust"
    return TrustedKeys.parse(name, _value(ssm, name, hint).encode())


def read_test_key(ssm: ParameterClient, naming: Naming, account: Account) -> str:
    """Give the ARN of the key with which a staging account signs its tests."""
    name = f"{naming.parameter_root(account.name)}/keys/test-signing-arn"
    return _value(ssm, name, "apply the account's root first")


def _value(ssm: ParameterClient, name: str, hint: str) -> str:
    with aws_call(name, "must be a parameter that can be read"):
        answer = ssm.get_parameters(Names=[name])
    for one in answer["Parameters"]:
        if one["Name"] == name and one["Value"]:
            return str(one["Value"])
    raise EnvironmentFault(name, "must be a parameter of this account", got="nothing", hint=hint)
