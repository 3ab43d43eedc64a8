"""XML documents, put together element by element; what an element says can never become markup."""

import re
from datetime import datetime
from xml.etree import ElementTree as Tree

from app.core import clock, words

UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, however it is written."""


def put(parent: Tree.Element, name: str, text: str = "") -> Tree.Element:
    child = Tree.SubElement(parent, name)
    child.text = UNFIT.sub("", text) or None
    return child


def link(parent: Tree.Element, rel: str, href: str, kind: str) -> None:
    put(parent, "link").attrib.update(rel=rel, href=href, type=kind)


def stamp(moment: datetime) -> str:
    """With the offset of our clocks written out: CAP does not take a Z."""
    return clock.local(moment).isoformat(timespec="seconds")


def language() -> str:
    return words.language.get().replace("_", "-")


def written(root: Tree.Element) -> bytes:
    document: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
