"""A forecast as one HTML file that opens without network and runs no program."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from markupsafe import Markup

from pipelines.errors import EnvironmentFault, Misuse
from policies.report.templates import templates
from scripts.forecasts.chart import draw
from scripts.forecasts.document import Forecast, spell

_HERE = Path(__file__).resolve().parent


def page(forecast: Forecast) -> str:
    """Make the page: the chart for wide and narrow screens, and the numbers of every hour."""
    style = "".join(
        path.read_text("utf-8")
        for path in (_HERE.parent / "releases" / "dossier.css", _HERE / "forecast.css")
    )
    return (
        templates(_HERE)
        .get_template("forecast.html")
        .render(
            forecast=forecast,
            charts={
                "wide": draw(forecast, width=760, height=300, days=7),
                "narrow": draw(forecast, width=360, height=240, days=2),
            },
            spell=spell,
            # Files of this project, never input; nothing else is left unescaped.
            style=Markup(style),  # noqa: S704
            policy=_policy(style),
        )
    )


def write_page(forecast: Forecast, place: Path) -> None:
    """Write the page over no other file.

    Raises Misuse for another ending than .html or a file that is there, EnvironmentFault where it
    cannot be written.
    """
    if place.suffix != ".html":
        raise Misuse("--chart", "must end with .html", got=place.name)
    content = page(forecast)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as error:
        raise Misuse("--chart", "must be a file that is not there yet", got=str(place)) from error
    except OSError as error:
        got = error.strerror or os.strerror(error.errno or 0)
        raise EnvironmentFault(str(place), "must be a file that can be written", got=got) from error


def _policy(style: str) -> str:
    """Tell a browser that the page fetches and runs nothing, and has this style only."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # https://www.w3.org/TR/CSP3/#grammardef-hash-source
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
