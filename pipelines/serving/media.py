"""Media types: which of CSV and JSON a request brings and which its answer takes."""

from __future__ import annotations

from dataclasses import dataclass

CSV = "text/csv"
JSON = "application/json"


@dataclass(frozen=True)
class MediaType:
    """A media type; `header` is RFC 4180's parameter `header=present`."""

    name: str
    header: bool = False
    quality: float = 1.0


def parse(text: str) -> MediaType | None:
    """Read one media type with the parameters that matter here."""
    name, *parameters = (part.strip() for part in text.split(";"))
    header, quality = False, 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        match key.strip().lower():
            case "header":
                header = value.strip().lower() == "present"
            case "q":
                try:
                    quality = float(value)
                except ValueError:
                    return None
    return MediaType(name.lower(), header, quality) if name else None


def negotiate(accept: str, given: MediaType | None) -> MediaType | None:
    """Choose the type of the answer: the best that is accepted, else the request's own."""
    own = MediaType(given.name if given and given.name in (CSV, JSON) else CSV)
    accepted = [kind for part in accept.split(",") if (kind := parse(part)) and kind.quality > 0]
    for kind in sorted(accepted, key=lambda kind: -kind.quality):
        if kind.name in (CSV, JSON):
            return kind
        if kind.name == "*/*" or kind.name == f"{own.name.split('/')[0]}/*":
            return own
    return None if accept.strip() else own
