"""A page taken apart into what is checked: texts, rich texts, pictures, each with its place in the form.

Every page type is read by its fields and blocks, so one that is added later is checked without a word here.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.rich_text import RichText

from sites.screening.findings import Place

READ_OF_PAGE = frozenset({"title", "seo_title", "search_description"})
"""What a reader sees of Wagtail's own columns; the others are addresses and bookkeeping."""

BREAKS = re.compile(r"</(?:p|li|h\d|td|th)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """Plain words at a place."""

    place: Place
    words: str


@dataclass(frozen=True)
class Markup:
    """Stored rich text at a place."""

    place: Place
    source: str


@dataclass(frozen=True)
class Picture:
    """An image at a place."""

    place: Place
    image: Any


@dataclass(frozen=True)
class HeldFile:
    """A picture or a document at a place."""

    place: Place
    media: Any


LINKED = re.compile(r"<a\b[^>]*\blinktype=[\"']document[\"'][^>]*>", re.IGNORECASE)
LINKED_KEY = re.compile(r"\bid=[\"'](\d{1,9})[\"']", re.IGNORECASE)


def linked_documents(source: str) -> list[int]:
    """Keys of the documents that stored rich text links to."""
    keys = [LINKED_KEY.search(tag) for tag in LINKED.findall(source)]
    return [int(key[1]) for key in keys if key]


@dataclass
class Parts:
    """A page taken apart."""

    texts: list[Text] = field(default_factory=list)
    markups: list[Markup] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    files: list[HeldFile] = field(default_factory=list)
    days: dict[str, datetime.date] = field(default_factory=dict)

    def add_text(self, place: Place, words: Any) -> None:
        if words:
            self.texts.append(Text(place, str(words)))

    def add_picture(self, place: Place, image: Any) -> None:
        self.pictures.append(Picture(place, image))
        self.files.append(HeldFile(place, image))

    def add_markup(self, place: Place, source: str) -> None:
        if source:
            self.markups.append(Markup(place, source))
            self.add_text(place, strip_tags(BREAKS.sub("\n", source)))


def parts_of(page: Page) -> Parts:
    """Take a page apart, as it stands in memory: a draft need not be saved."""
    parts = Parts()
    _read_fields(parts, page, "")
    for relation in get_all_child_relations(type(page)):
        name = relation.get_accessor_name()
        if relation.related_model._meta.app_label.startswith("sites_"):
            for child in getattr(page, name).all():
                _read_fields(parts, child, name)
    return parts


def _read_fields(parts: Parts, held: models.Model, relation: str) -> None:
    """Every text that people write into a row. What stands in a child row is shown beside the list of those rows."""
    for column in held._meta.concrete_fields:
        if column.model is Page and column.name not in READ_OF_PAGE:
            continue
        value = getattr(held, column.attname)
        place = Place(field=relation or column.name)
        if isinstance(column, StreamField):
            for child in value or ():
                place = Place(field=relation or column.name, block=child.id or "")
                _read_value(parts, place, child.block, child.value)
        elif isinstance(column, RichTextField):
            parts.add_markup(place, value or "")
        elif isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
            if value and not relation:
                parts.days[column.name] = value
        elif isinstance(column, models.ForeignKey) and column.related_model is get_image_model() and value:
            parts.add_picture(place, getattr(held, column.name))
        elif isinstance(column, models.ForeignKey) and column.related_model is get_document_model() and value:
            parts.files.append(HeldFile(place, getattr(held, column.name)))
        elif _is_written(column):
            parts.add_text(place, value)


def _is_written(column: models.Field[Any, Any]) -> bool:
    is_text = isinstance(column, models.CharField | models.TextField) and not isinstance(column, models.SlugField)
    return is_text and column.editable and not column.choices


def _read_value(parts: Parts, place: Place, block: blocks.Block, value: Any) -> None:
    if isinstance(value, RichText):
        parts.add_markup(place, value.source)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            _read_value(parts, place, child, value.get(name))
    elif isinstance(block, blocks.StreamBlock):
        for child in value or ():
            _read_value(parts, place, child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for child in value or ():
            _read_value(parts, place, block.child_block, child)
    elif isinstance(value, get_image_model()):
        parts.add_picture(place, value)
    elif isinstance(value, get_document_model()):
        parts.files.append(HeldFile(place, value))
    else:
        for words in block.get_searchable_content(value) if value else ():
            parts.add_text(place, words)
