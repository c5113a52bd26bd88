"""How a check is put together: what it looks at, what must hold there, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from policies.model import AccountFacts, Model, PlannedResource
from policies.verdict import Source, Verdict


@dataclass(frozen=True)
class Doubt:
    """Something wrong at one place, or something there that cannot be decided."""

    verdict: Verdict
    source: Source
    must: str
    got: str
    hint: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a check looked at and what it doubts. Nothing looked at: it says that there is none."""

    judged: tuple[Source, ...]
    doubts: tuple[Doubt, ...] = ()


Claim = Callable[[Model], Outcome]
"""What a check does: it judges a model."""
Rule = Callable[[Model, PlannedResource], Iterable[Doubt]]
"""What must hold of one resource; it gives nothing where it does."""
Choice = Callable[[Model, PlannedResource], bool]
"""Which resources a check concerns. Where the plan does not tell, it must say yes."""


def violated(place: PlannedResource | Source, must: str, got: str, hint: str = "") -> Doubt:
    """Say that something does not hold."""
    return Doubt(Verdict.VIOLATED, _source(place), must, got, hint)


def undecided(place: PlannedResource | Source, must: str, got: str, hint: str = "") -> Doubt:
    """Say that the plan does not tell whether something holds."""
    return Doubt(Verdict.NOT_DECIDED, _source(place), must, got, hint)


def everything(_model: Model, _resource: PlannedResource) -> bool:
    """Choose every resource."""
    return True


@dataclass(frozen=True)
class Every:
    """All resources of some types."""

    types: tuple[str, ...]
    choice: Choice = everything

    def where(self, choice: Choice) -> Every:
        """Keep those that a choice says yes to."""
        before = self.choice
        return Every(self.types, lambda model, it: before(model, it) and choice(model, it))

    def among(self, model: Model) -> tuple[PlannedResource, ...]:
        """Return them in a model."""
        return tuple(it for it in model.of_type(*self.types) if self.choice(model, it))

    def must(self, *rules: Rule) -> Claim:
        """Claim that rules hold of each."""

        def judge(model: Model) -> Outcome:
            found = self.among(model)
            return Outcome(
                tuple(it.source for it in found),
                tuple(doubt for it in found for rule in rules for doubt in rule(model, it)),
            )

        return judge

    def must_not_exist(self, must: str, hint: str) -> Claim:
        """Claim that there is none in any plan."""

        def judge(model: Model) -> Outcome:
            found = self.among(model)
            return Outcome((), tuple(violated(it, must, f"`{it.type}`", hint) for it in found))

        return judge


def every(*types: str) -> Every:
    """Speak of all resources of some types."""
    return Every(types)


def together(*claims: Claim) -> Claim:
    """Claim several things at once."""

    def judge(model: Model) -> Outcome:
        outcomes = [claim(model) for claim in claims]
        return Outcome(
            tuple(dict.fromkeys(it for outcome in outcomes for it in outcome.judged)),
            tuple(doubt for outcome in outcomes for doubt in outcome.doubts),
        )

    return judge


@dataclass(frozen=True)
class InEachAccount:
    """All accounts of some kinds."""

    kinds: tuple[str, ...]

    def there_is(self, wanted: Every, must: str, hint: str, *rules: Rule) -> Claim:
        """Claim that each account has at least one of which all rules hold.

        An account without a plan of its own root is not decided. Where there are candidates and
        none is good, what is doubtful about each is told.
        """

        def judge(model: Model) -> Outcome:
            outcomes = [
                _in_account(model, account, wanted, rules, must, hint)
                for account in model.accounts.values()
                if account.kind in self.kinds
            ]
            return Outcome(
                tuple(it for outcome in outcomes for it in outcome.judged),
                tuple(doubt for outcome in outcomes for doubt in outcome.doubts),
            )

        return judge


def in_each_account(*kinds: str) -> InEachAccount:
    """Speak of the accounts of some kinds; of none given, of all that run something."""
    return InEachAccount(kinds or ("data-science", "staging", "production"))


def _in_account(
    model: Model,
    account: AccountFacts,
    wanted: Every,
    rules: Sequence[Rule],
    must: str,
    hint: str,
) -> Outcome:
    place = Source(account.key, account.key)
    if not any(it.root == account.key for it in model.resources):
        return Outcome((), (undecided(place, must, "no plan of this account"),))
    candidates = [it for it in wanted.among(model) if it.account in (account.key, account.id)]
    if not candidates:
        return Outcome((place,), (violated(place, must, "none", hint),))
    doubts = {it.source: [d for rule in rules for d in rule(model, it)] for it in candidates}
    judged = (place, *doubts)
    if not all(doubts.values()):
        return Outcome(judged)
    return Outcome(judged, tuple(doubt for each in doubts.values() for doubt in each))


def _source(place: PlannedResource | Source) -> Source:
    return place if isinstance(place, Source) else place.source
