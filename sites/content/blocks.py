"""Blocks of an item's body."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """An image with its caption; the alternative text is the image's own."""

    image = ImageChooserBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图注"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("图片")


class BodyBlock(blocks.StreamBlock):
    """What an item's body may consist of."""

    heading = blocks.CharBlock(label=_("小标题"), max_length=120, icon="title")
    paragraph = blocks.RichTextBlock(label=_("正文"), features=RICH_TEXT_FEATURES)
    table = TableBlock(label=_("表格"))
    quote = blocks.TextBlock(label=_("引文"), icon="openquote")
    picture = PictureBlock()
    attachment = DocumentChooserBlock(label=_("附件"), icon="doc-full")
