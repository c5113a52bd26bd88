"""Proves that no request which matches a question is allowed, or finds one that is."""

from __future__ import annotations

from policies.iam.prover.question import Outcome, Proof, Question, Reference


class Prover:
    """Answers questions, and remembers what it encoded for the next ones."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    def never(self, question: Question) -> Proof:
        """Prove that no request that matches is allowed, or give one that is."""
        return Proof(Outcome.UNDECIDED, reason=f"no encoding of {', '.join(question.actions)} yet")


def prove_never(question: Question, reference: Reference, prover: Prover | None = None) -> Proof:
    """Prove that no request that matches a question is allowed, or give one that is.

    Give the same ``prover`` to many questions, so that they share what was encoded.
    """
    return (prover or Prover(reference)).never(question)
