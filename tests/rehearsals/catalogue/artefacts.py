"""What builds hand on is swapped, edited or played again between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from pipelines.attestations.envelope import sign, unproven
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.release_statement import GateResult, ReleaseStatement
from pipelines.attestations.signing import kms_signer
from pipelines.attestations.test_attestation import TestAttestation
from scripts.releases.carried import read_carried
from scripts.releases.judging import stated
from tests.rehearsals.breaking import (
    Files,
    files_of,
    in_build,
    pinned_otherwise,
    rewritten,
    without,
)
from tests.rehearsals.rehearsal import PRODUCTION, STAGING, Rehearsals, Seen
from tests.rehearsals.rehearsing import HOME, Rehearsing
from tests.rehearsals.signing import a_key_of_ones_own_making

ARTEFACTS = Rehearsals("artefacts")
_RELEASE, _STATEMENT = "release.json", "release.dsse.json"
_REPORT, _ATTESTATION = "test-report.json", "test-report.dsse.json"
_TESTED = "Tested_staging"
_OTHER = "0" * 64


def _judged(at: Rehearsing, artifact: str, change: Callable[[Files], Files]) -> Seen:
    """Let production judge a promotion of which an artefact was changed behind the gate."""
    execution = at.past_the_gate()
    with rewritten(at, execution, artifact, change):
        return at.tried_again(execution, "Production")


def _stated(at: Rehearsing, change: Callable[[ReleaseStatement], ReleaseStatement]) -> Seen:
    """Let production judge another statement that the bundle's own key has truly signed."""
    alias = at.naming.key_alias_arn(HOME, "release-signing")
    signer = kms_signer(in_build(at, HOME, "bundle", "kms"), alias)
    statement = change(stated(read_carried(at.flow, at.past_the_gate())))
    signed = sign(statement.statement(), signer)
    return _judged(at, "Release", lambda files: files | {_STATEMENT: signed})


def _attested(at: Rehearsing, change: Callable[[TestAttestation], TestAttestation]) -> Seen:
    """Let production judge another attestation that staging's own key has truly signed."""
    alias = at.naming.key_alias_arn("staging", "test-signing")
    signer = kms_signer(in_build(at, "staging", "test", "kms"), alias)

    def changed(files: Files) -> Files:
        said = TestAttestation.parse(_ATTESTATION, unproven(_ATTESTATION, files[_ATTESTATION]))
        return files | {_ATTESTATION: sign(change(said).statement(), signer)}

    return _judged(at, _TESTED, changed)


def _pinned(at: Rehearsing, change: Callable[[TrustedKeys], TrustedKeys]) -> Seen:
    """Let production judge a promotion while it believes other keys."""
    execution = at.past_the_gate()
    with pinned_otherwise(at, "production", change):
        return at.tried_again(execution, "Production")


@ARTEFACTS.ends(PRODUCTION, rule="statement-is-of-these-bytes")
def an_edited_release_is_not_deployed(at: Rehearsing) -> Seen:
    """The release in the artefact names another image than the signed statement."""

    def change(files: Files) -> Files:
        document = json.loads(files[_RELEASE])
        document["image"]["digest"] = f"sha256:{_OTHER}"
        return files | {_RELEASE: json.dumps(document).encode()}

    return _judged(at, "Release", change)


@ARTEFACTS.ends(PRODUCTION, rule="signature-of-release")
def an_edited_statement_is_not_believed(at: Rehearsing) -> Seen:
    """The payload of the signed statement is replaced by that of an earlier promotion."""
    earlier = json.loads(files_of(at, at.earlier(), "Release")[_STATEMENT])

    def change(files: Files) -> Files:
        envelope = json.loads(files[_STATEMENT]) | {"payload": earlier["payload"]}
        content = json.dumps(envelope, sort_keys=True, separators=(",", ":"))
        return files | {_STATEMENT: content.encode()}

    return _judged(at, "Release", change)


@ARTEFACTS.ends(PRODUCTION, rule="signature-of-release")
def a_statement_signed_by_another_key_is_not_believed(at: Rehearsing) -> Seen:
    """Whoever can write the artefact signs the same statement with a key of their own."""
    statement = stated(read_carried(at.flow, at.past_the_gate()))
    signed = sign(statement.statement(), a_key_of_ones_own_making())
    return _judged(at, "Release", lambda files: files | {_STATEMENT: signed})


@ARTEFACTS.ends(PRODUCTION, rule="signature-of-release")
def a_statement_that_is_gone_is_missed(at: Rehearsing) -> Seen:
    """The artefact holds the release, and nothing that anybody has signed."""
    return _judged(at, "Release", lambda files: {_RELEASE: files[_RELEASE]})


@ARTEFACTS.ends(PRODUCTION, rule="of-this-execution")
def an_artefact_of_an_earlier_promotion_is_not_played_again(at: Rehearsing) -> Seen:
    """The whole signed artefact of an earlier promotion lies in this one's place."""
    earlier = files_of(at, at.earlier(), "Release")
    return _judged(at, "Release", lambda _: earlier)


