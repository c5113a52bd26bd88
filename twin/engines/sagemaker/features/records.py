"""Records of feature groups: the newest one online, all of them offline.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Feature_Store_Runtime.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from twin.call import Call
from twin.engines.sagemaker.features import offline
from twin.engines.sagemaker.features.groups import NOUN, found, online_kind
from twin.engines.sagemaker.features.offline import Row
from twin.engines.sagemaker.features.values import broken, event_time, record_of
from twin.engines.sagemaker.place import Place
from twin.engines.sagemaker.session import RoleSession
from twin.engines.sagemaker.transfer import Store, TransferError
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

_log = logging.getLogger(__name__)
_SERVICE = "sagemaker-featurestore-runtime"
# The service gathers for up to fifteen minutes.
_GATHERED_SECONDS = 0.5
_PAUSE_AFTER_FAILURE_SECONDS = 2.0
_UNITS = {"Seconds": 1, "Minutes": 60, "Hours": 3600, "Days": 86400, "Weeks": 604800}
_Key = tuple[Place, str]


class Records:
    """Reads and writes records, and keeps those that wait for their file in S3."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[_Key, list[Row]] = {}

    def register(self, registry: Registry) -> None:
        """Put the operations into the registry."""
        registry.answers(_SERVICE, "PutRecord")(self.put)
        registry.answers(_SERVICE, "DeleteRecord")(self.delete)
        registry.answers(_SERVICE, "GetRecord")(self.get)
        registry.answers(_SERVICE, "BatchGetRecord")(self.batch_get)

    def put(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Take a record: online where it is the newest, offline in any case."""
        group = _usable(twin, call)
        values = record_of(group, call.parameters["Record"])
        when = _when(group, values[group["EventTimeFeatureName"]])
        stores = _stores(group, call)
        if "OnlineStore" in stores:
            record = {"Values": values, "EventTime": when, "Expires": _expiry(group, call, when)}
            _keep_newest(twin, call, group, values[group["RecordIdentifierFeatureName"]], record)
        if "OfflineStore" in stores:
            self._gather(twin, Place.of(call), group, Row(values, when, twin.now()))
        return {}

    def delete(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Take a record away online, and write offline that it was."""
        group, given = _usable(twin, call), call.parameters
        when = _when(group, str(given["EventTime"]))
        identifier, stores = str(given["RecordIdentifierValueAsString"]), _stores(group, call)
        if "OnlineStore" in stores:
            if given.get("DeletionMode") == "HardDelete":
                _online(twin, call, group).pop(identifier)
            else:
                gone: Record = {"Values": None, "EventTime": when, "Expires": None}
                _keep_newest(twin, call, group, identifier, gone)
        if "OfflineStore" in stores:
            values = {
                group["RecordIdentifierFeatureName"]: identifier,
                group["EventTimeFeatureName"]: str(given["EventTime"]),
            }
            row = Row(values, when, twin.now(), is_deleted=True)
            self._gather(twin, Place.of(call), group, row)
        return {}

    def get(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Return the newest record of an identifier; nothing where there is none."""
        group, given = _usable(twin, call), call.parameters
        identifier = str(given["RecordIdentifierValueAsString"])
        return _read(twin, call, group, identifier, given.get("FeatureNames"))

    def batch_get(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Return records of several groups; what cannot be read is told beside."""
        records: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for one in call.parameters["Identifiers"]:
            name = str(one["FeatureGroupName"])
            each = replace(call, parameters={**call.parameters, "FeatureGroupName": name})
            for identifier in one["RecordIdentifiersValueAsString"]:
                told = {"FeatureGroupName": name, "RecordIdentifierValueAsString": identifier}
                try:
                    group = _usable(twin, each)
                    read = _read(twin, each, group, str(identifier), one.get("FeatureNames"))
                except ServiceError as error:
                    errors.append({**told, "ErrorCode": error.code, "ErrorMessage": error.message})
                else:
                    records += [{**told, **read}] if read else []
        return {"Records": records, "Errors": errors, "UnprocessedIdentifiers": []}

    def _gather(self, twin: Twin, place: Place, group: Record, row: Row) -> None:
        key = (place, str(group["FeatureGroupName"]))
        with self._lock:
            first = key not in self._waiting
            self._waiting.setdefault(key, []).append(row)
        if first:
            twin.background(f"offline store {key[1]}", partial(self._flush, twin, key))

    def _flush(self, twin: Twin, key: _Key) -> None:
        """Write what has gathered; what cannot be written waits, so that no record is lost."""
        stopping, pause = twin.stopping, _GATHERED_SECONDS
        while not stopping.wait(pause):
            with self._lock:
                rows = self._waiting[key]
                self._waiting[key] = []
                if not rows:
                    del self._waiting[key]
                    return
            pause = _GATHERED_SECONDS
            left = _unwritten(twin, key, rows)
            if left:
                with self._lock:
                    self._waiting[key] = left + self._waiting[key]
                pause = _PAUSE_AFTER_FAILURE_SECONDS
        with self._lock:
            # A twin that is reset has no records.
            self._waiting.pop(key, None)


def _unwritten(twin: Twin, key: _Key, rows: Sequence[Row]) -> list[Row]:
    """Write rows to the offline store; return those that could not be written."""
    place, name = key
    group = place.table(twin, NOUN).get(name)
    if group is None:
        return []
    left = list(rows)
    try:
        session = RoleSession(twin, place, str(group["RoleArn"]), str(group["FeatureGroupArn"]))
        store = Store(session)
        for file in offline.files(group, rows, twin.now()):
            key_id = group["OfflineStoreConfig"]["S3StorageConfig"].get("KmsKeyId")
            store.write(file.content, file.uri, key_id)
            done = set(map(id, file.rows))
            left = [row for row in left if id(row) not in done]
    except (TransferError, ServiceError) as error:
        reason = str(error)[:1024]
        _log.warning("offline store of %s: %s", name, reason)
        _tell(twin, key, {"Status": "Blocked", "BlockedReason": reason})
        return left
    _tell(twin, key, {"Status": "Active"})
    return []


def _tell(twin: Twin, key: _Key, status: Mapping[str, str]) -> None:
    place, name = key
    changes = {"OfflineStoreStatus": dict(status)}
    place.table(twin, NOUN).change(name, lambda record: record.update(changes))


def _usable(twin: Twin, call: Call) -> Record:
    group = found(twin, call)
    if group["FeatureGroupStatus"] != "Created":
        raise broken(f"FeatureGroup {group['FeatureGroupName']} is not in the Created state")
    return group


def _when(group: Record, text: str) -> datetime:
    name = group["EventTimeFeatureName"]
    kinds = {one["FeatureName"]: one["FeatureType"] for one in group["FeatureDefinitions"]}
    return event_time(text, kinds[name])


def _stores(group: Record, call: Call) -> set[str]:
    has = {
        store
        for store, held in (
            ("OnlineStore", (group.get("OnlineStoreConfig") or {}).get("EnableOnlineStore")),
            ("OfflineStore", group.get("OfflineStoreConfig")),
        )
        if held
    }
    wanted = set(call.parameters.get("TargetStores") or has)
    if not wanted <= has:
        raise broken(f"TargetStores {sorted(wanted - has)} are not enabled for the feature group")
    return wanted


def _expiry(group: Record, call: Call, when: datetime) -> datetime | None:
    given = call.parameters.get("TtlDuration") or (group.get("OnlineStoreConfig") or {}).get(
        "TtlDuration"
    )
    if not given:
        return None
    return when + timedelta(seconds=int(given["Value"]) * _UNITS[given["Unit"]])


def _online(twin: Twin, call: Call, group: Record) -> Any:
    return Place.of(call).table(twin, online_kind(str(group["FeatureGroupName"])))


def _keep_newest(twin: Twin, call: Call, group: Record, identifier: str, record: Record) -> None:
    """Keep a record unless one with a later event time is there."""
    table = _online(twin, call, group)

    def change(held: Record) -> None:
        if held["EventTime"] <= record["EventTime"]:
            held.update(record)

    if not table.add(identifier, record):
        table.change(identifier, change)


def _read(
    twin: Twin, call: Call, group: Record, identifier: str, names: Sequence[str] | None
) -> dict[str, Any]:
    if not (group.get("OnlineStoreConfig") or {}).get("EnableOnlineStore"):
        raise broken("the feature group has no online store")
    known = [str(one["FeatureName"]) for one in group["FeatureDefinitions"]]
    for name in names or ():
        if name not in known:
            raise broken(f"Feature {name} does not exist in feature group")
    held = _online(twin, call, group).get(identifier)
    over = held is not None and held["Expires"] is not None and held["Expires"] <= twin.now()
    if held is None or held["Values"] is None or over:
        return {}
    values: Mapping[str, str] = held["Values"]
    answer: dict[str, Any] = {
        "Record": [
            {"FeatureName": name, "ValueAsString": values[name]}
            for name in known
            if name in values and (not names or name in names)
        ]
    }
    if call.parameters.get("ExpirationTimeResponse") == "Enabled" and held["Expires"] is not None:
        answer["ExpiresAt"] = held["Expires"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return answer
