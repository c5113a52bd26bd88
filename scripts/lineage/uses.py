"""The other way: which versions were made of something, and which endpoints run them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.errors import Misuse
from pipelines.organization import Account
from scripts.lineage.facts import UNREAD, Standing
from scripts.lineage.lineage import Lineage, NoEndpointError, read_lineage
from scripts.lineage.questions import Questions
from scripts.model_packages import ModelPackages
from scripts.releases.office import ModelOffice

_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.ASCII)
_DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}", re.ASCII)
_PACKAGE = re.compile(r"arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:model-package/\S+/\d+", re.ASCII)
# Where code was promoted an endpoint learnt from these data, and not from those of the version.
_TRAINED_ON, _MADE_FROM = ("training", "sha256 of the data"), ("data", "sha256")
# What a value may be, by kind: where a lineage tells it, and what a package calls it.
_PLACES = {
    "package": (("package", "arn"),),
    "commit": (("commit", "commit"),),
    "digest": (
        _MADE_FROM,
        ("image", "digest"),
        ("definition", "definition"),
        ("endpoint", "archive"),
        ("endpoint", "image"),
        _TRAINED_ON,
    ),
}
_METADATA = {
    "commit": ("commit",),
    "digest": ("data_sha256", "image_digest", "definition_sha256"),
}


@dataclass(frozen=True)
class Use:
    """One endpoint: whether it runs what is asked for, None where that is not known."""

    endpoint: str
    account: str
    model: str
    runs: bool | None
    package: str | None = None
    release: str | None = None
    holds: bool | None = None
    because: str = ""


@dataclass(frozen=True)
class Uses:
    """What was made of something, and who runs it, as one person may see it.

    `packages` are ARNs of versions, None where they could not be listed.
    """

    wanted: str
    made_at: datetime
    seen_by: str | None
    packages: tuple[str, ...] | None
    endpoints: tuple[Use, ...]
    contradictions: tuple[str, ...]
    untold: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Tell it for programs, as uses.schema.json says."""
        return {
            "schema_version": 1,
            "from": self.wanted,
            "made_at": spell(self.made_at),
            "seen_by": self.seen_by,
            "packages": None if self.packages is None else list(self.packages),
            "endpoints": [asdict(one) for one in self.endpoints],
            "contradictions": list(self.contradictions),
            "untold": list(self.untold),
        }


def kind_of(wanted: str) -> str:
    """Tell what a value is; raises Misuse for what is neither package, commit nor digest."""
    for kind, form in (("package", _PACKAGE), ("digest", _DIGEST), ("commit", _COMMIT)):
        if form.fullmatch(wanted):
            return kind
    raise Misuse(
        "--from",
        "must be the ARN of a package version, a commit of 7 to 40 digits, or a SHA-256",
        got=wanted,
    )


def read_uses(offices: Sequence[ModelOffice], wanted: str, now: datetime) -> Uses:
    """Find the versions that were made of something and the endpoints that run them.

    Each endpoint is traced back by itself; what cannot be traced is not known, never left out.
    """
    kind, questions = kind_of(wanted), Questions()
    made = [
        questions.ask(f"versions of {office.model}", partial(_made, office, kind, wanted))
        for office in offices
    ]
    traced = [_trace(office, account, now) for office in offices for account in office.targets]
    lineages = [one for one in traced if isinstance(one, Lineage)]
    return Uses(
        wanted=wanted,
        made_at=now,
        seen_by=offices[0].at.person if offices else None,
        packages=None if None in made else tuple(arn for each in made for arn in each or ()),
        endpoints=tuple(
            _use(one, kind, wanted) if isinstance(one, Lineage) else one for one in traced
        ),
        contradictions=_all(questions.contradictions, *(one.contradictions for one in lineages)),
        untold=_all(questions.untold, *(one.untold for one in lineages)),
    )


def _trace(office: ModelOffice, account: Account, now: datetime) -> Lineage | Use:
    try:
        return read_lineage(office, account, now)
    except NoEndpointError as error:
        name = office.at.naming.endpoint_name(account.name, office.model)
        return Use(name, account.name, office.model, False, because=error.must_hold)


def _use(found: Lineage, kind: str, wanted: str) -> Use:
    own = found.tree.find("training") is not None
    facts = [
        fact
        for place, name in _PLACES[kind]
        if not (own and (place, name) == _MADE_FROM)
        and (node := found.tree.find(place))
        and (fact := node.fact(name))
    ]
    matching = [fact.name for fact in facts if any(_is(one.value, wanted) for one in fact.said)]
    live = found.tree.fact("runs as released")
    agreed = live is not None and live.standing is Standing.VERIFIED
    known = agreed and all(fact.standing is not Standing.UNKNOWN for fact in facts)
    if matching:
        runs = True if agreed else None
    else:
        runs = False if known else None
    package, release = found.tree.find("package"), found.tree.find("release")
    arn = package.fact("arn") if package else None
    return Use(
        found.endpoint,
        found.account,
        found.model,
        runs,
        arn.value if arn else None,
        release.name if release and release.name != UNREAD else None,
        found.holds,
        _because(matching, runs),
    )


def _because(matching: Sequence[str], runs: bool | None) -> str:
    told = ", ".join(dict.fromkeys(matching))
    if runs:
        return f"it is its {told}"
    if runs is False:
        return "it runs something else"
    return f"on record it is its {told}" if told else "what it runs could not be traced"


def _made(office: ModelOffice, kind: str, wanted: str) -> list[str]:
    at = office.at
    group = at.naming.model_package_group(office.model)
    packages = ModelPackages(at.access, at.region, group)
    listed = [one.arn for one in packages.all()]
    if kind == "package":
        return [arn for arn in listed if arn == wanted]
    names = _METADATA[kind]
    # A listing does not tell what a version says of itself.
    return [
        arn
        for arn in listed
        if any(_is(packages.describe(arn).metadata.get(name), wanted) for name in names)
    ]


def _is(value: str | None, wanted: str) -> bool:
    plain, asked = (value or "").removeprefix("sha256:"), wanted.removeprefix("sha256:")
    return plain.startswith(asked) if _COMMIT.fullmatch(asked) else plain == asked


def _all(*sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in sentences for one in each))
