"""A target deploys what the build has signed as it stands, and says by which rule it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.release_statement import GateResult
from pipelines.attestations.rules import Refused
from pipelines.errors import EnvironmentFault
from tests.pipelines.attestations.cast import builder, staging_key
from tests.pipelines.promotion.makers import forbidden
from tests.pipelines.promotion.places import DECISIONS
from tests.pipelines.promotion.refusals import check_unchanged, refusal_of, run
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import EXECUTION, MODEL, tell_source


def test_staging_asks_for_no_test_and_no_approval(stage: Stage) -> None:
    run(stage)
    assert not stage.s3.list_objects_v2(Bucket=DECISIONS).get("Contents")


def unsigned(stage: Stage) -> None:
    """Leave the signed statement out."""
    (stage.artifact("Release") / "release.dsse.json").unlink()


def by_another_key(stage: Stage) -> None:
    """Sign the release with a key that nobody has pinned."""
    stage.papers.carry(by=builder(2))


def by_the_tests_key(stage: Stage) -> None:
    """Sign the release with a pinned key of somebody else."""
    stage.papers.carry(by=staging_key())


def no_keys(stage: Stage) -> None:
    """Pin nothing, as right after an account was laid out."""
    stage.publish("release/trusted-keys", TrustedKeys().content().decode())


def broken_keys(stage: Stage) -> None:
    """Write something else where pinned keys belong."""
    stage.publish("release/trusted-keys", "{}")


def edited(stage: Stage) -> None:
    """Change one byte of the release."""
    path = stage.artifact("Release") / "release.json"
    path.write_bytes(path.read_bytes().replace(b"ml.m5.large", b"ml.m5.small", 1))


def swapped(stage: Stage) -> None:
    """Put another release, which parses, beside the signed statement."""
    other = replace(stage.release, commit="0" * 40)
    (stage.artifact("Release") / "release.json").write_bytes(other.content())


def elsewhere(stage: Stage) -> None:
    """Sign a release for another account only."""
    name = "production" if stage.place.name == "staging" else "staging"
    only = {name: stage.release.configuration[name]}
    stage.papers.carry(replace(stage.release, configuration=only))


def replayed(stage: Stage) -> None:
    """Hand over what another execution has signed."""
    stage.papers.lay(replace(stage.papers.statement(), execution_id="other"), builder())


def other_terraform(stage: Stage) -> None:
    """Change the Terraform of the source after the release was signed."""
    path = stage.settings.root / "terraform" / "release" / "more.tf"
    path.write_text("# more\n")


def other_guardrails(stage: Stage) -> None:
    """Publish a source with other guardrails after the release was signed."""
    tell_source(stage.settings.root, guardrails={"sha256": "3" * 64})


def gate_not_passed(stage: Stage) -> None:
    """Sign a release whose gate was not passed, as a faulty build would."""
    gate = (GateResult("machines-allowed", False, "ml.p5.48xlarge"),)
    stage.papers.lay(replace(stage.papers.statement(), gate=gate), builder())


STOPS: list[tuple[str, Callable[[Stage], None]]] = [
    ("signature-of-release", unsigned),
    ("signature-of-release", by_another_key),
    ("signature-of-release", by_the_tests_key),
    ("signature-of-release", no_keys),
    ("signature-of-release", broken_keys),
    ("statement-is-of-these-bytes", edited),
    ("statement-is-of-these-bytes", swapped),
    ("meant-for-this-account", elsewhere),
    ("of-this-execution", replayed),
    ("source-is-the-stated-one", other_terraform),
    ("source-is-the-stated-one", other_guardrails),
    ("gate-passed", gate_not_passed),
    ("not-revoked", lambda stage: stage.papers.revoked()),
    ("not-frozen", lambda stage: stage.papers.frozen("all")),
    ("not-frozen", lambda stage: stage.papers.frozen(stage.place.name)),
    ("not-frozen", lambda stage: stage.papers.frozen(MODEL)),
    ("not-revoked", lambda s: s.papers.put(f"revocations/{s.papers.place}/x.dsse.json", b"?")),
    ("not-frozen", lambda stage: stage.papers.put("freezes/x.dsse.json", b"?" * 2_000_000)),
]


@pytest.mark.parametrize(("rule", "change"), STOPS)
def test_staging_refuses_what_was_not_signed_for_it_and_names_the_rule(
    stage: Stage, rule: str, change: Callable[[Stage], None]
) -> None:
    change(stage)
    assert refusal_of(stage)["rule"] == rule


@pytest.mark.parametrize(("rule", "change"), STOPS)
def test_production_refuses_what_was_not_signed_for_it_and_names_the_rule(
    production: Stage, rule: str, change: Callable[[Stage], None]
) -> None:
    change(production)
    assert refusal_of(production)["rule"] == rule


def test_a_release_that_cannot_be_read_is_reported_without_its_name(stage: Stage) -> None:
    (stage.artifact("Release") / "release.json").write_bytes(b"?")
    report = refusal_of(stage)
    assert (report["release_id"], report["rule"]) == (None, "statement-is-of-these-bytes")
    (name,) = stage.evidence()
    assert name == f"releases/{MODEL}/unreadable/{EXECUTION}/staging/refusal.json"


@pytest.mark.parametrize("operation", ["list_objects_v2", "get_object"])
def test_decisions_that_cannot_be_read_stop_the_deployment(
    production: Stage, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(production.s3, operation)

    def denied(**request: Any) -> Any:
        if request["Bucket"] == DECISIONS:
            raise forbidden(operation)
        return real(**request)

    client, s3 = production.aws.client, production.s3
    setattr(s3, operation, denied)
    monkeypatch.setattr(
        production.aws, "client", lambda name, region: s3 if name == "s3" else client(name, region)
    )
    with pytest.raises(EnvironmentFault, match=r"decisions-111111111111/.*got AccessDenied"):
        run(production)
    setattr(s3, operation, real)
    check_unchanged(production)


def test_a_refusal_stands_where_its_report_cannot_be_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unsigned(stage)

    def denied(**_request: Any) -> Any:
        raise forbidden("PutObject")

    s3, client = stage.s3, stage.aws.client
    s3.put_object = denied
    monkeypatch.setattr(
        stage.aws, "client", lambda name, region: s3 if name == "s3" else client(name, region)
    )
    with pytest.raises(Refused, match="must be handed over by an earlier build"):
        run(stage)
    assert "the refusal could not be kept" in caplog.text


def test_all_pages_of_decisions_are_read(
    production: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        production.papers.put(f"freezes/a-{number}.dsse.json", b"?")
    s3, client = production.s3, production.aws.client
    listed = s3.list_objects_v2
    asked: list[str] = []

    def by_one(**request: Any) -> Any:
        asked.append(request["Prefix"])
        return listed(**request, MaxKeys=1)

    s3.list_objects_v2 = by_one
    monkeypatch.setattr(
        production.aws, "client", lambda name, region: s3 if name == "s3" else client(name, region)
    )
    with pytest.raises(Refused):
        run(production)
    assert asked.count("freezes/") == 3


def test_an_account_whose_root_is_older_than_signatures_is_named(stage: Stage) -> None:
    name = "/gatehouse/staging/release/trusted-keys"
    stage.client("ssm", "eu-west-1").delete_parameter(Name=name)
    with pytest.raises(EnvironmentFault, match=f"{name}: must be a parameter .* got nothing"):
        run(stage)
