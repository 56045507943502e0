"""An interpretation of a document: as text, picture, questions and answers, video."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField

from sites.content.base import NOTHING, Faults, edit_handler_of
from sites.pages.item import ItemPage
from sites.pages.linking import ExplainedDocuments, forward_of, neutral_links

VIDEO_NAMES = (".mp4", ".webm")


class Form(models.TextChoices):
    """How an interpretation is made."""

    TEXT = "text", _("文字解读")
    PICTURE = "picture", _("图解")
    QUESTIONS = "questions", _("问答")
    VIDEO = "video", _("视频解读")


class QuestionBlock(blocks.StructBlock):
    """One question with its answer."""

    question = blocks.CharBlock(label=_("问"), max_length=200)
    answer = blocks.TextBlock(label=_("答"))

    class Meta:
        icon = "help"
        label = _("问答")


class QuestionsBlock(blocks.StreamBlock):
    """Questions in their order."""

    question = QuestionBlock()


class InterpretationPage(ItemPage):
    """One interpretation. ``documents`` names what it explains; those show it in turn."""

    form = models.CharField(_("解读形式"), max_length=16, choices=Form.choices, default=Form.TEXT)
    documents = StreamField(ExplainedDocuments(), verbose_name=_("解读的文件"), blank=True, default=list)
    questions = StreamField(QuestionsBlock(), verbose_name=_("问与答"), blank=True, default=list)
    video = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("视频文件"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    content_kind = "interpretation"
    edit_handler = edit_handler_of(
        [
            MultiFieldPanel([FieldPanel("form"), FieldPanel("documents")], heading=_("解读")),
            FieldPanel("questions"),
            FieldPanel("video"),
        ]
    )

    class Meta:
        verbose_name = _("政策解读")
        verbose_name_plural = _("政策解读")
        indexes = [GinIndex(fields=["documents"], name="interpretation_documents", opclasses=["jsonb_path_ops"])]

    @classmethod
    def list_expressions(cls) -> tuple[Any, Any]:
        return forward_of("sites_pages_interpretationpage.documents"), NOTHING

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.video is not None and not self.video.filename.lower().endswith(VIDEO_NAMES):
            sentence = say("“%(name)s”不是视频文件，请选择扩展名为 mp4 或 webm 的文件。")
            faults["video"] = [sentence % {"name": self.video.filename}]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        kinds = {child.block_type for child in self.body}
        if self.form == Form.QUESTIONS and not self.questions:
            faults["questions"] = [say("解读形式选了“问答”，请至少填写一问一答。")]
        if self.form == Form.VIDEO and self.video is None:
            faults["video"] = [say("解读形式选了“视频解读”，请选择视频文件。")]
        if self.form == Form.VIDEO and not self.body:
            faults["body"] = [say("视频须有文字稿，供不能观看的人阅读，请写在正文中。")]
        if self.form == Form.PICTURE and "picture" not in kinds:
            faults["body"] = [say("解读形式选了“图解”，请在正文中加入图片。")]
        if self.form == Form.PICTURE and not kinds - {"picture"}:
            faults["summary"] = [] if self.summary else [say("图解须有文字说明，请填写摘要，或者在正文中写明要点。")]
        if self.form == Form.TEXT and not self.body:
            faults["body"] = [say("请填写正文。")]
        return {name: sentences for name, sentences in faults.items() if sentences}

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        return [(say("解读形式"), str(Form(self.form).label))]

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "interpretation",
            "form": self.form,
            "video": writer.file(self.video) if self.video is not None else None,
            "questions": [
                {"question": child.value["question"], "answer": child.value["answer"]} for child in self.questions
            ],
            "links": neutral_links(self.documents, form=self.form),
        }
