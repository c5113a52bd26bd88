"""Where somebody sits who works inside an account's network, as the account itself publishes it."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import EnvironmentFault
from pipelines.naming import Naming
from scripts import twins
from scripts.access import Access, aws_errors, in_account

_SUBNETS, _GROUPS = "network/subnet-ids", "network/workload-security-group-ids"


def seat_in(access: Access, naming: Naming, account: str) -> twins.Seat:
    """Give a seat in an account's network, among its workloads.

    Raises EnvironmentFault where the account is not laid out.
    """
    found = _published(in_account(access, naming, account), naming, account)
    return twins.Seat(
        subnet_ids=tuple(found[_SUBNETS].split(",")),
        security_group_ids=tuple(found[_GROUPS].split(",")),
    )


def administrator_inside(folder: Path, naming: Naming, account: str) -> Access:
    """Give the administrator of a twin, arriving from inside an account's network."""
    region = naming.organization.account(account).region
    seat = seat_in(twins.administrator(folder, region), naming, account)
    return twins.administrator(folder, region, seat)


def _published(access: Access, naming: Naming, account: str) -> dict[str, str]:
    root = naming.parameter_root(account)
    names = [f"{root}/{name}" for name in (_SUBNETS, _GROUPS)]
    region = naming.organization.account(account).region
    with aws_errors(root, "must be readable", access.endpoint):
        answer = access.client("ssm", region).get_parameters(Names=names)
    found = {each["Name"].removeprefix(f"{root}/"): each["Value"] for each in answer["Parameters"]}
    if len(found) < len(names):
        raise EnvironmentFault(
            account,
            "must be laid out to be worked in",
            got="an account that publishes no network",
            hint=f"make plan ACCOUNT={account}, then make apply ACCOUNT={account}",
        )
    return found
