"""Every operation that the twin answers, or that the platform's journeys made, can be read."""

from __future__ import annotations

import pytest

from policies.iam.reference import load_reference
from tests.twin.authorization.actions.calls import recorded
from twin import operations
from twin.authorization.actions import asked, reader, template
from twin.authorization.actions.services import tables
from twin.call import Call
from twin.twin import Twin

# Actions that AWS evaluates on an ARN of no published kind of theirs, and where that is written.
_ELSEWHERE = {
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    "logs:DescribeLogGroups",
}


def test_every_operation_that_the_twin_answers_can_be_read() -> None:
    answered = operations.registry().operations()
    assert len(answered) > 200
    for service, operation in answered:
        reader(service, operation)


@pytest.mark.parametrize("made", recorded(), ids=lambda made: f"{made.service}.{made.operation}")
def test_a_recorded_request_asks_for_published_actions_on_their_kinds(
    twin: Twin, made: Call
) -> None:
    reference = load_reference()
    for each in asked(twin, made):
        facts = reference.action(each.action)
        assert facts is not None
        assert facts.name == each.action
        kinds = reference.kinds(each.action)
        if each.resource == template.ANY:
            assert not any(kind.required for kind in kinds)
        elif each.action not in _ELSEWHERE:
            assert any(template.pattern(k.template).fullmatch(each.resource) for k in kinds)
        assert each.owner.isdigit()


def test_only_what_aws_allows_everybody_asks_for_nothing(twin: Twin) -> None:
    nothing = {(made.service, made.operation) for made in recorded() if not asked(twin, made)}
    assert nothing == {("sts", "GetCallerIdentity")}


def test_every_entry_of_a_table_is_an_operation_of_its_service() -> None:
    from moto.core.utils import get_service_model

    for service, table in tables().items():
        known = set(get_service_model(service).operation_names)
        named = {*table.entries, *table.actions, *table.about, *table.free, *table.tagged}
        assert named <= known, (service, named - known)


def test_every_action_of_a_table_is_published() -> None:
    reference = load_reference()
    for table in tables().values():
        named = [f"{table.prefix}:{action}" for action in table.actions.values()]
        for action in [*named, *(tag.partition(" ")[0] for tag in table.tagged.values())]:
            facts = reference.action(action)
            assert facts is not None, action
            assert facts.name == action


def test_the_twin_says_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    from twin.authorization.actions.__main__ import main

    assert main(["s3"]) == 0
    said = capsys.readouterr().out
    assert "s3.CreateSession: no action s3:CreateSession in the reference\n" in said
    assert "s3.GetObject:" not in said
