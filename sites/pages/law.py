"""A law, regulation, rule or judicial interpretation with how it came to be."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from sites.content.base import ContentPage, edit_handler_of
from sites.content.forms import ContentPageForm


class LawPage(ContentPage):
    """One legal text. ``adoption`` tells when and by whom it was adopted and amended, in its own words."""

    category = models.CharField(_("效力类别"), max_length=40, blank=True)
    issuing_body = models.CharField(_("制定机关"), max_length=200, blank=True)
    version_date = models.DateField(_("版本日期"), null=True, blank=True)
    effective_date = models.DateField(_("施行日期"), null=True, blank=True)
    adoption = models.TextField(_("制定与修改情况"), blank=True)

    content_kind = "law"
    past_days = ("version_date",)
    base_form_class = ContentPageForm
    edit_handler = edit_handler_of(
        [
            FieldPanel("category"),
            FieldPanel("issuing_body"),
            FieldRowPanel([FieldPanel("version_date"), FieldPanel("effective_date")]),
            FieldPanel("adoption"),
        ]
    )

    class Meta:
        verbose_name = _("法律法规")
        verbose_name_plural = _("法律法规")

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        facts = [
            (str(_("效力类别")), self.category),
            (str(_("制定机关")), self.issuing_body),
            (str(_("文号")), self.document_number),
            (str(_("版本日期")), self.version_date.isoformat() if self.version_date else ""),
            (str(_("施行日期")), self.effective_date.isoformat() if self.effective_date else ""),
            (str(_("制定与修改情况")), self.adoption),
        ]
        return [(label, value) for label, value in facts if value]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from sites.pages.serving import serve_content  # serving knows every page type, this one included

        return serve_content(request, self)
