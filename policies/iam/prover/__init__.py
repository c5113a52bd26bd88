"""Proves that policies never allow a class of requests, or shows a request that they allow."""

from __future__ import annotations

from policies.iam.prover.constraint import (
    Constraint,
    absent,
    all_of,
    any_of,
    equals,
    holds,
    like,
    negation,
    present,
    satisfied,
)
from policies.iam.prover.prove import Prover, prove_never
from policies.iam.prover.question import Outcome, Proof, Question, Reference, Statistics

__all__ = [
    "Constraint",
    "Outcome",
    "Proof",
    "Prover",
    "Question",
    "Reference",
    "Statistics",
    "absent",
    "all_of",
    "any_of",
    "equals",
    "holds",
    "like",
    "negation",
    "present",
    "prove_never",
    "satisfied",
]
