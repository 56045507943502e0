"""Forms of moving whole sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.errors import NetworkError
from network.tenancy.api import Level, Site, subtree
from network.transfer.facts import Wish


class UploadForm(forms.Form):
    """The archive to import."""

    file = forms.FileField(
        label=_("整站档案"), help_text=_("由本系统导出的 zip 文件；上传后先核对，确认前不写任何内容。")
    )


class ConfirmForm(forms.Form):
    """Where the archive's contents come to stand."""

    slug = forms.CharField(
        label=_("站点标识"), max_length=48, help_text=_("小写字母和数字，以字母开头，开站后不能更改。")
    )
    domain = forms.CharField(
        label=_("域名"), max_length=253, help_text=_("以“.gov.cn”或“.政务”结尾，未登记在其他站点。")
    )
    parent = forms.ChoiceField(label=_("上级站点"))
    level = forms.ChoiceField(label=_("层级"))
    division_code = forms.CharField(label=_("行政区划代码"), max_length=6, required=False)
    site_code = forms.CharField(
        label=_("网站标识码"), max_length=10, required=False, help_text=_("全群唯一；不填则开站后再登记。")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [each for each in subtree(site) if each.level in (Level.NATIONAL, Level.PROVINCE)]
        self.fields["parent"].choices = [(each.slug, each.short_name) for each in above]
        self.fields["level"].choices = [choice for choice in Level.choices if choice[0] != Level.NATIONAL]

    def tell(self, refusal: NetworkError) -> None:
        """Put the sentences of a refusal beside their fields."""
        for name, sentence in (refusal.fields.get("problems") or {"": refusal.message}).items():
            self.add_error(name if name in self.fields else None, sentence)

    def wish(self) -> Wish:
        """What was decided; call after validation."""
        return Wish(**self.cleaned_data)
