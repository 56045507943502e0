"""Documents say when, by whom, whether in force; interpretations are a type of their own."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

from sites.editing.operations import KeepApprovals, RenewApprovals


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0002_publish_gate"),
        ("sites_media", "0002_files_never_change"),
        ("sites_pages", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        KeepApprovals("sites_pages_lawpage"),
        migrations.CreateModel(
            name="InterpretationPage",
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
                        choices=[
                            ("text", "文字解读"),
                            ("picture", "图解"),
                            ("questions", "问答"),
                            ("video", "视频解读"),
                        ],
                        default="text",
                        max_length=16,
                        verbose_name="解读形式",
                    ),
                ),
                (
                    "documents",
                    wagtail.fields.StreamField(
                        [("explains", 0)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.PageChooserBlock",
                                (),
                                {
                                    "icon": "doc-full",
                                    "label": "解读的文件",
                                    "page_type": [
                                        "sites_pages.LawPage",
                                        "sites_inbox.PlacementPage",
                                        "sites_pages.ArticlePage",
                                    ],
                                },
                            )
                        },
                        default=list,
                        verbose_name="解读的文件",
                    ),
                ),
                (
                    "questions",
                    wagtail.fields.StreamField(
                        [("question", 2)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "问", "max_length": 200}),
                            1: ("wagtail.blocks.TextBlock", (), {"label": "答"}),
                            2: ("wagtail.blocks.StructBlock", [[("question", 0), ("answer", 1)]], {}),
                        },
                        default=list,
                        verbose_name="问与答",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策解读",
                "verbose_name_plural": "政策解读",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.AlterModelOptions(
            name="lawpage",
            options={"verbose_name": "法规文件", "verbose_name_plural": "法规文件"},
        ),
        migrations.AddField(
            model_name="lawpage",
            name="adopted_on",
            field=models.DateField(blank=True, null=True, verbose_name="成文日期"),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="announced_on",
            field=models.DateField(blank=True, null=True, verbose_name="公布日期"),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="expires_on",
            field=models.DateField(blank=True, help_text="没有写明有效期的留空", null=True, verbose_name="有效期至"),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="rank",
            field=models.CharField(
                blank=True,
                choices=[
                    ("law", "法律"),
                    ("regulation", "行政法规"),
                    ("local", "地方性法规"),
                    ("rule", "规章"),
                    ("judicial", "司法解释"),
                    ("normative", "规范性文件"),
                    ("other", "其他文件"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="文件种类",
            ),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="relations",
            field=wagtail.fields.StreamField(
                [("amends", 0), ("repeals", 1)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {
                            "icon": "edit",
                            "label": "修改的文件",
                            "page_type": [
                                "sites_pages.LawPage",
                                "sites_inbox.PlacementPage",
                                "sites_pages.ArticlePage",
                            ],
                        },
                    ),
                    1: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {
                            "icon": "cross",
                            "label": "废止的文件",
                            "page_type": [
                                "sites_pages.LawPage",
                                "sites_inbox.PlacementPage",
                                "sites_pages.ArticlePage",
                            ],
                        },
                    ),
                },
                db_default=models.Value([], output_field=models.JSONField()),
                default=list,
                verbose_name="修改、废止的文件",
            ),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="subject",
            field=models.CharField(blank=True, db_default="", default="", max_length=80, verbose_name="主题分类"),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="validity",
            field=models.CharField(
                choices=[("valid", "有效"), ("amended", "已修改"), ("repealed", "已废止"), ("expired", "已失效")],
                db_default="valid",
                default="valid",
                help_text="本站登载的文件修改、废止本文的，在那份文件上选择本文即可，本文自其施行之日起自动注明",
                max_length=16,
                verbose_name="有效性",
            ),
        ),
        migrations.AddField(
            model_name="lawpage",
            name="validity_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="由何文件、自何日起修改、废止",
                max_length=300,
                verbose_name="有效性说明",
            ),
        ),
        migrations.AddIndex(
            model_name="lawpage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["relations"], name="law_relations", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddField(
            model_name="interpretationpage",
            name="video",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sites_media.sitedocument",
                verbose_name="视频文件",
            ),
        ),
        migrations.AddIndex(
            model_name="interpretationpage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["documents"], name="interpretation_documents", opclasses=["jsonb_path_ops"]
            ),
        ),
        RenewApprovals("sites_pages_lawpage"),
    ]
