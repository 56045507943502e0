"""The log of who did what where; rows go in and stay."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from network.audit.fields import TransactionNumberField


class Result(models.TextChoices):
    DONE = "done", _("完成")
    REFUSED = "refused", _("拒绝")
    FAILED = "failed", _("失败")


class AuditEntry(models.Model):
    """One act. The application role may read and insert; number, time, transaction are the database's own.

    ``act`` is a dotted verb such as ``page.publish``; hashes are SHA-256 of the object's content.
    ``person_site`` is the site whose staff the person is: not ``site`` for a visitor from above.
    ``site`` is empty for acts on the group as a whole. Nothing personal stands in ``detail``.
    """

    at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    site = models.CharField(max_length=48, blank=True)
    person = models.CharField(max_length=150, blank=True)
    person_site = models.CharField(max_length=48, blank=True, db_default="")
    address = models.CharField(max_length=45, blank=True)
    act = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=120, blank=True)
    object_title = models.CharField(max_length=255, blank=True, db_default="")
    detail = models.JSONField(default=dict)
    before_hash = models.CharField(max_length=64, blank=True)
    after_hash = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.DONE)
    txid = TransactionNumberField(db_default=models.Func(function="pg_current_xact_id"))

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["site", "at", "id"], name="audit_site"),
            models.Index(fields=["person", "at", "id"], name="audit_person"),
            models.Index(fields=["act", "at", "id"], name="audit_act"),
            models.Index(fields=["object_kind", "object_id", "id"], name="audit_object"),
            models.Index(fields=["address", "at", "id"], name="audit_address"),
            models.Index(fields=["at", "id"], name="audit_refused", condition=~models.Q(result="done")),
            models.Index(fields=["txid", "id"], name="audit_transaction"),
        ]


class AuditLink(models.Model):
    """A sealed row's place in the chain of its site, counted from 1.

    ``hash`` is SM3 over the hash before it and the row in canonical form.
    """

    pk = models.CompositePrimaryKey("site", "position")
    site = models.CharField(max_length=48, blank=True)
    position = models.BigIntegerField()
    entry_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)


class AuditAnchor(models.Model):
    """The signed end of one batch of a site's chain.

    ``entry_id`` with ``txid`` say how far the seal had come; the signature covers every other field.
    """

    site = models.CharField(max_length=48, blank=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    entry_id = models.BigIntegerField()
    txid = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=20)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "position"], name="audit_anchor_once")]
        indexes = [models.Index(fields=["txid", "entry_id"], name="audit_anchor_reached")]


class AuditRotation(models.Model):
    """Rows of a site up to an anchor that left for an archive file; written by the owner role, signed."""

    site = models.CharField(max_length=48, blank=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    count = models.PositiveBigIntegerField()
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    rotated_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "position"], name="audit_rotation_once")]


class AuditVerification(models.Model):
    """What a verification of one site's chain found."""

    site = models.CharField(max_length=48, blank=True)
    asked_by = models.CharField(max_length=150, blank=True)
    finished_at = models.DateTimeField(db_default=Now())
    rows = models.BigIntegerField()
    sealed_to = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    is_intact = models.BooleanField()
    first_bad = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="audit_verification_last")]
