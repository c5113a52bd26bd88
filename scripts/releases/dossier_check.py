"""Checks a dossier without any account: its files, each signature, and the rules of releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipelines.attestations.envelope import unproven
from pipelines.attestations.evidence import Document, Evidence, Expectation, KnownPerson, Stage
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.moments import read
from pipelines.attestations.refusal import RULES, Refused
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.rules import judge
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.promotion.release import RELEASE_FILE, parse_release
from scripts.releases.board_inquiry import plainly
from scripts.releases.dossier import Dossier
from scripts.releases.dossier_folder import evidence_of
from scripts.releases.dossier_training import TRAINING, judge_training

FILES = "files-are-those-listed"
EVALUATION = "evaluation-is-the-released-one"
# What only a target can answer, by its own source and its own word.
_OF_THE_TARGET = {
    "source-is-the-stated-one": "only the target has its source",
    "promoted-as-told-here": "only the target has its own word",
}
_PLACES = {rule.id: place for place, rule in enumerate(RULES)}
_FIRST_OF_APPROVALS = _PLACES["approvals-signed"]
_OF_TESTS = range(_PLACES["tests-signed"], _FIRST_OF_APPROVALS)


@dataclass(frozen=True)
class Answer:
    """What one rule says: it holds, it does not, or it was not asked (`held` is None)."""

    rule: str
    account: str
    held: bool | None
    detail: str


def check(
    dossier: Dossier, given: TrustedKeys | None, *, undecided: bool = False
) -> tuple[Answer, ...]:
    """Ask every rule that can be asked offline, for every target, as of when it was made.

    ``given`` are keys that the reader trusts; without them those in the dossier count, which say
    only that the dossier agrees with itself. ``undecided`` asks for no approvals.
    """
    answers = [Answer(FILES, "", True, f"{len(dossier.files)} files"), _evaluation(dossier)]
    for target in dossier.facts["targets"]:
        answers += _judged(dossier, target, given, undecided=undecided)
        answers += _training(dossier, target["account"])
    return tuple(answers)


def expectation(dossier: Dossier, target: Mapping[str, Any], evidence: Evidence) -> Expectation:
    """Tell what a target expected, by what the dossier says of it and of its moment."""
    facts = dossier.facts
    terraform, guardrails = _stated(evidence.statement)
    production = target["kind"] == "production"
    return Expectation(
        account=target["account"],
        stage=Stage(target["kind"]),
        home=facts["home"],
        model=facts["model"],
        package_arn=facts["package_arn"],
        execution_id=facts["execution_id"],
        terraform_sha256=terraform,
        guardrails_sha256=guardrails,
        now=moment(dossier),
        staging_accounts=frozenset(facts["staging_accounts"]),
        required_approvals=max(int(production), target["required_approvals"]),
        approval_valid=timedelta(minutes=facts["approval_valid_minutes"]),
        people=tuple(KnownPerson(**one) for one in facts["people"]),
    )


def moment(dossier: Dossier) -> datetime:
    """Tell when the dossier was made; as of then it is judged."""
    return read("made_at", dossier.facts["made_at"])


def pinned(dossier: Dossier, account: str) -> TrustedKeys:
    """Read the keys that a target had pinned, as the dossier tells them."""
    path = f"trusted-keys/{account}.json"
    if path not in dossier.files:
        raise Finding(path, "must be in the dossier", got="nothing")
    return TrustedKeys.parse(path, dossier.files[path])


def _judged(
    dossier: Dossier, target: Mapping[str, Any], given: TrustedKeys | None, *, undecided: bool
) -> list[Answer]:
    account = target["account"]
    try:
        evidence = evidence_of(dossier)
        expected = expectation(dossier, target, evidence)
        trusted = given or pinned(dossier, account)
        judge(evidence, trusted, expected)
    except Refused as refused:
        return _answers(account, expected, refused, undecided=undecided)
    except Finding as error:
        return [Answer(RULES[0].id, account, False, f"{error.address}: {error.must_hold}")]
    return _answers(account, expected, None, undecided=undecided)


def _answers(
    account: str, expected: Expectation, refused: Refused | None, *, undecided: bool
) -> list[Answer]:
    """Rules before the refusing one hold, those after it were not asked."""
    staging = expected.stage is Stage.STAGING
    decides = expected.required_approvals and not undecided
    answers = []
    for place, rule in enumerate(RULES if decides else RULES[:_FIRST_OF_APPROVALS]):
        if staging and place in _OF_TESTS:
            continue
        if rule.id in _OF_THE_TARGET:
            answers.append(Answer(rule.id, account, None, _OF_THE_TARGET[rule.id]))
        elif refused is None or place < refused.place:
            answers.append(Answer(rule.id, account, True, rule.sentence))
        elif place == refused.place:
            detail = f"{refused.address}: {refused.must_hold}, got {refused.got}"
            answers.append(Answer(rule.id, account, False, detail))
        else:
            answers.append(Answer(rule.id, account, None, f"not asked after {refused.rule}"))
    return answers


def _evaluation(dossier: Dossier) -> Answer:
    try:
        release = parse_release("release.json", dossier.files["release.json"])
        found = sha256_of(dossier.files["evaluation.json"])
    except (KeyError, Finding) as error:
        return Answer(EVALUATION, "", False, str(error).partition("\n")[0])
    wanted = release.evaluation.sha256
    return Answer(EVALUATION, "", found == wanted, f"digest {found}, release {wanted}")


def _training(dossier: Dossier, account: str) -> list[Answer]:
    """Ask of code whether a target has trained the very definition that was signed."""
    if RELEASE_FILE not in dossier.files:
        # What is missing there the rules of releases tell.
        return []
    try:
        release = parse_release(RELEASE_FILE, dossier.files[RELEASE_FILE])
        answer = judge_training(dossier.files, dossier.facts, release, account)
    except Finding as error:
        return [Answer(TRAINING, account, False, plainly(error))]
    return [Answer(TRAINING, account, *answer)] if answer else []


def _stated(statement: Document) -> tuple[str, str]:
    try:
        parsed = ReleaseStatement.parse(
            statement.address, unproven(statement.address, statement.content)
        )
    except Finding:
        # What cannot be read is refused by an earlier rule.
        return "", ""
    return parsed.terraform_sha256, parsed.guardrails_sha256


def failing(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Give the rules that do not hold."""
    return tuple(one for one in answers if one.held is False)