@ARTEFACTS.ends(STAGING, rule="of-this-execution")
def staging_refuses_what_is_played_again_as_well(at: Rehearsing) -> Seen:
    """The artefact is replaced before staging takes it, while its transition is closed."""
    earlier = files_of(at, at.earlier(), "Release")
    with at.closed_before("Staging") as execution:
        with rewritten(at, execution, "Release", lambda _: earlier):
            at.open_before("Staging")
            return at.ended(execution)


@ARTEFACTS.ends(PRODUCTION, rule="meant-for-this-account")
def a_release_for_other_accounts_is_not_deployed(at: Rehearsing) -> Seen:
    """Code in the bundle signs a release that has no configuration for production."""

    def change(found: ReleaseStatement) -> ReleaseStatement:
        kept = {
            name: each for name, each in found.release.configuration.items() if name == "staging"
        }
        return replace(found, release=replace(found.release, configuration=kept))

    alias = at.naming.key_alias_arn(HOME, "release-signing")
    signer = kms_signer(in_build(at, HOME, "bundle", "kms"), alias)
    statement = change(stated(read_carried(at.flow, at.past_the_gate())))
    files = {
        _RELEASE: statement.release.content(),
        _STATEMENT: sign(statement.statement(), signer),
    }
    return _judged(at, "Release", lambda before: before | files)


@ARTEFACTS.ends(PRODUCTION, rule="source-is-the-stated-one")
def another_terraform_than_the_stated_one_is_not_applied(at: Rehearsing) -> Seen:
    """The statement is about another Terraform than the promotion carries."""
    return _stated(at, lambda found: replace(found, terraform_sha256=_OTHER))


@ARTEFACTS.ends(PRODUCTION, rule="source-is-the-stated-one")
def other_guardrails_than_the_stated_ones_do_not_do(at: Rehearsing) -> Seen:
    """The statement was made under other guardrails than the source was published under."""
    return _stated(at, lambda found: replace(found, guardrails_sha256=_OTHER))


@ARTEFACTS.ends(PRODUCTION, rule="gate-passed")
def what_failed_at_the_policy_gate_is_not_deployed(at: Rehearsing) -> Seen:
    """The bundle signs a release though a rule of its gate did not hold."""
    failed = GateResult("threshold-reached", False, "0.5 of 0.9")
    return _stated(at, lambda found: replace(found, gate=(*found.gate[1:], failed)))


@ARTEFACTS.ends(PRODUCTION, rule="tests-of-this-release")
def an_edited_test_report_is_not_believed(at: Rehearsing) -> Seen:
    """The report that staging's test has signed for is changed afterwards."""

    def change(files: Files) -> Files:
        return files | {_REPORT: files[_REPORT].replace(b'"staging"', b'"stagings"')}

    return _judged(at, _TESTED, change)


@ARTEFACTS.ends(PRODUCTION, rule="tests-of-this-release")
def tests_of_an_earlier_promotion_do_not_count(at: Rehearsing) -> Seen:
    """The signed tests of an earlier promotion lie in this one's place."""
    earlier = files_of(at, at.earlier(), _TESTED)
    return _judged(at, _TESTED, lambda _: earlier)


@ARTEFACTS.ends(PRODUCTION, rule="tests-passed")
def a_test_that_failed_is_not_outweighed(at: Rehearsing) -> Seen:
    """Staging's test has signed that it failed."""
    return _attested(at, lambda said: replace(said, passed=False))


@ARTEFACTS.ends(PRODUCTION, rule="tests-signed")
def a_test_that_another_key_signed_does_not_count(at: Rehearsing) -> Seen:
    """The attestation is signed again with a key that is in no account."""

    def change(files: Files) -> Files:
        said = unproven(_ATTESTATION, files[_ATTESTATION])
        return files | {_ATTESTATION: sign(said, a_key_of_ones_own_making())}

    return _judged(at, _TESTED, change)


@ARTEFACTS.ends(PRODUCTION, rule="tests-signed")
def a_test_that_nobody_signed_does_not_count(at: Rehearsing) -> Seen:
    """The report is there, and no attestation of it."""
    return _judged(at, _TESTED, lambda files: {_REPORT: files[_REPORT]})


@ARTEFACTS.ends(PRODUCTION, rule="tests-signed")
def a_key_of_tests_that_is_pinned_no_more_counts_nothing(at: Rehearsing) -> Seen:
    """Production believes staging's key for tests no longer."""
    return _pinned(at, without(lambda key: key.signer is not SignerKind.TEST))


@ARTEFACTS.ends(PRODUCTION, rule="signature-of-release")
def a_key_of_the_build_that_is_pinned_no_more_counts_nothing(at: Rehearsing) -> Seen:
    """Production believes the build's key no longer."""
    return _pinned(at, without(lambda key: key.signer is not SignerKind.BUILD))


@ARTEFACTS.ends(PRODUCTION, rule="signature-of-release")
def a_target_that_pinned_nothing_deploys_nothing(at: Rehearsing) -> Seen:
    """Production has no key pinned at all."""
    return _pinned(at, without(lambda _: False))
