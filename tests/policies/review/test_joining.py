"""What a review makes of judgements: the worst wins, silence is undecided, nothing is lost."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from policies.review.joining import WAIVERS, join
from policies.review.reviewed import Review, Reviewed, fingerprints
from policies.verdict import Finding, Judgement, Verdict, is_failing, worst
from policies.waivers import Waiver
from tests.policies.review.made import TODAY, control, finding, judgement, waiver


def one(*judgements: Judgement, verifiers: tuple[str, ...] = ("check:one",)) -> Reviewed:
    review = join([control("S3-11", *verifiers)], judgements, (), TODAY)
    assert review.faults == ()
    return review.controls[0]


def governed(waivers: list[Waiver], *judgements: Judgement) -> Review:
    controls = [control("S3-11"), control("GOV-01", WAIVERS), control("GOV-03", WAIVERS)]
    return join(controls, judgements, waivers, TODAY)


def test_the_worst_of_the_verifiers_is_the_verdict_of_the_control() -> None:
    verifiers = ("check:one", "invariant:two")
    for first, second in itertools.product(Verdict, repeat=2):
        said = [
            judgement("S3-11", "check:one", first),
            judgement("S3-11", "invariant:two", second),
        ]
        expected = max((first, second), key=list(Verdict).index)
        if {first, second} == {Verdict.PROVED, Verdict.HOLDS}:
            expected = Verdict.PROVED
        assert one(*said, verifiers=verifiers).verdict is expected


def test_a_named_verifier_without_a_judgement_leaves_the_control_undecided() -> None:
    reviewed = one(judgement(), verifiers=("check:one", "check:silent"))
    assert reviewed.verdict is Verdict.NOT_DECIDED
    assert reviewed.fails
    assert [each.sentence for each in reviewed.open] == [
        "check:silent: must judge S3-11 and say what it found, got no judgement"
    ]


def test_what_happened_to_a_silent_verifier_is_told() -> None:
    review = join([control()], [], (), TODAY, unheard={"check:one": "a crash"})
    assert review.controls[0].open[0].sentence.endswith("got a crash")


def test_what_one_part_of_a_verifier_says_does_not_hide_that_another_crashed() -> None:
    review = join([control()], [judgement()], (), TODAY, unheard={"check:one": "a crash"})
    assert review.controls[0].verdict is Verdict.NOT_DECIDED


def test_a_judgement_that_no_control_names_is_a_fault_and_fails() -> None:
    review = join([control()], [judgement(), judgement(verifier="check:other")], (), TODAY)
    assert review.fails
    assert not review.controls[0].fails
    assert review.faults == (
        "policies/controls.yaml: S3-11 must name each verifier that judges it, "
        "got a judgement of check:other",
    )
    unknown = join([control()], [judgement(), judgement("S3-99")], (), TODAY)
    assert "S3-99 must name" in unknown.faults[0]


def test_a_verdict_never_is_better_than_its_findings() -> None:
    said = judgement("S3-11", "check:one", Verdict.PROVED, finding())
    assert one(said).verdict is Verdict.VIOLATED


def test_a_bad_verdict_without_a_finding_gets_one() -> None:
    for verdict in (Verdict.VIOLATED, Verdict.NOT_DECIDED):
        reviewed = one(judgement("S3-11", "check:one", verdict))
        assert reviewed.fails
        assert reviewed.open[0].verdict is verdict
        assert "without a finding" in reviewed.open[0].sentence


def test_what_a_verifier_says_of_several_roots_is_joined_and_said_once() -> None:
    same = finding()
    reviewed = one(
        judgement("S3-11", "check:one", Verdict.HOLDS),
        judgement("S3-11", "check:one", Verdict.VIOLATED, same, finding(root="staging")),
        judgement("S3-11", "check:one", Verdict.VIOLATED, same),
    )
    assert len(reviewed.judgements) == 1
    assert [each.source.root for each in reviewed.open] == ["production", "staging"]


def test_a_waived_violation_is_shown_with_its_days_and_fails_nothing() -> None:
    review = governed([waiver()], judgement("S3-11", "check:one", Verdict.VIOLATED, finding()))
    waived = review.controls[-1]
    assert waived.verdict is Verdict.VIOLATED
    assert not waived.fails and not review.fails
    assert [each.days_left for each in review.waived] == [8]


def test_a_waiver_of_another_place_leaves_the_violation_open() -> None:
    said = judgement("S3-11", "check:one", Verdict.VIOLATED, finding(), finding(root="staging"))
    review = governed([waiver()], said)
    assert [each.source.root for each in review.controls[-1].open] == ["staging"]
    assert review.fails


def test_not_decided_fails_although_it_is_waived() -> None:
    said = finding("S3-11", "check:one", Verdict.NOT_DECIDED)
    review = governed([waiver()], judgement("S3-11", "check:one", Verdict.NOT_DECIDED, said))
    assert review.controls[-1].fails
    assert not review.waived


def test_an_unused_waiver_fails_the_review() -> None:
    review = governed([waiver()], judgement())
    gov = review.controls[0]
    assert gov.verdict is Verdict.VIOLATED
    assert "one that nothing violates" in gov.open[0].sentence
    assert gov.open[0].source.line == 7


def test_an_expired_waiver_covers_nothing_and_fails_the_review() -> None:
    expired = waiver(expires="2026-11-22")
    review = governed([expired], judgement("S3-11", "check:one", Verdict.VIOLATED, finding()))
    assert review.controls[-1].fails
    assert "must not have expired" in review.controls[0].open[0].sentence


def test_without_waivers_the_rules_about_them_hold() -> None:
    review = governed([], judgement())
    assert [each.verdict for each in review.controls] == [Verdict.HOLDS] * 3


def test_what_is_wrong_and_severe_comes_first() -> None:
    controls = [control("A-01"), control("A-02"), control("A-03")]
    said = [
        judgement("A-01"),
        judgement("A-02", "check:one", Verdict.NOT_DECIDED, finding("A-02")),
        judgement("A-03", "check:one", Verdict.PROVED),
    ]
    ordered = join(controls, said, (), TODAY).by_severity()
    assert [each.control.id for each in ordered] == ["A-02", "A-01", "A-03"]


def test_a_fingerprint_outlives_moved_lines_and_changed_values() -> None:
    ((_, before),) = fingerprints([finding(got="nothing")])
    ((_, after),) = fingerprints([finding(got="something")])
    ((_, elsewhere),) = fingerprints([finding(root="staging")])
    assert before == after != elsewhere


def test_findings_at_one_address_have_names_of_their_own() -> None:
    named = [name for _, name in fingerprints([finding(got="a"), finding(got="b")])]
    assert len(set(named)) == 2


VERDICTS = st.sampled_from(list(Verdict))


@given(st.lists(VERDICTS, max_size=6), st.randoms(use_true_random=False))
def test_no_order_of_judgements_changes_a_review(
    verdicts: list[Verdict], shuffled: random.Random
) -> None:
    verifiers = tuple(f"check:v{index}" for index in range(len(verdicts))) or ("check:none",)
    said = [
        judgement("S3-11", verifier, verdict, *_found(verifier, verdict))
        for verifier, verdict in zip(verifiers, verdicts, strict=False)
    ]
    first = join([control("S3-11", *verifiers)], said, (), TODAY)
    shuffled.shuffle(said)
    assert join([control("S3-11", *verifiers)], said, (), TODAY) == first
    assert first.controls[0].verdict is worst(verdicts)
    assert first.fails is (not verdicts or any(map(is_failing, verdicts)))


def _found(verifier: str, verdict: Verdict) -> list[Finding]:
    return [finding("S3-11", verifier, verdict)] if is_failing(verdict) else []
