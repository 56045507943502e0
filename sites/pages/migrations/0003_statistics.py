"""Releases of statistics."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites_pages", "0002_documents"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatisticsPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="摘要")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="来源")),
                ("author", models.CharField(blank=True, max_length=60, verbose_name="作者")),
                ("department", models.CharField(blank=True, max_length=80, verbose_name="责任部门")),
                (
                    "keywords",
                    models.CharField(
                        blank=True, help_text="多个关键词以空格分隔", max_length=200, verbose_name="关键词"
                    ),
                ),
                ("document_number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("heading", 0),
                            ("paragraph", 1),
                            ("table", 2),
                            ("quote", 3),
                            ("picture", 6),
                            ("attachment", 7),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"icon": "title", "label": "小标题", "max_length": 120},
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {"features": ["bold", "italic", "ol", "ul", "link", "document-link"], "label": "正文"},
                            ),
                            2: ("wagtail.contrib.table_block.blocks.TableBlock", (), {"label": "表格"}),
                            3: ("wagtail.blocks.TextBlock", (), {"icon": "openquote", "label": "引文"}),
                            4: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "图片"}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "图注", "max_length": 200, "required": False},
                            ),
                            6: ("wagtail.blocks.StructBlock", [[("image", 4), ("caption", 5)]], {}),
                            7: (
                                "wagtail.documents.blocks.DocumentChooserBlock",
                                (),
                                {"icon": "doc-full", "label": "附件"},
                            ),
                        },
                        verbose_name="正文",
                    ),
                ),
                ("period", models.CharField(help_text="例如：2012年第一季度", max_length=60, verbose_name="统计期间")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="截至")),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="图中所画一列的单位，例如：户", max_length=20, verbose_name="单位"
                    ),
                ),
                ("counted_by", models.CharField(blank=True, max_length=100, verbose_name="统计机关")),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="口径说明")),
                (
                    "table",
                    wagtail.fields.StreamField(
                        [("table", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.contrib.table_block.blocks.TableBlock", (), {"label": "表格"})},
                        default=list,
                        verbose_name="数据表",
                    ),
                ),
                (
                    "chart_column",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="从1数起，第1列是时间或类别，一般画第2列；0为不画图",
                        verbose_name="画图的列",
                    ),
                ),
            ],
            options={
                "verbose_name": "统计数据",
                "verbose_name_plural": "统计数据",
            },
            bases=("wagtailcore.page",),
        ),
    ]
