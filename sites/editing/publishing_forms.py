"""Forms of the publisher: an hour, marked reasons of a return, where publishers publish."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from sites.accounts.scopes import places_to_choose
from sites.editing.emergency import LONGEST
from sites.editing.releasing import LONGEST_NOTE

FOLLOWS, COLUMNS, EVERYWHERE = "follows", "columns", "everywhere"


class ReturnReason(models.TextChoices):
    """Why a publisher does not put on line what was approved."""

    OUTDATED = "outdated", _("内容已过时或与现行规定不符")
    FACTS = "facts", _("文号、日期、数字、名称有误")
    FILES = "files", _("图片或附件打不开、与正文不符")
    LAYOUT = "layout", _("标题、排版不合要求")
    COLUMN = "column", _("栏目不对或者重复发布")
    SECRET = "secret", _("疑有不宜公开的内容")
    OTHER = "other", _("其他（在说明里写明）")


class ScheduleForm(forms.Form):
    """When to publish."""

    publish_at = forms.DateTimeField(
        label=_("发布时间"),
        widget=AdminDateTimeInput,
        help_text=_("到时以您的名义发布；届时再核对一次，核准以后改过的不发布。"),
    )


class ReturnForm(forms.Form):
    """Why what was approved goes back."""

    reasons = forms.MultipleChoiceField(
        label=_("退回原因"),
        choices=ReturnReason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项原因。")},
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回以后核准作废，编辑修改、提交，各环节重新审核。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if ReturnReason.OTHER in cleaned.get("reasons", ()) and not cleaned.get("note", "").strip():
            self.add_error("note", _("选了“其他”，请写明原因。"))
        return cleaned

    @property
    def sentences(self) -> list[str]:
        """The marked reasons in words; “other” is what the note says."""
        chosen = [reason for reason in self.cleaned_data["reasons"] if reason != ReturnReason.OTHER]
        return [str(ReturnReason(reason).label) for reason in chosen]


class PlacesForm(forms.Form):
    """Where publishing is a publisher's act."""

    method = forms.ChoiceField(
        label=_("发布办法"),
        choices=[
            (FOLLOWS, _("最后一位审核人通过即发布")),
            (COLUMNS, _("下列栏目由发布员发布，其他栏目通过即发布")),
            (EVERYWHERE, _("全站由发布员发布")),
        ],
        widget=forms.RadioSelect,
    )
    columns = forms.MultipleChoiceField(
        label=_("由发布员发布的栏目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("所选栏目和归在它们之下的栏目。"),
    )
    reason = forms.CharField(
        label=_("缩小范围的原因"),
        max_length=LONGEST,
        required=False,
        help_text=_("扩大范围不必填写；缩小范围由安全管理员办理，原因记入本站和上级站点的审计。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = list(places_to_choose()[0].items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("method") == COLUMNS and not cleaned.get("columns"):
            self.add_error("columns", _("请至少选一个栏目。"))
        return cleaned

    @property
    def choice(self) -> dict[str, Any]:
        """Arguments of ``set_publishing_places``."""
        method = self.cleaned_data["method"]
        return {
            "is_everywhere": method == EVERYWHERE,
            "columns": self.cleaned_data["columns"] if method == COLUMNS else [],
            "reason": self.cleaned_data["reason"],
        }
