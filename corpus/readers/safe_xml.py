"""XML from strangers: no entities, no document types, no network, no deep or huge trees."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from corpus.errors import UnreadableSourceError
from corpus.readers.damage import damage_named

Element = Any
"""An lxml element; lxml has no types."""


def parse_xml(data: bytes, kind: str) -> Element:
    """Return the root element of `data`, a document called `kind` in errors.

    Entities are never resolved and nothing is ever fetched. Raise `UnreadableSourceError` for
    XML that is damaged, or that declares entities of its own.
    """
    from lxml import etree  # noqa: PLC0415 - for XML alone

    with damage_named(kind):
        root = etree.fromstring(data, _parser())
    _refuse_entities(root, kind)
    return root


def elements(data: bytes, tag: str, kind: str) -> Iterator[Element]:
    """Yield the elements called `tag` one by one; each is emptied when the next is asked for.

    Errors are those of `parse_xml`; elements before the damage are yielded first.
    """
    from lxml import etree  # noqa: PLC0415 - for XML alone

    found = etree.iterparse(
        BytesIO(data),
        tag=tag,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    while True:
        with damage_named(kind):
            _, element = next(found, (None, None))
        if element is None:
            return
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def name_of(element: Element) -> str:
    """Return the local name of `element`, "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element | None) -> str:
    """Return all text within `element`, "" if there is none."""
    return "" if element is None else "".join(element.itertext()).strip()


def first(element: Element, name: str) -> Element | None:
    """Return the first descendant with the local name `name`, whatever its namespace."""
    return next(element.iter(f"{{*}}{name}"), None)


def value(element: Element, name: str) -> str:
    """Return the text of the first descendant called `name`, "" if there is none."""
    return text_of(first(element, name))


def _parser() -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree  # noqa: PLC0415 - for XML alone

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )


def _refuse_entities(root: Element, kind: str) -> None:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        message = f"it is {kind} that declares entities of its own; save it without them"
        raise UnreadableSourceError(message)
