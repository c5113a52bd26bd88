"""A forecast as one HTML file that opens without network and runs no program."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from pipelines.errors import Misuse
from policies.report.content_policy import content_policy
from policies.report.templates import templates
from scripts.forecasts.chart import draw
from scripts.forecasts.document import Forecast, spell
from scripts.new_file import write_new

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
            policy=content_policy(style),
        )
    )


def write_page(forecast: Forecast, place: Path) -> None:
    """Write the page over no other file.

    Raises Misuse for another ending than .html or a file that is there, EnvironmentFault where it
    cannot be written.
    """
    if place.suffix != ".html":
        raise Misuse("--chart", "must end with .html", got=place.name)
    write_new("--chart", place, page(forecast))
