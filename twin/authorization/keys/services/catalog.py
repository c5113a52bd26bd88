"""Keys of Service Catalog and CloudFormation: whose product it is, and how a stack is made.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/permissions-examples.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys.ask import Ask, Reader, Values, sent
from twin.table import Record

_SELF = ("self",)
_LISTS = frozenset(
    {"ListRecordHistory", "ScanProvisionedProducts", "SearchProvisionedProducts"}
    | {"ListProvisionedProductPlans"}
)


def _launched(ask: Ask) -> Record | None:
    """Return what was launched, or the record of a launch, that a request names."""
    given = ask.parameters
    place = (ask.call.account_id, ask.call.region)
    if ask.action == "DescribeRecord":
        return ask.twin.table("servicecatalog/Record", *place).get(str(given.get("Id")))
    wanted = given.get("ProvisionedProductId") or given.get("Id")
    name = given.get("ProvisionedProductName") or given.get("Name")
    for held in ask.twin.table("servicecatalog/ProvisionedProduct", *place).values():
        if held.get("Id") == wanted or (wanted is None and held.get("Name") == name):
            return held
    return None


def _is_own(ask: Ask, member: str, mine: str) -> bool:
    held = _launched(ask)
    if held is None:
        return False
    if member not in held:
        # A record of a launch names what was launched, which names who launched it.
        place = (ask.call.account_id, ask.call.region)
        table = ask.twin.table("servicecatalog/ProvisionedProduct", *place)
        held = table.get(str(held.get("ProvisionedProductId"))) or {}
    return held.get(member) == mine


def _level(key: str) -> Reader:
    """Make a reader of whether what is looked at is the caller's own, at one level.

    A list says so by its filter, whose default is what the user launched; everything else by who
    launched what it names.
    """

    def read(ask: Ask) -> Values | None:
        if ask.action in _LISTS:
            chosen = ask.parameters.get("AccessLevelFilter") or {"Key": "User", "Value": "self"}
            return (str(chosen.get("Value")),) if chosen.get("Key") == key else None
        caller = ask.caller
        if key == "Account":
            return _SELF if _launched(ask) is not None else None
        if key == "Role":
            return _SELF if _is_own(ask, "UserArn", caller.role_arn or caller.arn) else None
        return _SELF if _is_own(ask, "UserArnSession", caller.arn) else None

    return read


READERS: Mapping[str, Reader] = {
    "cloudformation:changesetname": sent("ChangeSetName"),
    "cloudformation:importresourcetypes": sent("ResourcesToImport.ResourceType"),
    "cloudformation:resourcetypes": sent("ResourceTypes"),
    "cloudformation:rolearn": sent("RoleARN", "AdministrationRoleARN"),
    "cloudformation:stackpolicyurl": sent("StackPolicyURL"),
    "cloudformation:targetregion": sent("Regions"),
    "cloudformation:templateurl": sent("TemplateURL"),
    "servicecatalog:accountlevel": _level("Account"),
    "servicecatalog:resource": sent("ResourceArn"),
    "servicecatalog:resourcetype": sent("ResourceType"),
    "servicecatalog:rolelevel": _level("Role"),
    "servicecatalog:userlevel": _level("User"),
}
