"""A lineage as one HTML or SVG file that needs no network and runs no program."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from pipelines.attestations.moments import spell
from pipelines.errors import Misuse
from policies.report.content_policy import content_policy
from policies.report.templates import templates
from scripts.lineage.drawing import draw
from scripts.lineage.lineage import Lineage
from scripts.lineage.tree import said
from scripts.new_file import write_new

_HERE = Path(__file__).parent
_KINDS = (".html", ".svg")


def page(lineage: Lineage) -> str:
    """Make the page: the drawing, and every fact with who says it."""
    style = _style(_HERE.parent / "releases" / "dossier.css", "drawing.css", "lineage.css")
    return (
        templates(_HERE)
        .get_template("lineage.html")
        .render(
            lineage=lineage,
            drawing=draw(lineage.tree),
            nodes=[node for node in lineage.tree.walk() if node.facts],
            said=said,
            when=spell(lineage.made_at),
            standalone=False,
            # Files of this project, never input; nothing else is left unescaped.
            style=Markup(style),  # noqa: S704
            policy=content_policy(style),
        )
    )


def drawing(lineage: Lineage) -> str:
    """Make the drawing alone, with its own style."""
    style = Markup(_style("drawing.css"))  # noqa: S704 - a file of this package, never input
    template = templates(_HERE).get_template("drawing.svg")
    return template.render(
        lineage=lineage, drawing=draw(lineage.tree), standalone=True, style=style
    )


def write_drawing(lineage: Lineage, place: Path) -> None:
    """Write a page or a drawing, by the ending of the file's name, over no other file.

    Raises Misuse for another ending or a file that is there, EnvironmentFault where it cannot be
    written.
    """
    if place.suffix not in _KINDS:
        raise Misuse("--out", f"must end with {' or '.join(_KINDS)}", got=place.name)
    write_new("--out", place, page(lineage) if place.suffix == ".html" else drawing(lineage))


def _style(*names: str | Path) -> str:
    return "".join((_HERE / name).read_text("utf-8") for name in names)
