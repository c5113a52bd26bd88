"""`gatehouse release list` and `show`: what runs, waits, was approved, is frozen or refused."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines.attestations.moments import spell
from pipelines.errors import GatehouseError, Misuse
from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.promotions import Action, Gate, Promotion, Promotions
from scripts.releases.approving import approval_document
from scripts.releases.carried import Carried, read_carried
from scripts.releases.judging import Judged, judge_case, refusing_rule
from scripts.releases.last_words import said_since
from scripts.releases.office import Decided, ModelOffice, Office, now, read_approvals
from scripts.releases.stops import (
    freeze_document,
    in_force,
    read_freezes,
    read_revocations,
    told,
)

Shown = Annotated[
    str | None, typer.Option("--execution", metavar="ID", help="The promotion that is meant.")
]
_ACTION_COLUMNS = ("stage", "action", "status", "seconds", "reason")
_APPROVAL_COLUMNS = ("person", "made_at", "expires_at", "ticket", "reason")


def list_(model: ModelName = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """List the promotions of a model, or of all, and what is frozen."""
    at = desk(person, model)
    rows = []
    for name in at.released(model):
        office = ModelOffice(at, name)
        gate = office.flow.gate()
        waits = gate.execution if gate else None
        approvals = _approvals(office, waits)
        rows += [
            _row(name, found, waits=waits == found.id)
            | {"approvals": approvals if waits == found.id else []}
            for found in office.flow.all()
        ]
    columns = ("model", "version", "status", "waits", "started", "execution")
    at.voice.rows(columns, rows, as_json=as_json)
    for each in approvals_told(rows):
        at.voice.say(each)
    for line in _frozen(at):
        at.voice.say(line)


def show(
    model: ModelName = None,
    execution: Shown = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Show what runs, what waits, its digests, who approved it and what the rules say."""
    at = desk(person, model)
    office = ModelOffice(at, model)
    gate = office.flow.gate()
    chosen = execution or (gate.execution if gate else None) or _latest(office.flow, office.model)
    found = office.flow.describe(chosen)
    waits = gate is not None and gate.execution == chosen
    actions = office.flow.actions(chosen)
    release, untold = _release(office, chosen)
    summary = _row(office.model, found, waits=waits) | {"reason": found.reason}
    decided = _decided(office, chosen, actions, gate if waits else None)
    if as_json:
        rows = [_action_row(action) for action in actions]
        trained = office.trained_everywhere(chosen) if _code(release) else {}
        at.voice.json(summary | {"actions": rows, "release": release} | trained | decided)
        return
    at.voice.fields(summary | (_digests(release) or {"release": untold}), as_json=False)
    at.voice.rows(_ACTION_COLUMNS, [_action_row(action) for action in actions], as_json=False)
    for each in office.trained_everywhere(chosen)["trained"] if _code(release) else []:
        at.voice.fields({"trained in": each.pop("account")} | each, as_json=False)
    _tell_decided(at, decided)
    if waits:
        hint = f"gatehouse release approve {office.model} --summary TEXT --ticket TEXT, or reject"
        at.voice.say(f"It waits for: {hint}")


def _release(office: ModelOffice, execution: str) -> tuple[dict[str, Any] | None, str]:
    """Read the release of a promotion, or tell why there is none."""
    try:
        return office.flow.release(execution), "not bundled yet"
    except GatehouseError as error:
        # A promotion whose artefact is lost has failed by that: what became of it is told.
        return None, f"not readable: {error.address} {error.must_hold}, got {error.got}"


def _code(release: dict[str, Any] | None) -> bool:
    return release is not None and release.get("promotes") == "code"


def approvals_told(rows: list[dict[str, Any]]) -> list[str]:
    """Tell the approvals of what waits, a line each."""
    return [
        f"{row['model']} version {row['version']}: approved by {each['person']} until "
        f"{each['expires_at']} ({each['ticket']})"
        for row in rows
        for each in row["approvals"]
    ]


def _decided(
    office: ModelOffice, execution: str, actions: list[Action], gate: Gate | None
) -> dict[str, Any]:
    """Tell what people decided, and what the rules say of it where this person may ask."""
    empty: dict[str, Any] = {
        "approvals": [],
        "revocations": [],
        "freezes": [],
        "judged": None,
        "failures": [],
        "note": None,
    }
    try:
        carried = read_carried(office.flow, execution)
    except GatehouseError as error:
        return empty | _noted(error)
    if carried.release is None:
        return empty
    try:
        decided = office.decided(carried)
        told = _judge(office, carried, decided, actions, gate)
    except GatehouseError as error:
        # What hides how people decided may be what a target refused, and it said why.
        return empty | _noted(error) | _kept(office, carried, actions)
    return {
        "approvals": [_approval_row(one) for one in read_approvals(decided.approvals)],
        "revocations": [
            {"by": one.by, "reason": one.reason, "made_at": spell(one.made_at)}
            for one in read_revocations(decided.revocations)
        ],
        "freezes": [freeze_document(one) for one in in_force(read_freezes(decided.freezes), now())],
        "note": None,
    } | told


