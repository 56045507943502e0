"""Forms of the import wizard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.importing.crawling import DEEPEST, MOST_DELAY, MOST_PAGES, USUAL_DELAY, USUAL_DEPTH, USUAL_PAGES
from sites.importing.models import ImportBatch, SourceKind
from sites.importing.page_types import ARTICLE, chosen_types, type_columns, type_labels
from sites.importing.queries import columns_met, table_columns, unknown_columns
from sites.importing.readers.tables import FIELDS, NEEDED
from sites.pages.article import WRITTEN
from sites.pages.models import ColumnPage, Kind

MAP, TO, AS = "map_", "to_", "as_"


class SourceForm(forms.Form):
    """What is brought in."""

    source = forms.ChoiceField(
        label=_("来源类型"), choices=SourceKind.choices, widget=forms.RadioSelect, initial=SourceKind.PAGES
    )
    file = forms.FileField(
        label=_("文件"), required=False, help_text=_("网页请把整个文件夹（连同图片和附件）打成 zip。")
    )
    feed = forms.URLField(
        label=_("订阅地址"),
        required=False,
        assume_scheme="http",
        help_text=_("RSS、Atom 可以只给地址，不上传文件；内部地址一律不访问。"),
    )
    start = forms.URLField(
        label=_("起始网址"),
        required=False,
        assume_scheme="http",
        help_text=_("抓取在线的旧站时填写，例如旧站首页或栏目首页。只取这台主机上的网页，遵守它的 robots.txt。"),
    )
    origin = forms.CharField(
        label=_("来源名称"),
        max_length=100,
        help_text=_("例如旧站的域名。以后再导入同一来源时写同一个名称，同一稿件不会重复。"),
    )
    base = forms.URLField(
        label=_("旧站网址"),
        required=False,
        assume_scheme="http",
        help_text=_("这个文件夹在旧站上的网址，例如 http://www.old.gov.cn/。用于旧网址跳转和站内链接。"),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("source") == SourceKind.CRAWL:
            if not given.get("start") and "start" not in self.errors:
                self.add_error("start", _("请填写起始网址。"))
            return given
        is_feed = given.get("source") == SourceKind.FEED and given.get("feed")
        if not given.get("file") and not is_feed and "file" not in self.errors:
            self.add_error("file", _("请选择文件；RSS、Atom 也可以改填订阅地址。"))
        return given

    def address(self) -> dict[str, str]:
        """The address that stands for a file, as actions take it; call after validation."""
        given = self.cleaned_data
        if given["file"]:
            return {}
        name = "start" if given["source"] == SourceKind.CRAWL else "feed"
        return {name: given[name]}


class SettingsForm(forms.Form):
    """How a source is read: columns, kind, and for a table which column is which field."""

    column = forms.ChoiceField(
        label=_("缺省栏目"), required=False, help_text=_("来源没写栏目、或栏目对不上的稿件放在这里；不选则不导入。")
    )
    kind = forms.ChoiceField(label=_("信息类别"), choices=[(kind.value, kind.label) for kind in WRITTEN])
    type = forms.ChoiceField(
        label=_("页面类型"),
        help_text=_("表格有“页面类型”一列的，以那一列为准。选了别的类型，试读以后可以对应它自己的字段。"),
    )
    depth = forms.IntegerField(
        label=_("抓取深度"),
        required=False,
        min_value=0,
        max_value=DEEPEST,
        help_text=_("从起始网址起最多点几次链接；0 只取起始的一页。"),
    )
    pages = forms.IntegerField(label=_("页数上限"), required=False, min_value=1, max_value=MOST_PAGES)
    delay = forms.FloatField(
        label=_("间隔秒数"),
        required=False,
        min_value=0,
        max_value=MOST_DELAY,
        help_text=_("两页之间至少隔多久，免得压垮旧站；旧站的 robots.txt 要求更久的，按它的。"),
    )
    selector = forms.CharField(
        label=_("正文位置"),
        required=False,
        max_length=100,
        help_text=_("CSS 选择器，例如 #zoom。不填则由系统查找。"),
    )
    fetches = forms.BooleanField(
        label=_("从旧站取文件"), required=False, help_text=_("来源里没有的图片和附件从旧站下载；内部地址一律不访问。")
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        options = batch.options
        initial = {name: options.get(name, "") for name in ("column", "selector", "fetches")}
        chosen = {"kind": options.get("kind") or Kind.NEWS, "type": options.get("type") or ARTICLE}
        kwargs.setdefault("initial", {**initial, **chosen})
        super().__init__(*args, **kwargs)
        columns = [("", "—"), *ColumnPage.objects.order_by("path").values_list("key", "title")]
        self.fields["column"].choices = columns
        self.fields["type"].choices = type_labels()
        if batch.source not in (SourceKind.PAGES, SourceKind.CRAWL):
            del self.fields["selector"]
        usual = {"depth": USUAL_DEPTH, "pages": USUAL_PAGES, "delay": USUAL_DELAY}
        for name, value in usual.items():
            if batch.source == SourceKind.CRAWL:
                self.fields[name].initial = options.get(name, value)
            else:
                del self.fields[name]
        headings = table_columns(batch)
        mapping = options.get("mapping", {})
        self.kept_mapping = dict(mapping)
        labels = {name: names[0] for name, names in FIELDS.items()}
        labels |= {name: label for name, (label, _names) in type_columns(chosen_types(options)).items()}
        for name in labels if headings else ():
            self.kept_mapping.pop(name, None)
            self.fields[f"{MAP}{name}"] = forms.ChoiceField(
                label=labels[name],
                required=name in NEEDED,
                choices=[("", "—"), *((each, each) for each in headings)],
                initial=mapping.get(name, ""),
            )
        given = options.get("columns", {})
        self.names = list(dict.fromkeys([*given, *unknown_columns(batch)]))
        for place, name in enumerate(self.names):
            self.fields[f"{TO}{place}"] = forms.ChoiceField(
                label=name, required=False, choices=columns, initial=given.get(name, "")
            )
        types = [("", "—"), *type_labels()]
        self.columns_met = columns_met(batch)
        for key, title in self.columns_met:
            self.fields[f"{AS}{key}"] = forms.ChoiceField(
                label=title, required=False, choices=types, initial=options.get("types", {}).get(key, "")
            )

    def typed(self) -> Iterator[forms.BoundField]:
        """The fields that give the type of what goes into one of this site's columns."""
        return (self[name] for name in self.fields if name.startswith(AS))

    def mapped(self) -> Iterator[forms.BoundField]:
        """The fields that choose a table's columns."""
        return (self[name] for name in self.fields if name.startswith(MAP))

    def named(self) -> Iterator[forms.BoundField]:
        """The fields that give this site's column for one of the source's."""
        return (self[name] for name in self.fields if name.startswith(TO))

    def plain(self) -> Iterator[forms.BoundField]:
        """The others."""
        return (self[name] for name in self.fields if not name.startswith((MAP, TO, AS)))

    def options(self) -> dict[str, Any]:
        """The choices as actions take them; call after validation."""
        given = self.cleaned_data
        chosen: dict[str, Any] = {name: value for name, value in given.items() if not name.startswith((MAP, TO, AS))}
        chosen["columns"] = {
            name: given[f"{TO}{place}"] for place, name in enumerate(self.names) if given.get(f"{TO}{place}")
        }
        if self.columns_met:
            chosen["types"] = self._given(AS)
        mapping = self._given(MAP)
        return {**chosen, "mapping": {**self.kept_mapping, **mapping}} if mapping else chosen

    def _given(self, prefix: str) -> dict[str, Any]:
        """What was chosen in the fields of one group, by what follows their prefix."""
        given = self.cleaned_data.items()
        return {name.removeprefix(prefix): value for name, value in given if name.startswith(prefix) and value}


class DecisionForm(forms.Form):
    """What a reviewer says of the chosen items."""

    action = forms.ChoiceField(choices=[("approve", _("通过")), ("reject", _("退回"))])
    up_to = forms.IntegerField(required=False, min_value=1)
    """The latest revision that was shown: given where the whole batch is decided, not the chosen items."""

    comment = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回须写明原因；整批办理须写明怎样审的。"),
    )
