"""How a statement names a principal whose session may have any name."""

from __future__ import annotations

from dataclasses import dataclass

from policies.iam.document import Statement
from policies.iam.principal import Named, Principal
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.formula import FALSE, TRUE
from policies.iam.prover.language import literal
from policies.iam.prover.subject import Subject


@dataclass(frozen=True)
class Applies:
    """For each way to name a principal the formula that a statement applies in that way."""

    account: int = FALSE
    identity: int = FALSE
    session: int = FALSE


def named(
    statement: Statement, principal: Principal, session: Subject | None, atoms: Atoms
) -> Applies:
    """Return how a statement names a principal, whose session may have any name."""
    if statement.principals is None:
        return Applies(identity=TRUE)
    listed = statement.principals.listed.get("AWS", frozenset())
    prefix = principal.arn.rpartition("/")[0] + "/"
    sessions = [n.removeprefix(prefix) for n in listed if n.startswith(prefix)]
    if session is None or not sessions:
        return _as(statement.principals.names(principal), TRUE)
    language = frozenset(literal(name) for name in sessions)
    is_listed = atoms.says(session, language)
    other = Principal(principal.kind, prefix, principal.account, principal.role_arn)
    level = statement.principals.names(other)
    if statement.principals.excludes:
        return _as(level, -is_listed)
    found = _as(level, -is_listed)
    return Applies(found.account, found.identity, atoms.formulas.any_of((found.session, is_listed)))


def _as(named: Named, formula: int) -> Applies:
    match named:
        case Named.NOT:
            return Applies()
        case Named.ACCOUNT:
            return Applies(account=formula)
        case Named.IDENTITY:
            return Applies(identity=formula)
        case Named.SESSION:
            return Applies(session=formula)
