"""Publishing in a stock project: a page with the fields and blocks of our article, Wagtail's own publish."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.bench.references.stock_project import StockProgram, stock_program

MODELS = """
from django.db import models
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock


class Picture(blocks.StructBlock):
    image = ImageChooserBlock()
    caption = blocks.CharBlock(required=False)


class Body(blocks.StreamBlock):
    heading = blocks.CharBlock()
    paragraph = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link", "document-link"])
    table = TableBlock()
    quote = blocks.TextBlock()
    picture = Picture()
    attachment = DocumentChooserBlock()


class Article(Page):
    kind = models.CharField(max_length=16, default="news")
    summary = models.TextField(blank=True, max_length=500)
    source = models.CharField(max_length=100, blank=True)
    author = models.CharField(max_length=60, blank=True)
    department = models.CharField(max_length=80, blank=True)
    keywords = models.CharField(max_length=200, blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    body = StreamField(Body(), blank=True)
    openness = models.CharField(max_length=12, default="open")
    openness_ground = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    document_form = models.CharField(max_length=40, blank=True)
    scope = models.CharField(max_length=60, blank=True)
    created_on = models.DateField(null=True, blank=True)
"""

PROGRAM = """
import io, json, sys, time
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from home.models import Article, HomePage
from PIL import Image as Drawing
from wagtail.images.models import Image

user = get_user_model().objects.create_superuser("bench", "bench@example.com", "!")
home = HomePage.objects.first()
data = io.BytesIO()
Drawing.new("RGB", (64, 64), "red").save(data, "PNG")
image = Image.objects.create(title="picture", file=ContentFile(data.getvalue(), name="bench.png"))


def publish(page):
    with transaction.atomic():
        page.get_latest_revision().publish(user=user)


for line in sys.stdin:
    drafts = []
    for given in json.loads(line):
        for block in given["body"]:
            if block["type"] == "picture":
                block["value"]["image"] = image.pk
        page = Article(live=False, owner=user, kind="notice", **{**given, "body": json.dumps(given["body"])})
        home.add_child(instance=page)
        page.save_revision(user=user)
        drafts.append(Article.objects.get(pk=page.pk))
    began = time.perf_counter()
    for page in drafts[1:]:
        publish(page)
    seconds = time.perf_counter() - began
    with CaptureQueriesContext(connection) as asked:
        publish(drafts[0])
    assert not Article.objects.filter(pk__in=[page.pk for page in drafts], live=False).exists()
    print(json.dumps({"seconds": seconds / (len(drafts) - 1), "statements": len(asked)}), flush=True)
"""


@dataclass(frozen=True)
class Published:
    """Seconds for each publish of a round, statements of one."""

    seconds: float
    statements: int


class StockPublishing:
    """Publishes what it is given."""

    def __init__(self, program: StockProgram) -> None:
        self._program = program

    def publish(self, pages: list[dict[str, object]]) -> Published:
        """Saves these pages as drafts, then publishes them, one transaction each."""
        return Published(**json.loads(self._program.ask(json.dumps(pages))))


@contextlib.contextmanager
def stock_publishing() -> Iterator[StockPublishing]:
    with stock_program(MODELS, PROGRAM) as program:
        yield StockPublishing(program)
