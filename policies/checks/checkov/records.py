"""What checkov's records say about controls; where it says nothing, nothing is decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import EnvironmentFault
from policies.checks.checkov.normal_form import NormalForm, is_unknown
from policies.checks.checkov.pinned import PinnedCheck
from policies.model import PlannedResource
from policies.registry import Control, stages_of
from policies.verdict import Finding, Judgement, Verdict, worst

# What names another resource is set even where its value is not known yet; whether anything else
# is as it must be shows only in its value.
_NAMES_ANOTHER = re.compile(r"(_arns?|_ids?|_keys?|key|subnets|groups|/id|policy)$")
_ROTATION = "CKV_AWS_7"


@dataclass(frozen=True)
class Record:
    """What a check says about a resource."""

    check: str
    address: str
    passed: bool
    keys: tuple[str, ...]
    details: tuple[str, ...]


def read_report(text: str, complaints: str = "") -> Mapping[tuple[str, str], Record]:
    """Read checkov's JSON: its records by check and address.

    Raises EnvironmentFault where it is no report, or says that something could not be read.
    """
    try:
        report = json.loads(text)
        results, summary = report["results"], report["summary"]
        found = [_record(each) for each in (*results["passed_checks"], *results["failed_checks"])]
        unread = summary["parsing_errors"] or results["skipped_checks"]
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            "checkov",
            "must end with a report in JSON",
            got=_last_line(complaints) or _last_line(text) or type(error).__name__,
        ) from error
    if unread:
        raise EnvironmentFault("checkov", "must read the plan and skip nothing", got=repr(unread))
    return {(each.check, each.address): each for each in found}


def judge(
    controls: Sequence[Control],
    checks: Mapping[str, PinnedCheck],
    form: NormalForm,
    records: Mapping[tuple[str, str], Record],
    kinds: Mapping[str, str],
) -> tuple[Judgement, ...]:
    """Judge every control that names a check of checkov; ``kinds`` tells accounts' kinds by key."""
    by_type: dict[str, list[tuple[str, PlannedResource]]] = {}
    for address, resource in form.resources.items():
        by_type.setdefault(resource.type, []).append((address, resource))
    return tuple(
        _judgement(control, checks[name], by_type, records, kinds)
        for control in controls
        for name in control.verifiers
        if name in checks
    )


def _judgement(
    control: Control,
    check: PinnedCheck,
    by_type: Mapping[str, Sequence[tuple[str, PlannedResource]]],
    records: Mapping[tuple[str, str], Record],
    kinds: Mapping[str, str],
) -> Judgement:
    judged: list[str] = []
    findings: list[Finding] = []
    for type_ in check.types:
        for address, resource in by_type.get(type_, ()):
            stages = stages_of(resource.root, kinds.get(resource.account, ""))
            if stages.isdisjoint(control.stages):
                continue
            record = records.get((check.id, address))
            if record is None and _means_another(check, resource):
                continue
            judged.append(resource.address)
            for verdict, sentence in _faults(check, resource, record):
                source = resource.source
                findings.append(Finding(control.id, check.id, verdict, source, sentence))
    verdict = worst([Verdict.HOLDS, *(each.verdict for each in findings)])
    return Judgement(control.id, check.id, verdict, tuple(judged), tuple(findings))


def _faults(
    check: PinnedCheck, resource: PlannedResource, record: Record | None
) -> Iterator[tuple[Verdict, str]]:
    where = resource.address
    if record is None:
        yield Verdict.NOT_DECIDED, f"{where}: {check.id} must judge it, got no record"
    elif record.passed:
        for key in record.keys:
            if is_unknown(resource, key) and not _is_set(resource, key):
                got = "a value that is not known"
                yield Verdict.NOT_DECIDED, f"{where}: {key} must be known in the plan, got {got}"
    elif record.details:
        for key, detail in zip(record.keys, record.details, strict=False):
            unknown = is_unknown(resource, key)
            yield Verdict.NOT_DECIDED if unknown else Verdict.VIOLATED, f"{where}: {detail}"
    else:
        unknown = any(is_unknown(resource, key) for key in record.keys)
        got = ", ".join(f"{key} = {_value(resource, key)}" for key in record.keys) or "it is not so"
        yield (
            Verdict.NOT_DECIDED if unknown else Verdict.VIOLATED,
            f"{where}: {_claim(check)}, got {got}",
        )


def _means_another(check: PinnedCheck, resource: PlannedResource) -> bool:
    """Tell whether a check says nothing of a resource because it means others of the type.

    AWS rotates keys that encrypt only, so that checkov does not judge keys that sign:
    https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """
    keys = ("customer_master_key_spec", "key_usage")
    if check.id != _ROTATION or any(is_unknown(resource, key) for key in keys):
        return False
    return resource.values.get("key_usage") == "SIGN_VERIFY"


def _is_set(resource: PlannedResource, key: str) -> bool:
    """Tell whether an unknown argument names another resource of the plan, so that it is set."""
    if not _NAMES_ANOTHER.search(key):
        return False
    path = ".".join(each for each in re.split(r"[./\[\]]+", key) if each)
    return any(each == path or each.startswith(f"{path}.") for each in resource.links)


def _claim(check: PinnedCheck) -> str:
    title = re.sub(r"^(Ensure that|Ensure|Verify that|Verify) +(?=\S)", "", check.title)
    return f"must hold for {check.id}: {title}"


def _value(resource: PlannedResource, key: str) -> str:
    found: Any = resource.values
    for step in (each for each in re.split(r"[./\[\]]+", key) if each):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            found = None
    if found is None or found == [] or found == {}:
        return "a value that is not known" if is_unknown(resource, key) else "nothing"
    text = json.dumps(found, sort_keys=True)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _record(entry: Mapping[str, Any]) -> Record:
    result = entry["check_result"]
    keys = result.get("evaluated_keys") or ()
    return Record(
        check=entry["check_id"],
        address=entry["resource_address"],
        passed=result["result"] == "PASSED",
        keys=tuple(str(each) for each in keys),
        details=tuple(str(each) for each in entry.get("details") or ()),
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
