"""The rules in the order in which they are asked, and the refusal that names one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.errors import Finding


@dataclass(frozen=True)
class Rule:
    """One thing that must hold before a release is deployed."""

    id: str
    sentence: str


RULES = (
    Rule("signature-of-release", "The pinned build key has signed the release's statement."),
    Rule("statement-is-of-these-bytes", "The statement is about the release.json at hand."),
    Rule("meant-for-this-account", "The release is of this model and meant for this account."),
    Rule("promoted-as-told-here", "It brings a model or code, as the account's own word says."),
    Rule("of-this-execution", "The statement was made in this execution for its package."),
    Rule("source-is-the-stated-one", "Terraform and guardrails at hand are those stated."),
    Rule("gate-passed", "Every rule of the policy gate has passed."),
    Rule("not-revoked", "Nobody has revoked the release."),
    Rule("not-frozen", "No freeze is in force for the stage, the account or the model."),
    Rule("tests-signed", "Every staging account has signed its test attestation."),
    Rule("tests-passed", "Every test has passed."),
    Rule("tests-of-this-release", "The tests are of this release and execution, by their reports."),
    Rule("approvals-signed", "An approval exists, signed by the key of a release manager."),
    Rule("approved-these-digests", "The approval names the statement and every digest at hand."),
    Rule("approved-for-this-stage-and-execution", "It is for this stage, account and execution."),
    Rule("approval-in-force", "It was made after the tests and has not expired."),
    Rule("approver-is-nobody-of-the-makers", "No approver had a hand in making the release."),
    Rule("enough-approvers", "As many different people have approved as the stage demands."),
)
# Asked of a promotion by what the target itself keeps, after those above.
TARGET_RULES = (
    Rule("definition-is-the-signed-one", "Of code, the definition at hand has the signed digest."),
    Rule("not-left-since", "The account has not gone back from it since people approved it."),
)
# Asked beside those above before production goes back to an earlier release.
ROLLBACK_RULES = (
    Rule("rollback-signed", "A release manager of today has signed the rollback, by a pinned key."),
    Rule("rollback-in-force", "The rollback is of this model, decided by now and not expired."),
    Rule("rollback-of-what-runs", "It leaves what runs here now, and was decided since that runs."),
    Rule("live-package-rejected", "Nobody signs: then the registry rejects the package that runs."),
    Rule("kept-here", "What it goes back to is kept here, whole, under one execution."),
    Rule("verified-here", "What it goes back to was verified in this account."),
    Rule("goes-to-another", "It goes back to another release than the one that runs."),
    Rule("as-decided", "It goes back to what the decision names, by every digest."),
    Rule("not-rejected", "The registry does not reject the package that it goes back to."),
    Rule("undisturbed", "Nothing has changed what runs since the rollback was judged."),
)
ALL_RULES = (*RULES, *TARGET_RULES, *ROLLBACK_RULES)
_ORDER = {rule.id: place for place, rule in enumerate(ALL_RULES)}
_SENTENCES = {rule.id: rule.sentence for rule in ALL_RULES}


class Refused(Finding):
    """A release that is not deployed, and the first rule that does not hold."""

    def __init__(
        self,
        rule: str,
        address: str,
        must_hold: str,
        *,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.rule = rule
        self.place = _ORDER[rule]
        told = f"rule {rule}: {_SENTENCES[rule]}"
        super().__init__(address, must_hold, got=got, hint=f"{told} {hint}" if hint else told)


@contextmanager
def asking(rule: str) -> Iterator[None]:
    """Raise what is found wanting inside as Refused by a rule."""
    try:
        yield
    except Refused:
        raise
    except Finding as error:
        raise Refused(
            rule, error.address, error.must_hold, got=error.got, hint=error.hint
        ) from error
