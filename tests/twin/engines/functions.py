"""Short ways to make a function in a twin and to invoke it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from tests.twin.engines.accounts import TOOLS, Lab, unique


@dataclass(frozen=True)
class Answer:
    """What an invocation answered."""

    status: int
    error: str | None
    payload: Any
    log: str


def archive(**files: str) -> bytes:
    """Return an archive of modules by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(f"{name}.py", text)
    return made.getvalue()


def function(lab: Lab, source: str, **options: Any) -> str:
    """Make a function of one module, `own`, whose handler is `handle`; return its name."""
    name = unique("function")
    lab.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    lab.client("lambda").create_function(
        FunctionName=name,
        Role=options.pop("Role", None) or lab.role("lambda"),
        Runtime=options.pop("Runtime", "python3.13"),
        Handler=options.pop("Handler", "own.handle"),
        Code={"ZipFile": archive(own=source)},
        **{"Timeout": 10, **options},
    )
    return name


def invoke(lab: Lab, name: str, event: Any = None, **options: Any) -> Answer:
    """Invoke a function and wait."""
    answer = lab.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event or {}).encode(), LogType="Tail", **options
    )
    text = answer["Payload"].read()
    return Answer(
        answer["StatusCode"],
        answer.get("FunctionError"),
        json.loads(text) if text else None,
        base64.b64decode(answer.get("LogResult", "")).decode(),
    )


def admit(lab: Lab, name: str, rule_arn: str, account_id: str = TOOLS) -> None:
    """Let a rule of EventBridge invoke a function."""
    lab.client("lambda").add_permission(
        FunctionName=name,
        StatementId=unique("rule"),
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule_arn,
        SourceAccount=account_id,
    )
