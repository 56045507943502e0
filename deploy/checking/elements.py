"""A page as a tree of elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
UNREAD = frozenset({"script", "style", "template"})


@dataclass
class Element:
    """One element; ``children`` holds elements with the words between them."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """What a reader sees of it, spaces folded."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNREAD:
                yield from child._words()

    def all(self, tag: str = "", *, css_class: str = "", attribute: str = "") -> list[Element]:
        """Elements below this one that are of a tag, of a class, have an attribute; in page order."""
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag)
            and (not css_class or css_class in element.classes)
            and (not attribute or attribute in element.attributes)
        ]

    def first(self, tag: str = "", *, css_class: str = "", attribute: str = "") -> Element | None:
        """The first such element, None when there is none."""
        return next(iter(self.all(tag, css_class=css_class, attribute=attribute)), None)

    def walk(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element(tag="")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag=tag, attributes={name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag=tag, attributes={name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                # An end tag closes what was left open inside, as browsers do.
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """Read a page, however careless its markup."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
