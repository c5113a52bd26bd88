"""What the code says of services is read from it, not written down."""

from __future__ import annotations

from functools import cache

from twin.fidelity.facts import Facts, facts
from twin.operations import registry
from twin.registry import Registry


@cache
def _services() -> dict[str, Facts]:
    return {each.service: each for each in facts(registry())}


def test_every_operation_that_the_twin_answers_is_told() -> None:
    told = {(each.service, name) for each in _services().values() for name in each.answered}
    assert told == set(registry().operations())


def test_every_wrap_is_told() -> None:
    told = {(each.service, name) for each in _services().values() for name in each.wrapped}
    assert told == set(registry().wrapped())


def test_an_operation_is_answered_here_by_moto_or_by_nobody() -> None:
    for each in _services().values():
        if each.passed_on is None or each.nobody is None:
            assert each.service in ("s3", "s3control")
            continue
        assert len(each.answered) + len(each.passed_on) + each.nobody == len(each.operations)


def test_moto_is_known_to_answer_what_it_does() -> None:
    services = _services()
    assert "CreateQueue" in (services["sqs"].moto or ())
    assert "CreateVpc" in (services["ec2"].moto or ())
    assert services["codeartifact"].moto == frozenset()


def test_an_empty_registry_answers_nothing() -> None:
    assert all(not each.answered and not each.wrapped for each in facts(Registry()))


def test_policies_and_keys_follow_the_tables_that_decide() -> None:
    services = _services()
    assert services["kms"].resource_policy and services["kms"].reached
    assert services["sagemaker"].reached is False
    assert "kms:viaservice" in services["kms"].keys.read
    assert "kms:viaservice" not in services["kms"].keys.unknown
    assert "CreateModel" in services["sagemaker"].passing
    assert services["s3"].endpoint == "s3"
