"""The labels that page types write beside the words of their pages, into search rows and editions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail import blocks
from wagtail.fields import StreamField

from sites.content.base import ContentPage
from sites.content.openness import Openness
from sites.pages.models import CONTENT_TYPES
from sites.pages.yearly_report import PART_TITLES

FACT_LABELS = (
    "不合格的", "事项", "任务分解", "依据", "公示时间", "公开属性", "公开范围", "公布日期", "制定与修改情况", "年度",
    "影响范围", "当前阶段", "截至", "报名时间", "文件种类", "文号", "处理情况", "体裁", "主题分类", "检查时间",
    "检查或检验机构", "版本日期", "生成日期", "生效时间", "种类", "类别", "级别", "统计期间", "统计机关", "职位表",
    "解读形式", "解除时间", "认定依据", "认定机关", "采购人", "代理机构", "采购方式", "项目编号", "预算金额（元）",
    "领域", "咨询电话", "咨询、监督电话", "效力类别", "口径说明", "检查数", "不合格数",
)  # fmt: skip
"""What ``body_facts``, ``details`` and ``catalogue_facts`` call their values where no field or block names them."""


def words() -> Iterator[str]:
    """The labels in the language in use."""
    yield from FACT_LABELS
    yield from PART_TITLES.values()
    yield from map(str, Openness.labels)
    for model in CONTENT_TYPES:
        yield from _of_fields(model)


def _of_fields(model: type[ContentPage]) -> Iterator[str]:
    for field in model._meta.local_fields:
        yield str(field.verbose_name)
        yield from (str(label) for _value, label in field.flatchoices)
        if isinstance(field, StreamField):
            yield from _of_block(field.stream_block)


def _of_block(block: Any) -> Iterator[str]:
    yield str(block.label or "")
    if isinstance(block, blocks.ChoiceBlock):
        yield from (str(label) for _value, label in block.field.choices)
    for child in getattr(block, "child_blocks", {}).values():
        yield from _of_block(child)
    if isinstance(block, blocks.ListBlock):
        yield from _of_block(block.child_block)
