"""Control policies of the organisation, as they bind each account: by level, from the root down.

AWS attaches FullAWSAccess and RCPFullAWSAccess to every level by itself. Units above those of
organization.yaml are not known; what they forbid would only be more.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policies.iam import Policy
from policies.model.documents import CONTROL_LIMIT, facts_of, full_access, read_document
from policies.model.facts import Levels, PolicyFacts, PolicyLayer
from policies.model.planned import Instance
from policies.model.roles import RESOLVED
from policies.model.root import Root
from policies.model.values import mapping, text

_LAYERS = {
    "RESOURCE_CONTROL_POLICY": PolicyLayer.RESOURCE_CONTROL,
    "SERVICE_CONTROL_POLICY": PolicyLayer.SERVICE_CONTROL,
}
_FULL = {
    PolicyLayer.SERVICE_CONTROL: "FullAWSAccess",
    PolicyLayer.RESOURCE_CONTROL: "RCPFullAWSAccess",
}
_INDEX_ENDS = '[]"'


@dataclass
class Controls:
    """Control policies by the identifier of what they are attached to."""

    at: dict[tuple[PolicyLayer, str], list[Policy]] = field(default_factory=dict)
    policies: list[PolicyFacts] = field(default_factory=list)

    def levels(self, layer: PolicyLayer, unit: str, account: str) -> Levels:
        """Give the policies of a layer that bind an account: root, unit, account."""
        full = full_access(_FULL[layer], for_resources=layer is PolicyLayer.RESOURCE_CONTROL)
        roots = sorted(target for found, target in self.at if found is layer and target[:2] == "r-")
        targets = ((*roots,), (unit,), (account,))
        return tuple(
            (full, *(each for target in level for each in self.at.get((layer, target), ())))
            for level in targets
        )


def read_controls(root: Root | None) -> Controls:
    """Read the policies of the organisation's plan and what each is attached to."""
    controls = Controls()
    if root is None:
        return controls
    read = {each.address: each for each in root.of_type("aws_organizations_policy")}
    parsed = {address: _parsed(root, each) for address, each in read.items()}
    attached: dict[str, list[str]] = {}
    for attachment in root.of_type("aws_organizations_policy_attachment"):
        target = text(attachment.values, "target_id")
        if not target:
            root.refuse(attachment, RESOLVED, "target_id must be known in the plan", "not known")
        for policy in _policies_of(root, attachment):
            attached.setdefault(policy.address, []).append(target)
            layer, found = parsed[policy.address]
            if layer is not None and found is not None and target:
                controls.at.setdefault((layer, target), []).append(found)
    _check_outputs(root, attached)
    controls.policies += _facts(root, read.values(), attached)
    return controls


def _parsed(root: Root, instance: Instance) -> tuple[PolicyLayer | None, Policy | None]:
    kind = text(instance.values, "type")
    layer = _LAYERS.get(kind)
    if layer is None:
        if not kind:
            root.refuse(instance, RESOLVED, "type must be known in the plan", "not known")
        return None, None
    document = read_document(instance, "content", CONTROL_LIMIT)
    if document is None:
        root.refuse(instance, RESOLVED, "content must be known in the plan", "none")
        return layer, None
    root.problems += document.problems
    return layer, document.policy


def _facts(
    root: Root, instances: Iterable[Instance], attached: Mapping[str, list[str]]
) -> Iterator[PolicyFacts]:
    for instance in instances:
        layer = _LAYERS.get(text(instance.values, "type"))
        document = read_document(instance, "content", CONTROL_LIMIT)
        if layer is None or document is None:
            continue
        for target in sorted(attached.get(instance.address, ())) or [""]:
            place = layer if target else PolicyLayer.UNATTACHED
            yield facts_of(instance, place, root.key, target, document)


def _policies_of(root: Root, attachment: Instance) -> tuple[Instance, ...]:
    """Give the policy of an attachment.

    Its identifier is unknown until it exists, and a plan does not tell which key a reference
    took. An attachment whose key begins with a policy's is that policy's; where that is not
    certain it is refused. The output ``attachments``, if there is one, must say the same.
    """
    found = root.named(attachment, "policy_id", "aws_organizations_policy", "id")
    if len(found) > 1:
        key = attachment.key.strip(_INDEX_ENDS)
        own = [each for each in found if each.key.strip(_INDEX_ENDS) in (key, key.split("/")[0])]
        found = tuple(own)
    if len(found) != 1:
        root.refuse(
            attachment,
            RESOLVED,
            "policy_id must name one policy of the plan",
            f"{len(found)}",
            "name attachments <policy>/<target>",
        )
        return ()
    return found


def _check_outputs(root: Root, attached: Mapping[str, list[str]]) -> None:
    told = mapping(mapping(root.plan.outputs, "attachments"), "value")
    if not told:
        return
    expected = sorted(
        name for names in told.values() if isinstance(names, list) for name in map(str, names)
    )
    keys = {address: address.rpartition("[")[2].strip(_INDEX_ENDS) for address in attached}
    found = sorted(keys[address] for address, targets in attached.items() for _ in targets)
    if expected != found:
        for attachment in root.of_type("aws_organizations_policy_attachment"):
            root.refuse(
                attachment,
                RESOLVED,
                "must be among the attachments that the plan's output tells",
                f"{len(found)} attachments beside {len(expected)}",
            )
