"""What SageMaker needs of a role before it runs something with it."""

from __future__ import annotations

import pytest

from tests.twin.authorization.strict import Strict, allow
from tests.twin.engines.accounts import REGION, TOOLS, unique
from twin.authorization.errands import Errand, require
from twin.credentials import Credentials
from twin.engines.sagemaker.borrowing import borrow
from twin.engines.sagemaker.place import Place
from twin.errors import ServiceError
from twin.identity import SessionRequest

_PLACE = Place(TOOLS, REGION)
_SEES = allow("ec2:Describe*")


def _session(strict: Strict, role_arn: str) -> Credentials:
    request = SessionRequest(role_arn, unique("job"), service="sagemaker.amazonaws.com")
    return strict.lab.twin.identities.add_session(request)[1]


def _network(strict: Strict) -> dict[str, list[str]]:
    ec2 = strict.lab.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)["GroupId"]
    return {"Subnets": [subnet], "SecurityGroupIds": [group]}


def test_a_role_that_may_make_no_interface_joins_no_network(strict: Strict) -> None:
    network = _network(strict)
    session = _session(strict, strict.person(_SEES).role_arn)
    with pytest.raises(ServiceError, match="ec2:CreateNetworkInterface"):
        borrow(strict.lab.twin, _PLACE, session, network, None)


def test_a_role_joins_the_subnets_that_it_is_given_only(strict: Strict) -> None:
    mine, other = _network(strict), _network(strict)
    end = f"arn:aws:ec2:{REGION}:{TOOLS}"
    makes = allow(
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        on=[
            f"{end}:network-interface/*",
            f"{end}:security-group/*",
            f"{end}:subnet/{mine['Subnets'][0]}",
        ],
    )
    session = _session(strict, strict.person(_SEES, makes).role_arn)
    borrow(strict.lab.twin, _PLACE, session, mine, None)
    with pytest.raises(ServiceError, match=other["Subnets"][0]):
        borrow(strict.lab.twin, _PLACE, session, other, None)


def test_a_volumes_key_is_lent_by_the_role_through_sagemaker(strict: Strict) -> None:
    key = strict.key()
    without = _session(strict, strict.person().role_arn)
    with pytest.raises(ServiceError, match="kms:CreateGrant"):
        borrow(strict.lab.twin, _PLACE, without, None, key)
    through = {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"}
    lends = allow("kms:CreateGrant", on=key, StringEquals=through)
    session = _session(strict, strict.person(lends).role_arn)
    borrow(strict.lab.twin, _PLACE, session, None, key)
    record = strict.lab.twin.audit.recent()[-1]
    assert record["eventName"] == "CreateGrant"
    assert record["userIdentity"]["invokedBy"] == "sagemaker.amazonaws.com"


def test_an_errand_is_recorded_with_its_refusal(strict: Strict) -> None:
    session = _session(strict, strict.person().role_arn)
    errand = Errand("ec2", "DescribeVpcs", {}, REGION)
    with pytest.raises(ServiceError):
        require(strict.lab.twin, session, "request", errand)
    record = strict.lab.twin.audit.recent()[-1]
    assert record["errorCode"] == "UnauthorizedOperation"
    assert not record["additionalEventData"]["decision"]["allowed"]
