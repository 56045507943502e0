"""Supervision, emergencies, personnel, budgets, plans, registers."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites_pages", "0004_bureau_specials_notices"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetPage",
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
                    "form",
                    models.CharField(
                        choices=[("budget", "部门预算"), ("accounts", "部门决算")],
                        default="budget",
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("unit", models.CharField(default="万元", max_length=10, verbose_name="金额单位")),
                (
                    "income",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="收入总计"
                    ),
                ),
                (
                    "spending",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="支出总计"
                    ),
                ),
                (
                    "receptions",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="“三公”经费合计"
                    ),
                ),
                (
                    "tables",
                    wagtail.fields.StreamField(
                        [("table", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.contrib.table_block.blocks.TableBlock", (), {"label": "表"})},
                        default=list,
                        verbose_name="表",
                    ),
                ),
            ],
            options={
                "verbose_name": "预算决算",
                "verbose_name_plural": "预算决算",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="EmergencyPage",
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
                    "level",
                    models.CharField(
                        choices=[
                            ("red", "一级（红色）"),
                            ("orange", "二级（橙色）"),
                            ("yellow", "三级（黄色）"),
                            ("blue", "四级（蓝色）"),
                        ],
                        default="blue",
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("natural", "自然灾害"),
                            ("accident", "事故灾难"),
                            ("health", "公共卫生事件"),
                            ("security", "社会安全事件"),
                            ("market", "市场秩序异常"),
                        ],
                        default="market",
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=200, verbose_name="影响范围")),
                ("began_at", models.DateTimeField(blank=True, null=True, verbose_name="生效时间")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解除时间")),
                ("advice", models.TextField(blank=True, max_length=600, verbose_name="公众应当怎样做")),
                ("hotline", models.CharField(blank=True, max_length=60, verbose_name="咨询电话")),
            ],
            options={
                "verbose_name": "应急信息",
                "verbose_name_plural": "应急信息",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PersonnelPage",
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
                    "step",
                    models.CharField(
                        choices=[
                            ("recruiting", "招录公告"),
                            ("examining", "考试面试公告"),
                            ("proposed", "拟录用公示"),
                            ("before", "任前公示"),
                            ("appointed", "任免"),
                        ],
                        default="recruiting",
                        max_length=16,
                        verbose_name="事项",
                    ),
                ),
                ("apply_from", models.DateField(blank=True, null=True, verbose_name="报名开始")),
                ("apply_to", models.DateField(blank=True, null=True, verbose_name="报名截止")),
                ("shown_from", models.DateField(blank=True, null=True, verbose_name="公示开始")),
                ("shown_to", models.DateField(blank=True, null=True, verbose_name="公示截止")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="咨询、监督电话")),
                (
                    "posts",
                    wagtail.fields.StreamField(
                        [("post", 4)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "单位", "max_length": 60}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "职位", "max_length": 60}),
                            2: ("wagtail.blocks.IntegerBlock", (), {"label": "人数", "min_value": 1}),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "条件", "max_length": 300, "required": False},
                            ),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("unit", 0), ("post", 1), ("number", 2), ("needs", 3)]],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="职位",
                    ),
                ),
            ],
            options={
                "verbose_name": "人事信息",
                "verbose_name_plural": "人事信息",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PlanPage",
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
                    "form",
                    models.CharField(
                        choices=[("plan", "规划计划"), ("report", "工作总结")],
                        default="plan",
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="起始年度")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="终止年度")),
                (
                    "tasks",
                    wagtail.fields.StreamField(
                        [("task", 4)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "任务", "max_length": 200}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "责任单位", "max_length": 60}),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "完成时限", "max_length": 40, "required": False},
                            ),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "完成情况", "max_length": 200, "required": False},
                            ),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("task", 0), ("unit", 1), ("due", 2), ("progress", 3)]],
                                {},
                            ),
                        },
                        default=list,
                        verbose_name="任务分解",
                    ),
                ),
            ],
            options={
                "verbose_name": "规划总结",
                "verbose_name_plural": "规划总结",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="RegisterPage",
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
                ("recognised_by", models.CharField(blank=True, max_length=100, verbose_name="认定机关")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="认定依据")),
                (
                    "table",
                    wagtail.fields.StreamField(
                        [("table", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.contrib.table_block.blocks.TableBlock", (), {"label": "名录"})},
                        default=list,
                        verbose_name="名录",
                    ),
                ),
            ],
            options={
                "verbose_name": "著名商标名录",
                "verbose_name_plural": "著名商标名录",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="SupervisionPage",
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
                        default="food",
                        max_length=16,
                        verbose_name="领域",
                    ),
                ),
                ("begun_on", models.DateField(blank=True, null=True, verbose_name="检查开始")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="检查结束")),
                (
                    "looked_at",
                    models.PositiveIntegerField(
                        blank=True, help_text="批次、户数或者件数", null=True, verbose_name="检查数"
                    ),
                ),
                ("failed", models.PositiveIntegerField(blank=True, null=True, verbose_name="不合格数")),
                ("unit", models.CharField(default="批次", max_length=10, verbose_name="计数单位")),
                ("checked_by", models.CharField(blank=True, max_length=100, verbose_name="检查或检验机构")),
                ("handled", models.TextField(blank=True, max_length=600, verbose_name="处理情况")),
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
                        verbose_name="不合格的",
                    ),
                ),
            ],
            options={
                "verbose_name": "监管公告",
                "verbose_name_plural": "监管公告",
            },
            bases=("wagtailcore.page",),
        ),
    ]
