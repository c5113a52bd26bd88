"""Where a release comes from: the version in the registry, its run, and what went into that."""

from __future__ import annotations

from pipelines.organization import AccountKind
from scripts.lineage import comparing
from scripts.lineage.comparing import Sources
from scripts.lineage.facts import (
    PROMOTION,
    REGISTRY,
    RUN,
    UNREAD,
    Fact,
    Node,
    Said,
    compare,
    mismatch,
    unknown,
)

# How a version tells what its run chose of the training.
_CHOSEN = "chosen_"


def package_link(found: Sources) -> Node:
    """Make the link of the version that the release was made of."""
    arn, package, release = found.home.package_arn, found.home.package, found.release
    if arn is None:
        return Node("package", UNREAD, (unknown("version"),), (_run(found),))
    actors = found.signed.statement.actors if found.signed.statement else None
    promoted = found.signed.package_arn
    facts = [
        compare(
            "arn",
            found.stated(release.package_arn if release else None),
            *([Said(PROMOTION, promoted)] if promoted else []),
            Said(REGISTRY, package.arn if package else None),
        ),
        _status_now(found),
        compare("registered by", found.stated(actors.registered_by if actors else None)),
        compare("approved by", found.stated(actors.model_approver if actors else None)),
        comparing.trained_archive(found),
        compare(
            "evaluation",
            found.stated(release.evaluation.uri if release else None),
            found.registered("evaluation_uri"),
        ),
    ]
    if package is not None and package.metadata.get("metric"):
        value = f"{package.metadata['metric']} {package.metadata.get('metric_value', '')}".strip()
        facts.append(compare("measured", Said(REGISTRY, value)))
    name = f"version {arn.rpartition('/')[2]}"
    return Node("package", name, tuple(facts), (_run(found),))


def _status_now(found: Sources) -> Fact:
    package = found.home.package
    # A rejection takes production back and leaves staging as it is.
    serves = found.account.kind is AccountKind.PRODUCTION
    if serves and package is not None and package.approval != "Approved":
        said = Said(REGISTRY, package.approval)
        return mismatch("status now", package.approval, "must be Approved while it runs", said)
    return compare("status now", Said(REGISTRY, package.approval if package else None))


def _run(found: Sources) -> Node:
    home, run = found.home, found.home.run
    arn = home.run_arn
    facts = [
        compare("arn", Said(REGISTRY, arn), *([Said(RUN, run.arn)] if run else [])),
        compare("status", Said(RUN, run.status if run else None)),
        compare("started", Said(RUN, run.started if run else None)),
        _registered(found),
        *_chosen(found),
    ]
    name = arn.rpartition("/")[2] if arn else UNREAD
    uri, sha256 = comparing.data(found)
    return Node(
        "pipeline run",
        name,
        tuple(facts),
        (
            _job(found),
            Node("commit", _short(comparing.commit(found)), (comparing.commit(found),)),
            Node("data", _short(sha256), (uri, sha256)),
            Node("image", _short(comparing.built_image(found)), (comparing.built_image(found),)),
            Node("definition", _short(comparing.definition(found)), (comparing.definition(found),)),
        ),
    )


def _chosen(found: Sources) -> list[Fact]:
    """Tell what the run chose of the training, by the version and, where it was sent, the run."""
    package, sent = found.home.package, found.home.parameters or {}
    told = package.metadata if package else {}
    facts = []
    for key, value in sorted(told.items()):
        if not key.startswith(_CHOSEN):
            continue
        name = key.removeprefix(_CHOSEN)
        given = sent.get("".join(word.capitalize() for word in name.split("_")))
        # 0.10 and 0.1 are the same number, however it was sent.
        same = given is not None and _number(given) == _number(value)
        said = [] if given is None else [Said(RUN, value if same else given)]
        facts.append(compare(name.replace("_", " "), Said(REGISTRY, value), *said))
    return facts


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _registered(found: Sources) -> Fact:
    """Tell whether the run itself says that it registered this version."""
    home, name = found.home, "registered"
    if home.steps is None:
        return unknown(name, "the steps of the run could not be read")
    return compare(
        name, Said(REGISTRY, home.package_arn), Said(RUN, ", ".join(home.registered) or "nothing")
    )


def _job(found: Sources) -> Node:
    home, job = found.home, found.home.job
    if job is not None:
        facts = (compare("arn", Said(RUN, job.arn)), compare("status", Said(RUN, job.status)))
        return Node("training job", job.arn.rpartition("/")[2], facts)
    if home.tuned is not None:
        return Node("tuning job", home.tuned.rpartition("/")[2], _of_search(found, home.tuned))
    return Node("training job", UNREAD, (unknown("arn"),))


def _of_search(found: Sources, arn: str) -> tuple[Fact, ...]:
    """Tell of a search which it was, by run and registry, and which of its jobs was the best."""
    package = found.home.package
    told = package.metadata if package else {}
    facts = [compare("arn", Said(RUN, arn))]
    if told.get("tuning_job"):
        name = arn.rpartition("/")[2]
        facts.append(compare("name", Said(REGISTRY, told["tuning_job"]), Said(RUN, name)))
    if told.get("training_job"):
        facts.append(compare("best job", Said(REGISTRY, told["training_job"])))
    return tuple(facts)


def _short(fact: Fact) -> str:
    return fact.value.removeprefix("sha256:")[:12] if fact.value else UNREAD