def _judge(
    office: ModelOffice,
    carried: Carried,
    decided: Decided,
    actions: list[Action],
    gate: Gate | None,
) -> dict[str, Any]:
    """Ask the rules about what waits; of what failed, read what its target has kept about it."""
    if gate is not None:
        cases = office.cases(carried, decided, office.behind(gate.before), now())
        return {"judged": [_judged(judge_case(case)) for case in cases], "failures": []}
    return _ended(office, carried, actions)


def _kept(office: ModelOffice, carried: Carried, actions: list[Action]) -> dict[str, Any]:
    """Read what targets have kept about a promotion, if this person may."""
    try:
        return _ended(office, carried, actions)
    except GatehouseError:
        return {"judged": None, "failures": []}


def _ended(office: ModelOffice, carried: Carried, actions: list[Action]) -> dict[str, Any]:
    """Tell by which rules targets refused, and why their builds failed that no rule refused."""
    # In the order in which they began: of a stage that was tried again the last one counts.
    latest = {action.account: action for action in actions}
    failed = {name: action for name, action in latest.items() if action.status == "Failed"}
    found = [
        (target.name, said_since(office.why(carried, target), failed[target.name]))
        for target in office.targets
        if target.name in failed
    ]
    kept = [(account, one) for account, one in found if one is not None]
    return {
        "judged": [
            {"account": account, "rule": one.rule, "because": one.because}
            for account, one in kept
            if one.rule
        ],
        "failures": [
            {"account": account, "because": one.because} for account, one in kept if not one.rule
        ],
    }


def _noted(error: GatehouseError) -> dict[str, str]:
    return {"note": f"{error.address}: {error.must_hold}, got {error.got}"}


def _tell_decided(at: Desk, decided: dict[str, Any]) -> None:
    if decided["note"]:
        at.voice.say(f"what was decided is not told here: {decided['note']}")
    if decided["approvals"]:
        at.voice.rows(_APPROVAL_COLUMNS, decided["approvals"], as_json=False)
    for each in decided["revocations"]:
        at.voice.say(f"revoked by {each['by']} at {each['made_at']}: {each['reason']}")
    for line in _frozen(at):
        at.voice.say(line)
    for each in decided["judged"] or []:
        if each["rule"] is None:
            at.voice.say(f"{each['account']} would deploy it")
        else:
            at.voice.say(f"{each['account']} refuses by rule {each['rule']}: {each['because']}")
    for each in decided["failures"]:
        at.voice.say(f"{each['account']} could not go on: {each['because']}")


def _frozen(at: Desk) -> list[str]:
    try:
        words = read_freezes(Office(at).decisions.freezes())
    except Misuse as error:
        return [f"whether anything is frozen is not told to this role: {error.got}"]
    return [told(word) for word in in_force(words, now())]


def _approvals(office: ModelOffice, execution: str | None) -> list[dict[str, Any]]:
    release = office.flow.release(execution) if execution else None
    if release is None:
        return []
    try:
        found = office.decisions.approvals(office.model, release["release_id"], str(execution))
    except Misuse:
        return []
    return [_approval_row(one) for one in read_approvals(found)]


def _approval_row(approval: Any) -> dict[str, Any]:
    found = approval_document(approval)
    return found | {name: spell(found[name]) for name in ("made_at", "expires_at")}


def _judged(one: Judged) -> dict[str, Any]:
    refused = one.refused
    return {
        "account": one.account,
        "rule": refused.rule if refused else None,
        "because": f"{refused.address}: {refused.must_hold}, got {refused.got}"
        if refused
        else None,
    }


def _latest(flow: Promotions, model: str) -> str:
    found = flow.all()
    if not found:
        raise Misuse(
            f"model {model}",
            "must have a promotion to show",
            got="none",
            hint="approve a version: gatehouse model list",
        )
    return found[0].id


def _row(model: str, promotion: Promotion, *, waits: bool) -> dict[str, Any]:
    return {
        "model": model,
        "version": promotion.package_arn.rpartition("/")[2],
        "status": promotion.status,
        "waits": "at the gate" if waits else "",
        "started": promotion.started,
        "execution": promotion.id,
        "package": promotion.package_arn,
        "rule": refusing_rule(promotion.reason),
    }


def _digests(release: dict[str, Any] | None) -> dict[str, Any]:
    if release is None:
        return {}
    return {
        "release": release["release_id"],
        "promotes": release.get("promotes", "model"),
        "archive": release["archive"]["sha256"],
        "image": release["image"]["digest"],
        "definition": release["definition"]["sha256"],
        "evaluation": release["evaluation"]["sha256"],
        "data": release["data"]["sha256"],
        "commit": release["commit"],
    }


def _action_row(action: Action) -> dict[str, Any]:
    return {
        "stage": action.stage,
        "action": action.name,
        "status": action.status,
        "seconds": action.seconds,
        "reason": action.reason,
        "rule": refusing_rule(action.reason),
    }
