"""The sentences that say what a proof rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from policies.iam.prover.actions import Candidate
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.language import Plain
from policies.iam.prover.question import Question
from policies.iam.prover.subject import Opaque, Relation, Says

_ALWAYS = (
    "an ARN that names an account names the owner of the resource",
    "an action acts on the kinds of resources that the reference lists for it, or that it is "
    "unknown to it",
)


def assumptions(
    question: Question, candidates: Iterable[Candidate], atoms: Atoms, used: Iterable[int]
) -> tuple[str, ...]:
    """Say what a proof rests on, and what was widened because it is not encoded."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        for name, key in candidate.keys.items():
            for claim in key.because:
                claims[claim].add(name)
    made = [f"{claim}: {', '.join(sorted(names))}" for claim, names in claims.items()]
    if not question.unknown_actions:
        made.append("there are no actions but those that the reference knows")
    return (*_ALWAYS, *sorted(made), *sorted(set(_widened(atoms, used))))


def _widened(atoms: Atoms, used: Iterable[int]) -> Iterator[str]:
    for atom in used:
        said = atoms.meaning.get(atom)
        if isinstance(said, Says) and isinstance(said.predicate, Opaque):
            yield f"widened: {said.predicate.why}"
        elif isinstance(said, Says) and isinstance(said.predicate, Relation):
            text = "".join(
                part.text if isinstance(part, Plain) else f"${{{part.key}}}"
                for part in said.predicate.parts
            )
            yield f"widened: the variables in {text} may have any value that their keys may have"
