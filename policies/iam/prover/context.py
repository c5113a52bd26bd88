"""What is known of the condition keys of the requests that a question is about.

Keys of the principal are constants; all others are free within what AWS documents.
"""

from __future__ import annotations

from dataclasses import dataclass

from policies.iam.prover import axioms
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.formula import FALSE, TRUE
from policies.iam.prover.language import Language, literal
from policies.iam.prover.question import Question, Reference
from policies.iam.prover.subject import EVERYTHING, Cube, Kind, Subject
from policies.iam.request import Request

ALWAYS = "every request carries"
BOOLEAN = "true or false wherever it is"
GIVEN = "has no values but those given with the question"
NO_SERVICE = "false or not sent for who asks with a token of a provider"
NOT_SENT = "not sent for this kind of principal"
OWNER = "the owner of the resource wherever it is"
UNLISTED = "carried by no action but those that the reference lists with it"


@dataclass(frozen=True, eq=False)
class Key:
    """What is known of a key: whether it is there, and what values it may have.

    ``choices`` are its values where they are few and known; ``because`` are the claims that
    this rests on.
    """

    name: str
    subject: Subject
    carried: int
    choices: tuple[str, ...] | None = None
    because: tuple[str, ...] = ()

    @property
    def constant(self) -> str | None:
        """The value that it has in every request, if that is known."""
        certain = self.carried == TRUE and self.choices and not self.subject.many
        return self.choices[0] if certain and self.choices and len(self.choices) == 1 else None


class Keys:
    """Makes keys, each once for the same knowledge, so that questions share their atoms."""

    def __init__(self, atoms: Atoms, reference: Reference) -> None:
        self.reference = reference
        self._atoms = atoms
        self._subjects: dict[tuple[object, ...], Subject] = {}
        self._made: dict[tuple[object, ...], Key] = {}

    def subject(self, name: str, choices: tuple[str, ...] | None = None) -> Subject:
        """Return the value of a key, which may be one of a few choices."""
        made = (name, choices)
        if made not in self._subjects:
            domain = EVERYTHING if choices is None else (Cube(frozenset((_list(choices),))),)
            many = axioms.has_many(name, self.reference)
            kind = Kind.TEXT if choices is not None else axioms.kind_of(name, self.reference)
            self._subjects[made] = Subject(name, domain, many, kind)
        return self._subjects[made]

    def key(
        self,
        name: str,
        choices: tuple[str, ...] | None,
        carried: int | None,
        because: tuple[str, ...],
    ) -> Key:
        """Return a key; ``carried`` is TRUE, FALSE, or None where it may be there or not."""
        made = (name, choices, carried, because)
        if made not in self._made:
            subject = self.subject(name, choices)
            there = self._atoms.carried(subject) if carried is None else carried
            self._made[made] = Key(name, subject, there, choices, because)
        return self._made[made]


class Context:
    """The keys of one question's requests."""

    def __init__(self, keys: Keys, question: Question) -> None:
        self._keys = keys
        self._made: dict[str, Key] = {}
        principal = question.principal
        self._kind = principal.kind
        self.principal_keys = dict(
            Request.of(principal, "none:none", "*", resource_account=question.owner).context
        )
        self._known = {name.lower(): values for name, values in question.known.items()}
        self._always = {name.lower() for name in question.always}
        self._owner = question.owner

    def key(self, name: str) -> Key:
        """Tell what is known of a key."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._key(name)
        return found

    def absent(self, name: str) -> Key:
        """Return a key that an action does not carry."""
        return self._keys.key(name, None, FALSE, (UNLISTED,))

    def _key(self, name: str) -> Key:
        make = self._keys.key
        if name in self.principal_keys:
            return make(name, self.principal_keys[name], TRUE, ())
        if name in self._known:
            values = self._known[name]
            carried = FALSE if values is None else TRUE if name in self._always else None
            return make(name, values, carried, (GIVEN,))
        of_principal = axioms.values_of(name, self._kind)
        if of_principal is not None:
            return make(name, of_principal, None, (NO_SERVICE,))
        if axioms.never_of(name, self._kind):
            return make(name, None, FALSE, (NOT_SENT,))
        always = name in axioms.ALWAYS or name in self._always
        because: tuple[str, ...] = (ALWAYS,) if always else ()
        choices: tuple[str, ...] | None = None
        if axioms.is_boolean(name, self._keys.reference):
            choices = ("false", "true")
            because = (*because, BOOLEAN)
        elif name == "aws:resourceaccount":
            choices = (self._owner,)
            because = (*because, OWNER)
        return make(name, choices, TRUE if always else None, because)


def _list(texts: tuple[str, ...]) -> Language:
    return frozenset(literal(text) for text in texts)
