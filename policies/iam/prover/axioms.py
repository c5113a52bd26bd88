"""What AWS documents about condition keys: which are always there, and what values they have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from policies.iam.principal import Kind as PrincipalKind
from policies.iam.prover.question import ActionFacts, Reference
from policies.iam.prover.subject import Kind

ALWAYS = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
    }
)
"""Keys of which that page says that every request carries them."""

# What a session or the service in between brings into requests of any service, though its name
# begins with one service's.
_OF_SESSIONS = (
    *("codebuild:", "ec2:roledelivery", "ec2:sourceinstancearn", "glue:credentialissuingservice"),
    *("glue:roleassumedby", "identitystore:", "lambda:sourcefunctionarn", "saml:"),
    "ssm:sourceinstancearn",
)

_PLACE = re.compile(r"\$\{[^}]*\}|<[^>]*>")

_OF_PRINCIPALS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principaltype",
    }
)
# What only the members of an account have.
_OF_MEMBERS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:username"})
_MEMBERS = (PrincipalKind.ROLE, PrincipalKind.USER, PrincipalKind.ROOT)
_TYPES = {
    "Numeric": Kind.NUMBER,
    "Date": Kind.DATE,
    "IPAddress": Kind.ADDRESS,
    "IpAddress": Kind.ADDRESS,
}


def is_boolean(key: str, reference: Reference) -> bool:
    """Tell whether a key is true or false wherever it is."""
    facts = reference.key(key)
    return facts is not None and facts.type == "Bool" and not facts.multivalued


def kind_of(key: str, reference: Reference) -> str:
    """Tell what the values of a key are; a text may be anything."""
    facts = reference.key(key)
    return _TYPES.get(facts.type, Kind.TEXT) if facts else Kind.TEXT


def has_many(key: str, reference: Reference) -> bool:
    """Tell whether a key may have several values; one that nobody knows may."""
    facts = reference.key(key)
    return facts is None or facts.multivalued


def values_of(key: str, kind: PrincipalKind) -> tuple[str, ...] | None:
    """Give the values that a key has where it follows from the principal and is carried.

    Signed requests say whether a service makes them, anonymous ones do not. Of somebody who asks
    with a token of a provider AWS says neither; no service asks so.
    """
    asked = key == "aws:principalisawsservice" and kind is PrincipalKind.FEDERATED
    return ("false",) if asked else None


def never_of(key: str, kind: PrincipalKind) -> bool:
    """Tell whether a kind of principal never has a key that follows from the principal."""
    if key in _OF_PRINCIPALS:
        # What it has of these is known; see Request.of.
        return True
    if key == "aws:username":
        return kind is not PrincipalKind.USER
    return kind not in _MEMBERS and (key in _OF_MEMBERS or key.startswith("aws:principaltag/"))


def belongs_to_service(key: str, reference: Reference) -> bool:
    """Tell whether only those requests carry a key whose actions are listed with it."""
    return not key.startswith(("aws:", *_OF_SESSIONS)) and reference.key(key) is not None


def carries(facts: ActionFacts, key: str) -> bool:
    """Tell whether an action is listed with a key, or with a template of it (``tag/${x}``)."""
    return key in facts.keys or any(
        _template(listed)(key) for listed in facts.keys if _PLACE.search(listed)
    )


@cache
def _template(listed: str) -> Callable[[str], bool]:
    expression = ".*".join(re.escape(text) for text in _PLACE.split(listed))
    matcher = re.compile(expression, re.DOTALL).fullmatch
    return lambda key: matcher(key) is not None
