"""The page and the drawing of a lineage fetch and run nothing, and tell what the tree does."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from scripts.lineage.drawing import draw
from scripts.lineage.page import drawing, page
from tests.scripts.lineage.chain import Chain

_SVG = "{http://www.w3.org/2000/svg}"


class _Tags(HTMLParser):
    """What a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object", "form", "base", "use", "image"):
            self.fetched.append(tag)
        self.fetched += [
            name for name, _ in attrs if name in ("src", "style", "href") or name.startswith("on")
        ]


@pytest.fixture
def chain() -> Chain:
    """A release that went the whole way."""
    return Chain()


def fetched(text: str) -> list[str]:
    """Tell what a page would fetch or run."""
    found = _Tags()
    found.feed(text)
    return found.fetched


def test_page_and_drawing_fetch_and_run_nothing(chain: Chain) -> None:
    found = chain.lineage()
    for text in (page(found), drawing(found)):
        assert fetched(text) == []
        assert not re.search(r"url\(|@import", text)
    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in page(found)


def test_the_page_tells_every_fact_with_its_standing(chain: Chain) -> None:
    chain.metadata(commit="f" * 40)
    chain.works.refuses = {"DescribePipelineExecution"}
    found = chain.lineage()
    text = page(found)
    for node in found.tree.walk():
        assert f"<h2>{node.title}</h2>" in text
        for fact in node.facts:
            assert f'<th scope="row">{fact.name}</th>' in text
            assert f'<span class="{fact.standing.name.lower()}">{fact.standing}</span>' in text
    for sentence in ("Sources contradict each other", "f" * 40, "Not told here: runs of the"):
        assert sentence in text


def test_the_drawing_is_xml_with_a_box_for_each_link(chain: Chain) -> None:
    found = chain.lineage()
    nodes = list(found.tree.walk())
    # Written by this program just now.
    root = ElementTree.fromstring(drawing(found))  # noqa: S314
    assert len(root.findall(f"{_SVG}g")) == len(nodes)
    assert len(root.findall(f"{_SVG}path")) == len(nodes) - 1
    assert next(one.text for one in root.iter(f"{_SVG}text")) == nodes[0].title


def test_no_box_leaves_the_sheet_or_covers_another(chain: Chain) -> None:
    sheet = draw(chain.lineage().tree)
    for box, after in zip(sheet.boxes, sheet.boxes[1:], strict=False):
        assert box.left + box.width <= sheet.width
        assert box.top + box.height < after.top
    last = sheet.boxes[-1]
    assert last.top + last.height <= sheet.height


def test_what_somebody_wrote_does_not_become_part_of_the_page(chain: Chain) -> None:
    chain.metadata(commit="<script>alert(1)</script>", metric='"><img src=x onerror=alert(2)>')
    found = chain.lineage()
    for text in (page(found), drawing(found)):
        assert fetched(text) == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(found)
