"""References inside bodies: primary keys on this site, uids in an archive.

A reference is one of the kinds ``page``, ``image``, ``document``. The same walk collects what a body
refers to and rewrites it, in either direction, so that a body out and in again is the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from network.errors import InvalidValue

Translate = Callable[[str, Any], Any]
"""``(kind, key) -> key on the other side``; None when it leads nowhere."""

TAG = re.compile(r"<(?:a|embed)\b[^>]*>", re.IGNORECASE)
LINK = re.compile(r'\b(linktype|embedtype)="(page|document|image)"')
LOCAL, OUTSIDE = "id", "uid"
# A link that leads nowhere gets a key that no row has.
NOWHERE = "0"


def reference_kind(model: Any) -> str:
    """The kind under which rows of a model are referred to. Raises LookupError for a model without one."""
    if issubclass(model, Page):
        return "page"
    if issubclass(model, get_image_model()):
        return "image"
    if issubclass(model, get_document_model()):
        return "document"
    raise LookupError(f"{model._meta.label} has no kind of reference. Add it to sites/transfer/references.py.")


def outside_reference(kind: str, uid: Any) -> dict[str, Any]:
    """A reference as an archive writes it; ``uid`` is null where it leads nowhere."""
    return {"kind": kind, "uid": uid}


class Rewriter:
    """Rewrites references of one direction. ``is_outward`` turns keys into uids."""

    def __init__(self, translate: Translate, *, is_outward: bool) -> None:
        self.translate = translate
        self.is_outward = is_outward

    def key(self, kind: str, value: Any) -> Any:
        """One reference that stands as a value of its own."""
        if self.is_outward:
            return None if value is None else outside_reference(kind, self.translate(kind, value))
        if value is None:
            return None
        if not isinstance(value, dict) or value.get("kind") != kind:
            raise InvalidValue(f"引用“{value}”应为类别“{kind}”的引用。", kind=kind)
        return None if value.get("uid") is None else self.translate(kind, value["uid"])

    def html(self, source: str) -> str:
        """Rich text; nothing but the keys of its links changes."""
        return TAG.sub(self._tag, source) if "<" in source else source

    def _tag(self, match: re.Match[str]) -> str:
        tag = match[0]
        link = LINK.search(tag)
        if link is None:
            return tag
        name, other = (LOCAL, OUTSIDE) if self.is_outward else (OUTSIDE, LOCAL)
        attribute = re.search(rf'(\s){name}="([^"]*)"', tag)
        if attribute is None:
            return tag
        found = self.translate(link[2], attribute[2]) if attribute[2] else None
        if found is None:
            found = "" if self.is_outward else NOWHERE
        return f'{tag[: attribute.start()]}{attribute[1]}{other}="{found}"{tag[attribute.end() :]}'

    def stream(self, block: blocks.BaseStreamBlock, raw: Any) -> list[dict[str, Any]]:
        """A stored stream. Blocks that the platform does not know are refused."""
        if raw in (None, ""):
            return []
        children = []
        for child in raw:
            definition = block.child_blocks.get(child.get("type"))
            if definition is None:
                raise InvalidValue(f"正文含有本系统没有的内容块“{child.get('type')}”。", block=child.get("type"))
            children.append({**child, "value": self._block(definition, child.get("value"))})
        return children

    def _block(self, block: blocks.Block, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(block, ChooserBlock):
            return self.key(reference_kind(block.model_class), value)
        if isinstance(block, blocks.RichTextBlock):
            return self.html(value)
        if isinstance(block, blocks.BaseStructBlock):
            return {
                name: self._block(block.child_blocks[name], part) if name in block.child_blocks else part
                for name, part in value.items()
            }
        if isinstance(block, blocks.BaseStreamBlock):
            return self.stream(block, value)
        if isinstance(block, blocks.ListBlock):
            return [{**part, "value": self._block(block.child_block, part.get("value"))} for part in value]
        return value
