"""Runs verifiers side by side; one that crashes leaves its controls undecided, never passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pipelines.errors import GatehouseError
from policies.iam import MalformedPolicy
from policies.verdict import Judgement

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Family:
    """Verifiers that judge in one go, such as all checks on the model.

    ``verifiers`` are the names that they judge under, as the registry has them. One that waits
    for a process of its own is ``apart``, so that it runs beside the others.
    """

    name: str
    verifiers: tuple[str, ...]
    judge: Callable[[], Iterable[Judgement]]
    apart: bool = False


@dataclass(frozen=True)
class Heard:
    """What verifiers said, and why those that said nothing did not."""

    judgements: tuple[Judgement, ...] = ()
    unheard: dict[str, str] = field(default_factory=dict)


def hear(families: Sequence[Family], progress: Progress) -> Heard:
    """Run every family; those that are apart run beside the rest.

    Raises Misuse or EnvironmentFault of a verifier as they are: a wrong input and a missing tool
    are no result of a review.
    """
    judgements: list[Judgement] = []
    unheard: dict[str, str] = {}
    apart = [each for each in families if each.apart]
    with ThreadPoolExecutor(max_workers=max(1, len(apart))) as pool:
        begun = [(each, pool.submit(_judge, each)) for each in apart]
        results = []
        for each in families:
            if not each.apart:
                progress(each.name)
                results.append((each, _judge(each)))
        for each, future in begun:
            progress(each.name)
            results.append((each, future.result()))
    for family, heard in results:
        if isinstance(heard, str):
            unheard |= dict.fromkeys(family.verifiers, heard)
        else:
            judgements += heard
    return Heard(tuple(judgements), unheard)


def _judge(family: Family) -> list[Judgement] | str:
    try:
        return list(family.judge())
    except (GatehouseError, MalformedPolicy) as error:
        if isinstance(error, GatehouseError) and error.exit_code != 1:
            raise
        return f"the verifiers of {family.name} end with: {_one_line(error)}"
    except Exception as error:  # a defect of a verifier must not pass, nor hide the other verdicts
        return f"a crash of {family.name} ({type(error).__name__}: {_one_line(error)})"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
