"""`gatehouse release dossier` and `verify`: a release told in a folder, and checked from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.attestations.keys import TrustedKeys
from pipelines.errors import EnvironmentFault, Finding, Misuse
from scripts.commands.context import AsJson, AsPerson, ModelName, desk
from scripts.console import Voice, voice
from scripts.releases import dossier_check
from scripts.releases.dossier import PAGE_FILE, Dossier, gather, write
from scripts.releases.dossier_folder import read_dossier
from scripts.releases.office import ModelOffice, now

_COLUMNS = ("rule", "account", "holds", "detail")
_WORDS = {True: "yes", False: "no", None: "not asked"}


def dossier(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A folder that is not there yet.")
    ],
    model: ModelName = None,
    execution: Annotated[
        str | None,
        typer.Option(
            "--execution", metavar="ID", help="By default what waits at the gate, or the latest."
        ),
    ] = None,
    person: AsPerson = None,
) -> None:
    """Write all that is known about a release into a folder: documents, and a page to read."""
    # Only this command makes a page.
    from scripts.releases.dossier_page import page

    office = ModelOffice(desk(person, model), model)
    office.at.named()
    found = gather(office, execution or _latest(office), now())
    write(found, page(found), out)
    office.at.voice.say(f"{office.model}: {found.facts['release_id']} in {out / PAGE_FILE}")
    for each in found.facts["judged"]:
        rule, account = each["rule"], each["account"]
        said = f"refuses by rule {rule}: {each['because']}" if rule else "would deploy it"
        office.at.voice.say(f"  {account} {said}")


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a dossier.")],
    trusted: Annotated[
        Path | None,
        typer.Option(
            "--trusted",
            metavar="FILE",
            help="Keys that you trust, as a target pins them; else those of the dossier itself.",
        ),
    ] = None,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Ask for no approvals: nobody has decided yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a dossier without any account: files, signatures and the rules of releases."""
    speak = voice()
    given = None if trusted is None else _read_keys(trusted)
    try:
        found = read_dossier(folder)
    except Finding as error:
        detail = f"{error.address}: {error.must_hold}, got {error.got}"
        answers: tuple[dossier_check.Answer, ...] = (
            dossier_check.Answer(dossier_check.FILES, "", False, detail),
        )
    else:
        answers = dossier_check.check(found, given, undecided=undecided)
        _tell_keys(speak, found, given)
    _tell(speak, answers, as_json=as_json)
    if dossier_check.failing(answers):
        raise typer.Exit(1)


def _tell(speak: Voice, answers: tuple[dossier_check.Answer, ...], *, as_json: bool) -> None:
    failing = dossier_check.failing(answers)
    if as_json:
        rules = [
            {
                "rule": one.rule,
                "account": one.account or None,
                "held": one.held,
                "detail": one.detail,
            }
            for one in answers
        ]
        speak.json({"ok": not failing, "rules": rules})
        return
    rows = [
        {"rule": one.rule, "account": one.account, "holds": _WORDS[one.held], "detail": one.detail}
        for one in answers
    ]
    speak.rows(_COLUMNS, rows, as_json=False)
    refused = ", ".join(dict.fromkeys(one.rule for one in failing))
    speak.say(f"does not hold: {refused}" if failing else "everything that was asked holds")


def _tell_keys(speak: Voice, found: Dossier, given: TrustedKeys | None) -> None:
    speak.say(f"judged as of {found.facts['made_at']}, when the dossier was made")
    if given is not None:
        return
    speak.say("keys are those in the dossier; compare them with those you know, or say --trusted:")
    for account in sorted({each["account"] for each in found.facts["targets"]}):
        for key in dossier_check.pinned(found, account).keys:
            speak.say(f"  {account} has pinned {key.whose}: {key.fingerprint}")


def _read_keys(path: Path) -> TrustedKeys:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(str(path), "must be readable", got=error.strerror) from error
    # As people save it: with a newline at the end.
    return TrustedKeys.parse(str(path), content.rstrip(b"\n"))


def _latest(office: ModelOffice) -> str:
    gate = office.flow.gate()
    if gate is not None:
        return gate.execution
    found = office.flow.all()
    if not found:
        raise Misuse(
            f"model {office.model}",
            "must have a promotion to tell of",
            got="none",
            hint="approve a version: gatehouse model list",
        )
    return found[0].id
