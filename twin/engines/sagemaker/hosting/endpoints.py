"""The operations on endpoints, and the deployments behind them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from twin.call import Call
from twin.declared.listing import page
from twin.engines.cloudwatch import alarms
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.hosting.deployment import Deployment, retained
from twin.engines.sagemaker.hosting.fleet import Fleet
from twin.engines.sagemaker.hosting.guardrails import policy_of, refuse
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, invalid
from twin.faults import Kind
from twin.table import Record
from twin.twin import Twin

NOUN = "Endpoint"
_TRANSITIONAL = ("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")
# Terraform asks for an endpoint's status every 30 seconds only. Its question is answered as
# soon as a deployment is over, so that an apply does not wait for nothing.
_HOLD_SECONDS = 20.0
_TERRAFORM = "Terraform"


class Endpoints:
    """Answers the operations on endpoints and deploys what they ask for."""

    def __init__(self, fleet: Fleet, watched: alarms.Alarms) -> None:
        self._fleet, self._alarms = fleet, watched
        self._changed = threading.Condition()
        self._known: set[int] = set()

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("CreateEndpoint", self.create)
        checked.answers("DescribeEndpoint", self.describe)
        checked.answers("UpdateEndpoint", self.update)
        checked.answers("UpdateEndpointWeightsAndCapacities", self.update_weights)
        checked.answers("DeleteEndpoint", self.delete)
        checked.answers("ListEndpoints", self.list_all)

    def create(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Create an endpoint and deploy its configuration."""
        given, place = call.parameters, Place.of(call)
        name = str(given["EndpointName"])
        config = _config(twin, place, given["EndpointConfigName"])
        refuse(given.get("DeploymentConfig"), config, None, _alarm_exists(place))
        now = twin.now()
        record = {
            "EndpointName": name,
            "EndpointArn": place.arn("endpoint", name),
            "EndpointConfigName": config["EndpointConfigName"],
            "EndpointStatus": "Creating",
            "LastDeploymentConfig": given.get("DeploymentConfig"),
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        record = {key: value for key, value in record.items() if value is not None}
        if not place.table(twin, NOUN).add(name, record):
            arn = record["EndpointArn"]
            raise invalid(f'Cannot create already existing endpoint "{arn}".')
        self._forget_on_reset(twin)
        tell(twin, place, "Endpoint State Change", record, record["EndpointArn"], epoch=True)
        self._deploy(twin, Deployment(place, name, config))
        return {"EndpointArn": record["EndpointArn"]}

    def describe(self, twin: Twin, call: Call) -> Record:
        """Return an endpoint as it is now; Terraform's questions wait for a deployment's end."""
        place, name = Place.of(call), str(call.parameters["EndpointName"])
        record = _find(twin, place, name)
        if _TERRAFORM in call.user_agent and record["EndpointStatus"] in _TRANSITIONAL:
            with self._changed:
                self._changed.wait_for(
                    lambda: twin.stopping.is_set() or _settled(twin, place, name),
                    timeout=_HOLD_SECONDS,
                )
            record = _find(twin, place, name)
        return record

    def update(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Deploy another configuration beside the present one, which serves until then."""
        given, place = call.parameters, Place.of(call)
        name = str(given["EndpointName"])
        record = _find(twin, place, name)
        config = _config(twin, place, given["EndpointConfigName"])
        wanted = given.get("DeploymentConfig")
        if not wanted and given.get("RetainDeploymentConfig"):
            wanted = record.get("LastDeploymentConfig")
        serving = [one["VariantName"] for one in record.get("ProductionVariants") or []]
        refuse(wanted, config, serving or None, _alarm_exists(place))
        changes: Record = {
            "EndpointStatus": "Updating",
            "PendingDeploymentSummary": _pending(twin, config),
            "LastDeploymentConfig": wanted,
        }
        if not _begin(twin, place, name, changes):
            raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
        undone = twin.faults.strike(call, (Kind.ROLLBACK,)) is not None
        kept, policy = retained(given, record), policy_of(wanted)
        self._deploy(twin, Deployment(place, name, config, kept, policy, undone))
        return {"EndpointArn": record["EndpointArn"]}

    def update_weights(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Change how traffic is spread over the variants, and how many instances they have."""
        place, name = Place.of(call), str(call.parameters["EndpointName"])
        record = _find(twin, place, name)
        if record["EndpointStatus"] != "InService":
            raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
        wanted = {one["VariantName"]: one for one in call.parameters["DesiredWeightsAndCapacities"]}
        known = {one["VariantName"] for one in _variants(record)}
        if set(wanted) - known:
            missing = ", ".join(sorted(set(wanted) - known))
            raise invalid(
                f'The variant name(s) "{missing}" are not present within endpoint "{name}".'
            )

        def change(held: Record) -> None:
            for variant in _variants(held):
                given = wanted.get(variant["VariantName"], {})
                if given.get("DesiredWeight") is not None:
                    variant |= dict.fromkeys(
                        ("CurrentWeight", "DesiredWeight"), given["DesiredWeight"]
                    )
                if given.get("DesiredInstanceCount") is not None:
                    names = ("CurrentInstanceCount", "DesiredInstanceCount")
                    variant |= dict.fromkeys(names, given["DesiredInstanceCount"])
            held["LastModifiedTime"] = twin.now()

        place.table(twin, NOUN).change(name, change)
        weights = {
            one: float(given["DesiredWeight"])
            for one, given in wanted.items()
            if given.get("DesiredWeight") is not None
        }
        self._fleet.weigh(record["EndpointArn"], weights)
        return {"EndpointArn": record["EndpointArn"]}

    def delete(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Delete an endpoint and end its servers."""
        place, name = Place.of(call), str(call.parameters["EndpointName"])
        record = _find(twin, place, name)
        if record["EndpointStatus"] in _TRANSITIONAL:
            raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
        place.table(twin, NOUN).pop(name)
        group = self._fleet.remove(record["EndpointArn"])
        if group is not None:
            twin.background(f"end of endpoint {name}", group.end)
        gone = record | {"EndpointStatus": "Deleting"}
        tell(twin, place, "Endpoint State Change", gone, record["EndpointArn"], epoch=True)
        return {}

    def list_all(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List endpoints, the youngest first."""
        given = {"SortBy": "CreationTime", "SortOrder": "Descending"} | call.parameters
        if "StatusEquals" in given:
            given["EndpointStatusEquals"] = given.pop("StatusEquals")
        records = Place.of(call).table(twin, NOUN).values()
        return page(given, records, "Endpoints", ("EndpointName", "CreationTime"))

    def _deploy(self, twin: Twin, deployment: Deployment) -> None:
        stopping = twin.stopping

        def report(stage: Record) -> None:
            if not stopping.is_set():
                _report(twin, deployment, stage)

        def deploy() -> None:
            changes, left = deployment.run(twin, self._fleet, self._alarms, report)
            if changes is not None and not stopping.is_set():
                self._settle(twin, deployment.place, deployment.endpoint, changes)
            if left is not None:
                left.end()

        self._alarms.begin(twin)
        twin.background(f"deployment of endpoint {deployment.endpoint}", deploy)

    def _settle(self, twin: Twin, place: Place, name: str, changes: Record) -> None:
        def change(record: Record) -> None:
            record.update(changes)
            record["LastModifiedTime"] = twin.now()
            record.pop("PendingDeploymentSummary", None)
            for member in [key for key, value in record.items() if value is None]:
                del record[member]

        record = place.table(twin, NOUN).change(name, change)
        with self._changed:
            self._changed.notify_all()
        if record is not None:
            tell(twin, place, "Endpoint State Change", record, record["EndpointArn"], epoch=True)

    def _forget_on_reset(self, twin: Twin) -> None:
        with self._changed:
            if id(twin) not in self._known:
                self._known.add(id(twin))
                twin.on_reset(self._fleet.clear)


def _alarm_exists(place: Place) -> Callable[[str], bool]:
    return lambda name: alarms.exists(place.account_id, place.region, name)


def _pending(twin: Twin, config: Record) -> Record:
    variants = {
        kind: [{"VariantName": variant["VariantName"]} for variant in config[kind]]
        for kind in ("ProductionVariants", "ShadowProductionVariants")
        if config.get(kind)
    }
    return {
        "EndpointConfigName": config["EndpointConfigName"],
        "StartTime": twin.now(),
        **variants,
    }


def _variants(record: Record) -> list[Record]:
    kinds = ("ProductionVariants", "ShadowProductionVariants")
    return [variant for kind in kinds for variant in record.get(kind) or []]


def _report(twin: Twin, deployment: Deployment, stage: Record) -> None:
    """Show at which stage a deployment is, and send the event of it."""

    def change(record: Record) -> None:
        if "PendingDeploymentSummary" in record:
            record["PendingDeploymentSummary"] |= stage

    record = deployment.place.table(twin, NOUN).change(deployment.endpoint, change)
    if record is not None and "PendingDeploymentSummary" in record:
        kind = "Endpoint Deployment State Change"
        tell(twin, deployment.place, kind, record, deployment.arn, epoch=True)


def _begin(twin: Twin, place: Place, name: str, changes: Record) -> bool:
    """Enter that a deployment begins, unless another is under way."""
    begun: list[bool] = []

    def change(record: Record) -> None:
        if record["EndpointStatus"] not in _TRANSITIONAL:
            begun.append(True)
            record.update(changes)
            record["LastModifiedTime"] = twin.now()
            for member in [key for key, value in record.items() if value is None]:
                del record[member]

    place.table(twin, NOUN).change(name, change)
    return bool(begun)


def _settled(twin: Twin, place: Place, name: str) -> bool:
    record = place.table(twin, NOUN).get(name)
    return record is None or record["EndpointStatus"] not in _TRANSITIONAL


def _find(twin: Twin, place: Place, name: str) -> Record:
    record = place.table(twin, NOUN).get(name)
    if record is None:
        raise invalid(f'Could not find endpoint "{place.arn("endpoint", name)}".')
    return record


def _config(twin: Twin, place: Place, name: str) -> Record:
    record = place.table(twin, "EndpointConfig").get(name)
    if record is None:
        arn = place.arn("endpoint-config", name)
        raise invalid(f'Could not find endpoint configuration "{arn}".')
    return record
