"""The bureau's own pages, specials, warnings, procurements."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites_media", "0002_files_never_change"),
        ("sites_pages", "0003_statistics"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganisationPage",
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
                (
                    "basis",
                    models.CharField(
                        blank=True, help_text="“三定”规定的名称和文号", max_length=200, verbose_name="依据"
                    ),
                ),
                (
                    "duties",
                    wagtail.fields.StreamField(
                        [("duty", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.blocks.TextBlock", (), {"label": "职责", "rows": 2})},
                        default=list,
                        verbose_name="主要职责",
                    ),
                ),
                (
                    "departments",
                    wagtail.fields.StreamField(
                        [("department", 5)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "机构", "max_length": 60}),
                            1: ("wagtail.blocks.TextBlock", (), {"label": "职责"}),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "负责人", "max_length": 40, "required": False},
                            ),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "办公电话，带区号", "label": "电话", "max_length": 60, "required": False},
                            ),
                            4: ("wagtail.blocks.CharBlock", (), {"label": "房间", "max_length": 40, "required": False}),
                            5: (
                                "wagtail.blocks.StructBlock",
                                [[("name", 0), ("duties", 1), ("head", 2), ("phone", 3), ("room", 4)]],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="内设机构",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="办公地址")),
                ("post_code", models.CharField(blank=True, max_length=6, verbose_name="邮政编码")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="办公时间")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="联系电话")),
            ],
            options={
                "verbose_name": "机构职能",
                "verbose_name_plural": "机构职能",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ProcurementPage",
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
                ("number", models.CharField(max_length=60, verbose_name="项目编号")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("open", "公开招标"),
                            ("invited", "邀请招标"),
                            ("negotiated", "竞争性谈判"),
                            ("consulted", "竞争性磋商"),
                            ("single", "单一来源采购"),
                            ("inquiry", "询价"),
                            ("other", "其他方式"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="采购方式",
                    ),
                ),
                ("buyer", models.CharField(blank=True, max_length=100, verbose_name="采购人")),
                ("agent", models.CharField(blank=True, max_length=100, verbose_name="代理机构")),
                (
                    "budget",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="预算金额（元）"
                    ),
                ),
                (
                    "stages",
                    wagtail.fields.StreamField(
                        [("stage", 6)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("intention", "采购意向"),
                                        ("tender", "采购公告"),
                                        ("correction", "更正公告"),
                                        ("result", "中标（成交）公告"),
                                        ("contract", "合同公告"),
                                        ("acceptance", "验收公告"),
                                        ("ended", "终止公告"),
                                    ],
                                    "label": "阶段",
                                },
                            ),
                            1: ("wagtail.blocks.DateBlock", (), {"label": "公告日期"}),
                            2: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "采购公告写明截止时间和递交方式；结果写明供应商和金额", "label": "内容"},
                            ),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "供应商", "max_length": 100, "required": False},
                            ),
                            4: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "decimal_places": 2,
                                    "label": "金额（元）",
                                    "max_digits": 16,
                                    "min_value": 0,
                                    "required": False,
                                },
                            ),
                            5: (
                                "wagtail.documents.blocks.DocumentChooserBlock",
                                (),
                                {"label": "公告文件", "required": False},
                            ),
                            6: (
                                "wagtail.blocks.StructBlock",
                                [[("stage", 0), ("day", 1), ("text", 2), ("supplier", 3), ("amount", 4), ("file", 5)]],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "verbose_name": "政府采购",
                "verbose_name_plural": "政府采购",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="WarningPage",
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
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("food", "食品安全"),
                            ("farm", "农资"),
                            ("trademark", "商标"),
                            ("advertising", "广告"),
                            ("goods", "商品质量"),
                            ("service", "服务消费"),
                            ("other", "其他"),
                        ],
                        default="goods",
                        max_length=16,
                        verbose_name="领域",
                    ),
                ),
                (
                    "advice",
                    models.TextField(
                        blank=True,
                        help_text="怎样识别、怎样避免、怎样维权",
                        max_length=600,
                        verbose_name="给消费者的提示",
                    ),
                ),
                ("measures", models.TextField(blank=True, max_length=600, verbose_name="已采取的措施")),
                ("checked_by", models.CharField(blank=True, max_length=100, verbose_name="检验机构")),
                (
                    "basis",
                    models.CharField(blank=True, help_text="标准的名称和编号", max_length=200, verbose_name="判定依据"),
                ),
                (
                    "products",
                    wagtail.fields.StreamField(
                        [("product", 7)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "产品名称", "max_length": 80}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "商标", "max_length": 40, "required": False}),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "标称生产者", "max_length": 100, "required": False},
                            ),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "被抽检经营者", "max_length": 100, "required": False},
                            ),
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "规格型号", "max_length": 60, "required": False},
                            ),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "生产日期或批号", "max_length": 60, "required": False},
                            ),
                            6: ("wagtail.blocks.CharBlock", (), {"label": "不合格项目", "max_length": 200}),
                            7: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("product", 0),
                                        ("brand", 1),
                                        ("producer", 2),
                                        ("seller", 3),
                                        ("model", 4),
                                        ("batch", 5),
                                        ("problem", 6),
                                    ]
                                ],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="产品",
                    ),
                ),
            ],
            options={
                "verbose_name": "消费警示",
                "verbose_name_plural": "消费警示",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="LeaderPage",
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
                ("post", models.CharField(max_length=80, verbose_name="职务")),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="主要负责人为1，依次往后", verbose_name="排序"
                    ),
                ),
                ("charge", models.TextField(blank=True, max_length=600, verbose_name="工作分工")),
                (
                    "resume",
                    wagtail.fields.StreamField(
                        [("paragraph", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.blocks.TextBlock", (), {"label": "一段", "rows": 2})},
                        default=list,
                        verbose_name="简历",
                    ),
                ),
                (
                    "portrait",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sites_media.siteimage",
                        verbose_name="照片",
                    ),
                ),
            ],
            options={
                "verbose_name": "领导信息",
                "verbose_name_plural": "领导信息",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="SpecialPage",
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
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="开设日期")),
                (
                    "archived_on",
                    models.DateField(
                        blank=True, help_text="自这一天起注明已归档，不再更新", null=True, verbose_name="归档日期"
                    ),
                ),
                (
                    "sections",
                    wagtail.fields.StreamField(
                        [("section", 5)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "板块名称", "max_length": 20}),
                            1: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"label": "板块说明", "max_length": 200, "required": False, "rows": 2},
                            ),
                            2: ("wagtail.blocks.PageChooserBlock", (), {"label": "信息"}),
                            3: ("wagtail.blocks.ListBlock", (2,), {"default": [], "label": "选定的信息"}),
                            4: (
                                "wagtail.blocks.PageChooserBlock",
                                (),
                                {
                                    "help_text": "选定的信息排在前面，之后接本栏目的最新信息",
                                    "label": "取最新信息的栏目",
                                    "page_type": ["sites_pages.ColumnPage"],
                                    "required": False,
                                },
                            ),
                            5: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 0), ("intro", 1), ("items", 3), ("column", 4)]],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="板块",
                    ),
                ),
                (
                    "banner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sites_media.siteimage",
                        verbose_name="题图",
                    ),
                ),
            ],
            options={
                "verbose_name": "专题",
                "verbose_name_plural": "专题",
            },
            bases=("wagtailcore.page",),
        ),
    ]
