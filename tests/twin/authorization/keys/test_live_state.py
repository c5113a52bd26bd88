"""Looking for what a request names makes nothing in the live state."""

from __future__ import annotations

import pytest
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends

from tests.twin.authorization.keys.asking import Asking


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:{}:key/1"),
        ("iam:PutRolePolicy", "arn:aws:iam::{}:role/r"),
        ("s3:GetObject", "arn:aws:s3:::data/k"),
        ("ec2:CreateNetworkInterface", "arn:aws:ec2:eu-west-1:{}:subnet/subnet-1"),
        ("sns:Publish", "arn:aws:sns:mars-1:{}:t"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:mars-1:{}:secret:s"),
        ("logs:FilterLogEvents", "arn:aws:logs:mars-1:{}:log-group:g:*"),
    ],
)
def test_who_names_strange_accounts_and_regions_leaves_nothing_behind(
    ask: Asking, action: str, arn: str
) -> None:
    stranger = "555555555555"
    found = ask(action, arn.format(stranger), {"SubnetId": "subnet-1"}, owner=stranger)
    assert found["aws:resourceaccount"] == (stranger,)
    made = (kms_backends, iam_backends, ec2_backends, sns_backends, logs_backends)
    assert not any(dict.__contains__(backends, stranger) for backends in made)
