"""Images and documents that know the hash of their bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import IO, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from network.errors import InvalidValue
from network.tenancy.api import absolute_url, current_site
from sites.media.active_pdf import active_parts
from sites.media.formats import extension_of
from sites.media.queries import page_showing
from sites.media.scanning import ScanState, Verdict, hash_of, verdict_on


class ScannedFile(models.Model):
    """What the scanner said of a file; a row that nothing was said of counts as unscanned.

    ``scan_engine`` is the engine with the number of its daily signatures.
    """

    scan_state = models.CharField(
        _("病毒扫描"),
        max_length=9,
        choices=ScanState.choices,
        default=ScanState.UNSCANNED,
        db_default=ScanState.UNSCANNED,
        editable=False,
    )
    scanned_at = models.DateTimeField(_("扫描时间"), null=True, editable=False)
    scan_engine = models.CharField(_("扫描引擎"), max_length=100, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def note_verdict(self, verdict: Verdict) -> None:
        """Take over what the scanner said, for the next save."""
        self.scan_state, self.scanned_at, self.scan_engine = verdict.state, verdict.at, verdict.engine
        self._is_judged = True

    @property
    def is_judged(self) -> bool:
        """Whether the scanner was asked about the bytes of this unsaved row."""
        return bool(getattr(self, "_is_judged", False))


class HashedFile(ScannedFile):
    """A file that never changes once stored: another file is another object.

    A live page was approved with these bytes, so a trigger refuses to point the row elsewhere; and with these
    ``words``, which stay while a live page shows them. Whoever saves a new one has it scanned: there is no way in
    past the scanner.
    """

    kind: ClassVar[str]
    """What the publish gate calls it."""

    words: ClassVar[tuple[str, ...]]
    """Fields that stand on the pages that show the file."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises Infected, NotScanned; nothing is stored then."""
        if self._state.adding and self.file and not self.is_judged:
            self._judge()
        is_stored = self._state.adding and bool(self.file) and self.file._committed
        if not self.sha256 and self.file:
            self.file.open("rb")
            self.sha256 = hash_of(self.file)
        super().save(*args, **kwargs)
        if is_stored:
            # Opened from the store to be read, by nobody else.
            self.file.close()

    def _judge(self) -> None:
        self.file.open("rb")
        try:
            self.note_verdict(verdict_on(self.file, name=self.file.name.rsplit("/", 1)[-1]))
        except InvalidValue:
            # A form that waited for more facts has put the bytes into the store already.
            if self.file._committed:
                self.file.delete(save=False)
            raise

    def clean(self) -> None:
        if not self.file:
            # A form that waited for more facts puts the file in when the rest is right.
            return
        super().clean()
        held = type(self).objects.filter(pk=self.pk).values("file", *self.words).first() if self.pk else None
        if held is None:
            return
        if held["file"] and held["file"] != self.file.name:
            raise ValidationError({"file": _("已上传的文件不能替换，请另行上传新文件，再在稿件中改用新文件。")})
        changed = [name for name in self.words if held[name] != getattr(self, name)]
        title = page_showing(self.kind, self.pk) if changed else ""
        if title:
            sentence = _(
                "“%(title)s”正在登载这个文件，它的名称和替代文字经过审核，不能另改。"
                "请另行上传、写好文字，再在稿件中改用新文件，送审发布。"
            )
            raise ValidationError({name: sentence % {"title": title} for name in changed})


class SiteImage(HashedFile, AbstractImage):
    """An image of this site; ``alt_text`` is what a screen reader says."""

    alt_text = models.CharField(_("替代文字"), max_length=200, blank=True)

    kind = "image"
    words = ("title", "alt_text")
    admin_form_fields = (*Image.admin_form_fields[:2], "alt_text", *Image.admin_form_fields[2:])

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")
        permissions = [("choose_siteimage", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        return self.alt_text or self.title


class SiteRendition(AbstractRendition):
    """A resized image."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="site_rendition_once")
        ]

    @property
    def full_url(self) -> str:
        """The address with the host of the own site: Wagtail's reads one setting for all sites."""
        return absolute_url(current_site(), self.url)


class SiteDocument(HashedFile, AbstractDocument):
    """A document of this site, offered for download."""

    kind = "document"
    words = ("title",)
    admin_form_fields = Document.admin_form_fields

    active_parts = models.JSONField(_("主动内容"), null=True, editable=False)
    """What a PDF does by itself or carries along (``sites.media.active_pdf``); None while nobody looked."""

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        permissions = [("choose_sitedocument", "Can choose document")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.file and self.active_parts is None:
            self.file.open("rb")
            self.active_parts = self._parts_of(self.file)
        super().save(*args, **kwargs)

    def parts_within(self) -> list[str]:
        """What is active within the file; looked for once where it was stored before anybody looked."""
        if self.active_parts is None:
            try:
                with default_storage.open(self.file.name, "rb") as file:
                    self.active_parts = self._parts_of(file)
            except OSError:
                return []
            type(self).objects.filter(pk=self.pk).update(active_parts=self.active_parts)
        found: list[str] = self.active_parts
        return found

    def _parts_of(self, content: IO[bytes]) -> list[str]:
        return active_parts(content) if extension_of(self.file.name) == "pdf" else []


def states_of(hashes: Iterable[str]) -> dict[str, set[str]]:
    """States of this site's rows that hold bytes with these hashes; an empty set for a hash it does not have."""
    wanted = list(hashes)
    states: dict[str, set[str]] = {sha256: set() for sha256 in wanted}
    for model in (SiteImage, SiteDocument):
        for sha256, state in model.objects.filter(sha256__in=wanted).values_list("sha256", "scan_state"):
            states[sha256].add(state)
    return states
