"""Records become verdicts: nothing that checkov leaves out, or does not know, counts as kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipelines.errors import EnvironmentFault
from policies.checks.checkov.normal_form import is_unknown, known_values, normal_form
from policies.checks.checkov.pinned import PinnedCheck
from policies.checks.checkov.records import Record, judge, read_report
from policies.model import PlannedResource
from policies.registry import Control, Severity, Stage
from policies.verdict import Judgement, Source, Verdict

CHECK = PinnedCheck("CKV_MLS_1", "A thing is so", ("aws_thing",))
CONTROL = Control(
    "SMD-01", "A thing is so.", Severity.HIGH, ("CKV_MLS_1",), (Stage.PRODUCTION,), ()
)


def _thing(
    address: str = "aws_thing.it", root: str = "production", **given: Any
) -> PlannedResource:
    return PlannedResource(
        root=root,
        address=address,
        type="aws_thing",
        account=root.split("/")[-1],
        values=given.get("values", {}),
        unknown=given.get("unknown", {}),
        source=Source(root, address, "main.tf", 7),
        links=given.get("links", {}),
    )


def _judged(
    *things: PlannedResource,
    keys: tuple[str, ...] = (),
    details: tuple[str, ...] = (),
    passed: bool = True,
    kinds: Mapping[str, str] | None = None,
) -> Judgement:
    form = normal_form(things, {"aws_thing"})
    records = {
        (CHECK.id, address): Record(CHECK.id, address, passed, keys, details)
        for address in form.resources
    }
    named = kinds or {"production": "production"}
    (judgement,) = judge([CONTROL], {CHECK.id: CHECK}, form, records, named)
    return judgement


def test_what_passes_everywhere_holds_and_names_what_was_judged() -> None:
    judgement = _judged(_thing("aws_thing.a"), _thing("aws_thing.b"))
    assert judgement.verdict is Verdict.HOLDS
    assert judgement.judged == ("aws_thing.a", "aws_thing.b")


def test_a_resource_without_record_is_not_decided() -> None:
    form = normal_form([_thing()], {"aws_thing"})
    (judgement,) = judge([CONTROL], {CHECK.id: CHECK}, form, {}, {"production": "production"})
    assert judgement.verdict is Verdict.NOT_DECIDED
    assert judgement.findings[0].sentence == "aws_thing.it: CKV_MLS_1 must judge it, got no record"


@pytest.mark.parametrize(
    ("values", "unknown", "verdict"),
    [
        ({"key_usage": "SIGN_VERIFY"}, {}, Verdict.HOLDS),
        ({"key_usage": "ENCRYPT_DECRYPT"}, {}, Verdict.NOT_DECIDED),
        ({}, {}, Verdict.NOT_DECIDED),
        ({}, {"key_usage": True}, Verdict.NOT_DECIDED),
        ({"key_usage": "SIGN_VERIFY"}, {"customer_master_key_spec": True}, Verdict.NOT_DECIDED),
    ],
)
def test_only_a_key_that_signs_need_not_be_judged_for_its_rotation(
    values: dict[str, Any], unknown: dict[str, Any], verdict: Verdict
) -> None:
    check = replace(CHECK, id="CKV_AWS_7")
    control = replace(CONTROL, verifiers=(check.id,))
    form = normal_form([_thing(values=values, unknown=unknown)], {"aws_thing"})
    (judgement,) = judge([control], {check.id: check}, form, {}, {"production": "production"})
    assert judgement.verdict is verdict


def test_a_failure_is_a_violation_that_tells_file_line_and_value() -> None:
    judgement = _judged(
        _thing(values={"mode": "open"}),
        keys=("mode",),
        details=("mode: must be shut, got open",),
        passed=False,
    )
    (finding,) = judgement.findings
    assert (finding.verdict, finding.source.line) == (Verdict.VIOLATED, 7)
    assert finding.sentence == "aws_thing.it: mode: must be shut, got open"


def test_a_failure_of_a_check_without_details_tells_the_value() -> None:
    judgement = _judged(_thing(values={"mode": ["open"]}), keys=("mode/[0]",), passed=False)
    assert judgement.findings[0].sentence.endswith('got mode/[0] = "open"')


def test_a_failure_on_what_is_not_known_is_not_decided() -> None:
    judgement = _judged(_thing(unknown={"mode": True}), keys=("mode",), passed=False)
    assert judgement.verdict is Verdict.NOT_DECIDED


def test_a_pass_on_what_is_not_known_is_not_decided() -> None:
    judgement = _judged(_thing(unknown={"privileged": True}), keys=("privileged",))
    assert judgement.verdict is Verdict.NOT_DECIDED


def test_a_pass_is_not_decided_though_another_resource_makes_the_value() -> None:
    made = _thing(unknown={"privileged": True}, links={"privileged": ("aws_other.it",)})
    assert _judged(made, keys=("privileged",)).verdict is Verdict.NOT_DECIDED


def test_a_key_that_another_resource_makes_is_set() -> None:
    made = _thing(unknown={"kms_key_id": True}, links={"kms_key_id": ("aws_kms_key.it",)})
    assert _judged(made, keys=("kms_key_id",)).verdict is Verdict.HOLDS
    assert known_values(made) == {"kms_key_id": "aws_kms_key.it"}


def test_a_key_that_nobody_set_is_not_decided() -> None:
    assert known_values(_thing(unknown={"kms_key_id": True})) == {}
    unset = _thing(unknown={"kms_key_id": True})
    assert _judged(unset, keys=("kms_key_id",)).verdict is Verdict.NOT_DECIDED


def test_a_root_of_another_stage_is_not_judged() -> None:
    kinds = {"production": "production", "staging": "staging"}
    judgement = _judged(_thing(), _thing("aws_thing.s", "staging"), kinds=kinds)
    assert judgement.judged == ("aws_thing.it",)


def test_what_is_released_to_production_is_of_production() -> None:
    judgement = _judged(_thing(root="release/eu"), kinds={"eu": "production"}, passed=False)
    assert judgement.verdict is Verdict.VIOLATED


def test_an_unknown_block_is_not_decided_though_unknown_members_of_a_known_one_are() -> None:
    assert is_unknown(_thing(unknown={"block": True}), "block[]")
    assert is_unknown(_thing(unknown={"block": [True]}), "block[]")
    inside = _thing(unknown={"block": [{"id": True}]})
    assert not is_unknown(inside, "block[]")
    assert is_unknown(inside, "block[0].id")
    assert is_unknown(inside, "block/[0]/id")
    assert is_unknown(_thing(unknown={"members": [False, True]}), "members")


def test_a_form_does_not_depend_on_order_module_or_keys() -> None:
    things = [_thing('module.a["x.y"].aws_thing.it["p/q.r"]'), _thing("aws_thing.b[1]")]
    form, again = normal_form(things, {"aws_thing"}), normal_form(things[::-1], {"aws_thing"})
    assert json.dumps(form.plan) == json.dumps(again.plan)
    assert list(form.resources) == ["aws_thing.r00000", "aws_thing.r00001"]
    assert normal_form(things, {"aws_other"}).resources == {}


def test_null_and_empty_are_as_if_nothing_were_written() -> None:
    values: dict[str, Any] = {"a": None, "b": [], "c": {}, "d": "", "e": [{"f": None, "g": False}]}
    assert known_values(_thing(values=values)) == {"e": [{"g": False}]}


def test_an_unknown_value_inside_a_block_takes_its_place() -> None:
    thing = _thing(
        values={"network": [{"name": "n"}]},
        links={"network.0.subnets": ("aws_subnet.a",), "groups.0": ("aws_security_group.g",)},
    )
    assert known_values(thing) == {
        "network": [{"name": "n", "subnets": "aws_subnet.a"}],
        "groups": ["aws_security_group.g"],
    }


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '{"results": {}}', '{"passed": 0, "failed": 0}']
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(EnvironmentFault, match="must end with a report"):
        read_report(text, "it broke")


@pytest.mark.parametrize("what", ["parsing", "skipped"])
def test_a_report_that_read_or_judged_less_than_all_is_refused(what: str) -> None:
    report: dict[str, Any] = {
        "results": {"passed_checks": [], "failed_checks": [], "skipped_checks": []},
        "summary": {"parsing_errors": 0},
    }
    if what == "parsing":
        report["summary"]["parsing_errors"] = 1
    else:
        report["results"]["skipped_checks"] = [{"check_id": "CKV_MLS_1"}]
    with pytest.raises(EnvironmentFault, match="skip nothing"):
        read_report(json.dumps(report))


def test_a_control_that_names_no_check_of_checkov_is_left_to_others() -> None:
    other = replace(CONTROL, verifiers=("check:elsewhere",))
    assert judge([other], {CHECK.id: CHECK}, normal_form([], set()), {}, {}) == ()
