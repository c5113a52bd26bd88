"""A board tells what runs, waits, is frozen, was refused and drifts, as far as one may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipelines.canonical import canonical_json
from scripts.releases.board_attempts import LATEST
from tests.pipelines.attestations.cast import EXECUTION, MODEL, approver, builder, staging_key
from tests.scripts.releases.boards import approve, freeze, only, states, told
from tests.scripts.releases.bureau import DECISIONS, EARLIER, Bureau, two_managers
from tests.scripts.releases.clients import Run


def test_an_empty_board_has_nothing_to_tell(bureau: Bureau) -> None:
    bureau.pipelines.runs.clear()
    bureau.pipelines.waits = None
    bureau.endpoints.live.clear()
    document = told(bureau)
    found = only(document)
    assert [(one["version"], one["endpoint"]["status"]) for one in found["running"]] == [
        (None, "none"),
        (None, "none"),
    ]
    assert (found["waiting"], found["history"], found["drift"][0]["same"]) == (None, [], None)
    assert (document["freezes"], document["untold"]) == ([], [])


def test_each_target_tells_what_it_runs_since_when_and_from_what(bureau: Bureau) -> None:
    staging, production = only(told(bureau))["running"]
    assert (staging["account"], staging["version"], staging["execution"]) == (
        *("staging", "3"),
        EXECUTION,
    )
    assert (production["account"], production["version"], production["execution"]) == (
        *("production", "2"),
        EARLIER,
    )
    assert production["since"] == "2026-12-01T09:04:00Z"
    assert production["commit"] == "e" * 40
    assert production["digests"]["archive"] == "a" * 64
    assert production["endpoint"]["status"] == "InService"
    assert (production["endpoint"]["compared"], production["endpoint"]["differs"]) == (True, None)
    assert staging["verified"] == "passed"


def test_an_endpoint_that_runs_something_else_is_told(bureau: Bureau) -> None:
    bureau.endpoints.images["gatehouse-production-breast-cancer"] = "somebody/elses@sha256:0"
    _, production = only(told(bureau))["running"]
    assert "must serve the image" in production["endpoint"]["differs"]


def test_a_deployment_that_failed_later_is_told(bureau: Bureau) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    run.status = "Failed"
    run.actions[4] = ("Approve/Approve", "None", "Succeeded", {})
    run.actions += [("Production/production-Deploy", "None", "Failed", {})]
    bureau.pipelines.waits = None
    _, production = only(told(bureau))["running"]
    assert (production["version"], production["failed_since"]) == ("2", EXECUTION)


def test_what_waits_says_since_when_and_who_may_and_who_may_not(bureau: Bureau) -> None:
    document = told(bureau)
    found = only(document)["waiting"]
    assert (found["execution"], found["required"], found["missing"]) == (EXECUTION, 2, 2)
    assert (found["since"], found["until"]) == ("2026-12-01T09:04:00Z", "2026-12-08T09:04:00Z")
    assert [one["rule"] for one in found["answers"]] == ["approvals-signed"]
    assert states(document) == {
        "rita": ("may approve", ""),
        "rob": ("may approve", ""),
        "lena": ("may not approve", "approved the version, is no release manager"),
        "sofia": (
            "may not approve",
            "wrote the commit, registered the version, is no release manager",
        ),
    }


def test_whoever_started_a_promotion_may_not_approve_it(bureau: Bureau) -> None:
    actors = replace(bureau.statement.actors, starter="rob")
    bureau.pipelines.runs[EXECUTION] = bureau.run(replace(bureau.statement, actors=actors))
    assert states(told(bureau))["rob"] == ("may not approve", "started the promotion")


def test_whose_key_production_does_not_believe_may_not_approve(bureau: Bureau) -> None:
    bureau.pin(builder(), staging_key(), approver("rita"))
    because = "no key of theirs is pinned in production"
    assert states(told(bureau))["rob"] == ("may not approve", because)


def test_who_has_approved_is_counted(bureau: Bureau) -> None:
    approve(bureau, "rita")
    document = told(bureau)
    assert states(document)["rita"] == ("has approved", "")
    [given] = only(document)["waiting"]["approvals"]
    assert (given["person"], given["holds"], given["reason"]) == ("rita", True, "better recall")
    assert only(document)["waiting"]["missing"] == 1


def test_an_expired_approval_does_not_count(bureau: Bureau) -> None:
    approve(bureau, "rita", minutes=10)
    document = told(bureau)
    state, because = states(document)["rita"]
    assert (state, because) == (
        "may approve",
        "an earlier approval does not hold: rule approval-in-force",
    )
    assert only(document)["waiting"]["missing"] == 2


def test_a_version_that_nobody_decided_on_waits_for_a_lead(bureau: Bureau) -> None:
    bureau.endpoints.pending = [4]
    [found] = only(told(bureau))["versions"]
    assert found == {"version": 4, "since": "2026-12-01T09:00:00Z", "people": ["lena"]}


def test_a_freeze_is_told_with_owner_reason_and_end(bureau: Bureau) -> None:
    approve(bureau, "rita")
    freeze(bureau, until=timedelta(days=1))
    document = told(bureau)
    [found] = document["freezes"]
    assert (found["scope"], found["owner"], found["reason"]) == ("production", "rob", "holidays")
    assert found["until"] == "2026-12-02T12:00:00Z"
    assert [one["rule"] for one in only(document)["waiting"]["answers"]] == ["not-frozen"]
    # A freeze takes no approval away.
    assert states(document)["rita"] == ("has approved", "")


def test_a_freeze_that_is_over_is_not_told(bureau: Bureau) -> None:
    freeze(bureau, until=timedelta(minutes=-1))
    assert told(bureau)["freezes"] == []


def test_history_tells_outcome_approvers_and_duration(bureau: Bureau) -> None:
    approve(bureau, "rita")
    latest, earlier = only(told(bureau))["history"]
    assert (latest["outcome"], latest["approved_by"]) == ("waits at the gate", ["rita"])
    assert (earlier["outcome"], earlier["good"]) == ("in production", True)
    assert (earlier["seconds"], earlier["version"]) == (240.0, "2")


def test_history_tells_the_rule_that_a_promotion_names(bureau: Bureau) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    run.status, run.reason = "Failed", "rule not-frozen: No freeze is in force."
    run.actions[4] = ("Approve/Approve", "None", "Succeeded", {})
    run.actions += [("Production/production-Deploy", "None", "Failed", {})]
    bureau.pipelines.waits = None
    latest = only(told(bureau))["history"][0]
    assert latest["outcome"] == "failed at production-Deploy of Production"
    assert (latest["rule"], latest["good"]) == ("not-frozen", False)


def test_history_tells_the_rule_that_a_target_has_kept(bureau: Bureau) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    run.status, run.reason = "Failed", "Build terminated with state: FAILED"
    run.actions[4] = ("Approve/Approve", "None", "Succeeded", {})
    run.actions += [("Production/production-Deploy", "None", "Failed", {})]
    bureau.pipelines.waits = None
    refusal = {
        "schema_version": 1,
        "release_id": bureau.statement.release.id,
        "release_sha256": bureau.statement.release.sha256,
        "account": "production",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "execution_id": EXECUTION,
        "build": "deploy",
        "refused_at": "2026-12-01T12:00:00Z",
        "rule": "approval-in-force",
        "address": "rita.dsse.json",
        "must_hold": "must be in force",
        "got": "one that expired",
    }
    place = f"releases/{MODEL}/{bureau.statement.release.id}/{EXECUTION}/production/refusal.json"
    address = f"gatehouse-production-evidence-333333333333/{place}"
    bureau.objects.kept[address] = canonical_json(refusal)
    latest = only(told(bureau))["history"][0]
    assert latest["rule"] == "approval-in-force"
    assert latest["reason"] == "rita.dsse.json: must be in force, got one that expired"


def test_a_promotion_that_nobody_let_through_ended_at_the_gate(bureau: Bureau) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    run.status, run.reason = "Failed", "Rejected by rita: wait for the new data"
    run.actions[4] = ("Approve/Approve", "None", "Failed", {})
    bureau.pipelines.waits = None
    latest = only(told(bureau))["history"][0]
    assert (latest["outcome"], latest["reason"]) == ("ended at the gate", run.reason)


def test_a_superseded_promotion_says_so(bureau: Bureau) -> None:
    bureau.pipelines.runs[EXECUTION].status = "Superseded"
    bureau.pipelines.waits = None
    latest = only(told(bureau))["history"][0]
    assert latest["outcome"] == "superseded: a newer one overtook it"


def test_a_long_history_is_cut_but_what_runs_is_found(bureau: Bureau) -> None:
    runs = bureau.pipelines.runs
    first = {EARLIER: runs[EARLIER]}
    more = {f"more-{number}": Run("arn/9", [], "Stopped") for number in range(LATEST + 5)}
    bureau.pipelines.runs = {**first, **more}
    bureau.pipelines.waits = None
    found = only(told(bureau))
    assert (len(found["history"]), found["promotions"]) == (LATEST, LATEST + 6)
    assert found["running"][1]["execution"] == EARLIER


def test_drift_tells_what_differs_in_configuration_and_metrics(bureau: Bureau) -> None:
    [found] = only(told(bureau))["drift"]
    assert (found["staging"], found["production"], found["same"]) == (
        *("staging", "production"),
        False,
    )
    parts = {one["name"]: (one["staging"], one["production"]) for one in found["parts"]}
    assert parts["version"] == ("3", "2")
    assert parts["configuration for production"] == ("3 of ml.m5.large", "2 of ml.m5.large")
    assert "archive" not in parts
    assert [(one["name"], one["now"], one["running"]) for one in found["metrics"]] == [
        ("auc", 0.99, 0.97)
    ]


def test_the_same_release_everywhere_is_no_drift(bureau: Bureau) -> None:
    del bureau.pipelines.runs[EXECUTION]
    bureau.pipelines.waits = None
    bureau.runs("staging", bureau.endpoints.live["gatehouse-production-breast-cancer"][0])
    [found] = only(told(bureau))["drift"]
    assert (found["same"], found["parts"], found["metrics"]) == (True, [], [])


def test_who_may_not_see_an_endpoint_is_told_so(bureau: Bureau) -> None:
    bureau.endpoints.denied = ("gatehouse-production-breast-cancer",)
    document = told(bureau)
    assert only(document)["running"][1]["endpoint"] is None
    [sentence] = document["untold"]
    assert sentence.startswith("Not told here: the live endpoint in production (endpoint ")


def test_who_may_read_no_artefact_and_no_decision_still_gets_a_board(bureau: Bureau) -> None:
    bureau.objects.denied = ("artifacts/", DECISIONS)
    document = told(bureau)
    found = only(document)
    assert [one["version"] for one in found["running"]] == ["3", "2"]
    assert [one["release"] for one in found["running"]] == [None, None]
    assert (found["drift"][0]["same"], document["freezes"]) == (None, None)
    unsure = ("may approve", "who made the release is not told here")
    assert states(document) == {"rita": unsure, "rob": unsure}
    # One refusal each: more would look like somebody trying.
    assert len(document["untold"]) == len(set(document["untold"])) == 3


def test_nobody_in_particular_sees_no_target(bureau: Bureau) -> None:
    document = told(bureau, None)
    assert [one["endpoint"] for one in only(document)["running"]] == [None, None]
    assert all("must name the person" in line for line in document["untold"])
    assert [one["release"] is None for one in only(document)["running"]] == [False, False]


def test_approvals_that_cannot_be_checked_say_so(bureau: Bureau) -> None:
    approve(bureau, "rita")
    del bureau.parameters.values[bureau.naming.trusted_keys_parameter("production")]
    document = told(bureau)
    assert states(document)["rita"] == ("has approved", "not checked here")
    assert only(document)["waiting"]["approvals"][0]["holds"] is None


def test_one_approval_is_enough_where_one_is_asked_for() -> None:
    bureau = Bureau(two_managers(required=1))
    approve(bureau, "rita")
    bureau.pipelines.waits = EXECUTION
    found = only(told(bureau))["waiting"]
    assert (found["missing"], [one["rule"] for one in found["answers"]]) == (0, [None])
