"""The resources that a question is about, as far as an action can be about them."""

from __future__ import annotations

from collections.abc import Iterator

from policies.iam.prover.automaton import TooHard
from policies.iam.prover.language import Glob, Language, Manner, Plain, glob, wildcard
from policies.iam.prover.question import ActionFacts
from policies.iam.prover.subject import Cube

_ARN = Manner(wildcards=True, arn=True)
_ACCOUNT, _PARTS = 4, 6
_BUCKET = ":s3:::*"


def cubes(
    patterns: tuple[str, ...],
    exceptions: tuple[str, ...],
    facts: ActionFacts | None,
    owner: str,
    partition: str,
) -> tuple[Cube, ...]:
    """Return what is left of a question's resources for an action; nothing where it has none.

    An ARN names the account that owns it, or none. An action without resources is about ``*``.
    """
    left: Language = frozenset().union(*(_asked(text) for text in exceptions))
    made = []
    for pattern in patterns:
        asked = _asked(pattern)
        for shape, unlike in _shapes(facts, owner, partition):
            cube = Cube(frozenset((asked, shape)), left | unlike)
            if _any(cube):
                made.append(cube)
    return tuple(made)


def _asked(pattern: str) -> Language:
    # Part by part where it has the parts of an ARN: no region holds a colon.
    return _arn(pattern) if pattern.count(":") >= _PARTS - 1 else frozenset((wildcard(pattern),))


def _any(cube: Cube) -> bool:
    try:
        return cube.member() is not None
    except TooHard:
        return True


def _shapes(
    facts: ActionFacts | None, owner: str, partition: str
) -> Iterator[tuple[Language, Language]]:
    nothing: Language = frozenset()
    if facts is None:
        yield _only_star(), nothing
        for account in (owner, ""):
            yield _arn(f"arn:{partition}:*:*:{account}:*"), nothing
        return
    for shape in facts.resources if facts.required else (*facts.resources, "*"):
        if shape == "*":
            yield _only_star(), nothing
            continue
        parts = shape.split(":", _PARTS - 1)
        if len(parts) != _PARTS:
            yield frozenset((wildcard(shape),)), nothing
            continue
        parts[1] = partition if parts[1] == "*" else parts[1]
        parts[3] = "?*" if parts[3] == "*" else parts[3]
        parts[_ACCOUNT] = owner if parts[_ACCOUNT] == "*" else parts[_ACCOUNT]
        # A bucket's name holds no slash: what has one is an object.
        objects = wildcard(f"arn:{partition}:s3:::*/*")
        unlike: Language = frozenset((objects,)) if shape.endswith(_BUCKET) else nothing
        yield _arn(":".join(parts)), unlike


def _only_star() -> Language:
    found = glob((Plain("*", False),), Manner())
    return frozenset(_some(found))


def _arn(text: str) -> Language:
    return frozenset(_some(glob((Plain(text, True),), _ARN)))


def _some(found: Glob | None) -> tuple[Glob, ...]:
    return () if found is None else (found,)
