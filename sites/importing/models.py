"""Batches of items from a legacy site, row by row, with what became of each."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from sites.media.models import ScannedFile

FOLDER = "_imports"
"""Inside the media folder; no site key begins with an underscore, so no site's files lie there."""


class SourceKind(models.TextChoices):
    PAGES = "pages", _("HTML 网页（zip）")
    TABLE = "table", _("表格（CSV、XLSX）")
    WORDPRESS = "wordpress", _("WordPress 导出（WXR）")
    FEED = "feed", _("RSS、Atom 订阅")
    WORD = "word", _("Word 文档（docx，或其 zip）")
    CRAWL = "crawl", _("在线的旧站（抓取网页）")


class BatchState(models.TextChoices):
    RECEIVED = "received", _("已收到，待设置")
    CRAWLING = "crawling", _("正在抓取网页")
    READING = "reading", _("正在试读")
    READ = "read", _("已试读，待确认")
    FETCHING = "fetching", _("正在取图片和附件")
    WRITING = "writing", _("正在导入")
    DONE = "done", _("已导入")
    SUBMITTING = "sending", _("正在送审")
    UNDOING = "undoing", _("正在撤销")
    UNDONE = "undone", _("已撤销")
    FAILED = "failed", _("未成功")


UNDER_WAY = (
    BatchState.CRAWLING,
    BatchState.READING,
    BatchState.FETCHING,
    BatchState.WRITING,
    BatchState.SUBMITTING,
    BatchState.UNDOING,
)


class Outcome(models.TextChoices):
    NEW = "new", _("可导入")
    CHANGED = "changed", _("原文有改动，可更新")
    SAME = "same", _("已导入过，没有变化")
    KEPT = "kept", _("本站已改过或已发布，不覆盖")
    SKIPPED = "skipped", _("不是稿件，跳过")
    REFUSED = "refused", _("不能导入")
    WRITTEN = "written", _("已导入")
    UPDATED = "updated", _("已更新")
    UNDONE = "undone", _("已撤销")
    STAYED = "stayed", _("撤销时留下")


TO_WRITE = (Outcome.NEW, Outcome.CHANGED)


class ImportBatch(ScannedFile):
    """One legacy source, read once and imported once; scanned as a whole, each file that is stored of it once more.

    ``options`` is what the person chose: ``column`` (key for items that name none), ``columns`` (name at the
    source to key here), ``kind``, ``type`` (of page; ``types`` is key of a column to the type of what goes there),
    ``mapping`` (field to column of a table), ``selector`` (CSS, the body's place on HTML pages), ``base`` (address of
    the old site), ``fetches`` (whether files that are not in the source are fetched), ``feed``, ``start``, ``depth``,
    ``pages``, ``delay`` (address of a feed; of a crawl its address, links away from it, pages, seconds between two).
    ``counts`` is outcome to number of rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    source = models.CharField(_("来源类型"), max_length=9, choices=SourceKind.choices)
    origin = models.CharField(_("来源名称"), max_length=100)
    file_name = models.CharField(_("文件"), max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.RECEIVED)
    place = models.PositiveBigIntegerField(default=0)
    """Where the step stands that is due: rows read, the row's number or the item's key that was done last."""

    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    person_name = models.CharField(_("办理人"), max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering = ["-created_at"]

    @property
    def path(self) -> Path:
        """Where the source lies."""
        return Path(settings.MEDIA_ROOT) / FOLDER / connection.schema_name / f"{self.pk}.source"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class ImportRow(models.Model):
    """One item of a source as it was read. ``number`` is the row a person finds it under at the source.

    ``content`` is what a page is made of (``sites.importing.items.Prepared``), empty where there is none to make.
    ``notes`` are ``{"level", "field", "value", "message"}``. ``page_id`` is set aside before the first page is
    written, so that items link to each other whatever their order.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    key = models.CharField(_("来源键"), max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    old_path = models.CharField(_("原地址"), max_length=255, blank=True)
    title = models.CharField(_("标题"), max_length=255, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices)
    notes = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    page_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["batch", "key"], name="import_row_key"),
            models.Index(fields=["batch", "old_path"], name="import_row_old_path"),
        ]


class ImportedItem(models.Model):
    """An item that was imported: its key at the source, the hash it had there, the page it became.

    ``revision_id`` is the revision that the import wrote: while it is the latest, nobody has worked on the page.
    ``old_path`` becomes a redirect when the page goes on line. ``legacy_number`` is the index number of the old site.
    """

    key = models.CharField(_("来源键"), max_length=255, unique=True)
    digest = models.CharField(max_length=64)
    page_id = models.BigIntegerField(db_index=True)
    revision_id = models.BigIntegerField()
    old_path = models.CharField(_("原地址"), max_length=255, blank=True, db_index=True)
    legacy_number = models.CharField(_("原索引号"), max_length=100, blank=True, default="", db_default="")
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="items")

    class Meta:
        verbose_name = _("导入稿件")
        verbose_name_plural = _("导入稿件")


class ImportFile(models.Model):
    """A picture or document that rows of a batch refer to, under its address at the source."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    address = models.CharField(_("地址"), max_length=1000)
    is_picture = models.BooleanField()
    alt = models.CharField(max_length=200, blank=True)
    is_done = models.BooleanField(default=False)
    image_id = models.BigIntegerField(null=True)
    document_id = models.BigIntegerField(null=True)
    is_own = models.BooleanField(default=False)
    """Whether this batch stored it; false for one that the site had."""

    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("导入文件")
        verbose_name_plural = _("导入文件")
        constraints = [models.UniqueConstraint(fields=["batch", "address"], name="import_file_once")]


class VisitState(models.TextChoices):
    DUE = "due", _("待取")
    FETCHED = "fetched", _("已取")
    OTHER = "other", _("不是网页，或已取过")
    FORBIDDEN = "forbidden", _("robots.txt 不许")
    FAILED = "failed", _("没有取到")


class ImportVisit(models.Model):
    """An address of a crawl. ``depth`` is how many links lead to it from the start; ``final`` where it led in the end.

    ``digest`` is SHA-256 of the address as items are known by it.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="visits")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    address = models.CharField(_("地址"), max_length=1000)
    final = models.CharField(max_length=1000, blank=True)
    depth = models.PositiveSmallIntegerField()
    state = models.CharField(_("状态"), max_length=9, choices=VisitState.choices, default=VisitState.DUE)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("抓取的网页")
        verbose_name_plural = _("抓取的网页")
        constraints = [models.UniqueConstraint(fields=["batch", "digest"], name="import_visit_once")]
        indexes = [models.Index(fields=["batch", "state", "depth", "number"], name="import_visit_due")]


class ReviewOrder(models.Model):
    """One act of a reviewer on many items of a batch, worked off in order.

    ``chosen`` are ``[task state, revision]`` pairs as that person saw them; the first ``done`` are decided, ``failed``
    of them could not be.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="orders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    person_name = models.CharField(_("审核人"), max_length=150)
    action = models.CharField(_("意见"), max_length=7)
    comment = models.TextField(blank=True)
    chosen = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("整批审核")
        verbose_name_plural = _("整批审核")
        ordering = ["-pk"]

    @property
    def total(self) -> int:
        return len(self.chosen)
