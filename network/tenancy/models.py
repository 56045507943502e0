"""The registry of sites, their domains, the requests to open one."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from network.errors import InvalidValue
from network.tenancy.domains import validate_official_host
from network.tenancy.names import HUB_SLUG, schema_for, validate_slug

SITE_CODE = r"^(bm[0-9]{8}|[1-6][0-9]{9})$"
DIVISION_CODE = r"^[0-9]{6}$"
# The same rule as domains.validate_official_host, held by the database for rows written past it.
OFFICIAL_HOST = r"^(?!(.*\.)?xn--.*\.gov\.cn$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(gov\.cn|xn--zfr164b)$"


class Level(models.TextChoices):
    """Levels of the group; a dated fact of the registry, never read from the division code."""

    NATIONAL = "national", _("总局")
    PROVINCE = "province", _("省级")
    SUBPROVINCIAL = "subprovincial", _("副省级市、计划单列市")
    PREFECTURE = "prefecture", _("地市级")


LEVEL_RANK = {Level.NATIONAL: 0, Level.PROVINCE: 1, Level.SUBPROVINCIAL: 2, Level.PREFECTURE: 2}


class State(models.TextChoices):
    """Life of a site (site-rules, section 8)."""

    PREPARING = "preparing", _("筹建")
    TRIAL = "trial", _("试运行")
    LIVE = "live", _("运行")
    SUSPENDED = "suspended", _("临时下线")
    CLOSING = "closing", _("关停公告")
    MERGED = "merged", _("已迁移")
    CLOSED = "closed", _("已关停")


class Maintenance(models.TextChoices):
    """Why a site answers 503 to everybody for a while, whatever its state."""

    NONE = "", _("无")
    UPGRADE = "upgrade", _("升级中")
    RESTORE = "restore", _("恢复中")


PUBLIC_STATES = (State.TRIAL, State.LIVE, State.CLOSING)
GONE_STATES = (State.MERGED, State.CLOSED)


class Site(TenantMixin):
    """One site of the group: the hub, a province site, a city site.

    ``maintenance`` is set by the upgrade runner or a restore while they work on the schema;
    ``epoch`` grows with each restore, so that work written for the state before is recognised.
    ``region_path`` is computed by the database from parent and division code; ``changed_by`` and
    ``changed_from`` name who changed the row last, from which site, for the histories that the
    database keeps; ``named_on`` is the day from which the present names hold.
    """

    auto_create_schema = False
    auto_drop_schema = False

    slug = models.CharField(_("站点标识"), max_length=48, unique=True)
    level = models.CharField(_("层级"), max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    division_code = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    region_path = models.CharField(max_length=64, default="/", db_index=True)
    full_name = models.CharField(_("机关全称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    english_name = models.CharField(_("英文名称"), max_length=200, blank=True)
    site_code = models.CharField(
        _("网站标识码"),
        max_length=10,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(SITE_CODE, _("网站标识码应为“bm”加8位数字或10位数字，例如“4400000001”。"))],
    )
    icp_number = models.CharField(_("ICP备案号"), max_length=60, blank=True)
    public_security_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    sponsor = models.CharField(_("主办单位"), max_length=100, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=60, blank=True)
    contact_address = models.CharField(_("联系地址"), max_length=200, blank=True)
    leader_in_charge = models.CharField(_("分管领导"), max_length=100, blank=True)
    person_responsible = models.CharField(_("负责人"), max_length=100, blank=True)
    contact_person = models.CharField(_("联系人"), max_length=100, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.PREPARING)
    state_reason = models.CharField(_("状态说明"), max_length=300, blank=True)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    closing_on = models.DateField(_("关停日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    maintenance = models.CharField(max_length=8, choices=Maintenance.choices, default=Maintenance.NONE, blank=True)
    epoch = models.PositiveIntegerField(default=1)
    sort_order = models.PositiveIntegerField(default=0)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    generation = models.PositiveBigIntegerField(default=1)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_from = models.CharField(max_length=48, blank=True)
    named_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("站点")
        verbose_name_plural = _("站点")
        ordering = ["sort_order", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(site_code__isnull=True) | models.Q(site_code__regex=SITE_CODE),
                name="site_code_pattern",
            ),
            models.CheckConstraint(
                condition=models.Q(level="national", parent__isnull=True)
                | (~models.Q(level="national") & models.Q(parent__isnull=False)),
                name="site_parent_by_level",
            ),
            models.CheckConstraint(
                condition=models.Q(level="national") | models.Q(division_code__regex=DIVISION_CODE),
                name="site_division_code",
            ),
            # Two sites of one region would manage each other.
            models.UniqueConstraint(
                fields=["region_path"],
                condition=~models.Q(state__in=[State.MERGED, State.CLOSED]),
                name="site_region_once",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_hub(self) -> bool:
        return self.slug == HUB_SLUG

    @property
    def lineage(self) -> list[Site]:
        """The site, then those above it, the hub last."""
        found = [self]
        while (above := found[-1].parent) is not None:
            found.append(above)
        return found

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    @property
    def is_gone(self) -> bool:
        """Merged or closed: it will not answer again."""
        return self.state in GONE_STATES

    def clean(self) -> None:
        """Hold key, level under level, division code. Raises ValidationError."""
        try:
            validate_slug(self.slug)
        except InvalidValue as error:
            raise ValidationError({"slug": error.message}) from error
        is_known = self.level in Level.values  # if not, the field said so already
        if self.parent and is_known and LEVEL_RANK[Level(self.level)] <= LEVEL_RANK[Level(self.parent.level)]:
            raise ValidationError(
                {
                    "parent": _("“%(child)s”不能设在“%(parent)s”之下，请选择上一层级的站点。")
                    % {"child": self.get_level_display(), "parent": self.parent.get_level_display()}
                }
            )
        if is_known and self.level != Level.NATIONAL and not re.fullmatch(DIVISION_CODE, self.division_code):
            raise ValidationError(
                {
                    "division_code": _("行政区划代码“%(code)s”不是六位数字，请使用国家标准代码，例如“440100”。")
                    % {"code": self.division_code}
                }
            )
        self.schema_name = schema_for(self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.schema_name = schema_for(self.slug)
        # The database computes it too, and has the last word.
        self.region_path = f"{self.parent.region_path}{self.division_code}/" if self.parent else "/"
        super().save(*args, **kwargs)


class Domain(DomainMixin):
    """An official host name of a site, in ASCII form. Demo hosts are never stored."""

    class Meta:
        verbose_name = _("域名")
        verbose_name_plural = _("域名")
        constraints = [
            models.CheckConstraint(condition=models.Q(domain__regex=OFFICIAL_HOST), name="domain_is_official")
        ]

    def clean(self) -> None:
        try:
            self.domain: str = validate_official_host(self.domain)
        except InvalidValue as error:
            raise ValidationError({"domain": error.message}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.domain = validate_official_host(self.domain)
        super().save(*args, **kwargs)


class RequestState(models.TextChoices):
    WAITING = "waiting", _("等待开通")
    DONE = "done", _("已开通")
    FAILED = "failed", _("开通失败")


class SiteRequest(models.Model):
    """A wish to open a site, taken by the provisioner process.

    ``facts`` are the registry fields; ``staff`` a list of
    ``{"username", "name", "roles": [...], "password_hash"}``; ``without_columns`` the keys of optional
    columns that are left out; ``requested_from`` the key of the site that asked, empty for an operator.
    """

    slug = models.CharField(max_length=48, unique=True)
    facts = models.JSONField()
    domain = models.CharField(max_length=253, blank=True)
    staff = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.WAITING, db_index=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.CharField(max_length=150, blank=True)
    requested_from = models.CharField(max_length=48, blank=True)
    without_columns = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("开站申请")
        verbose_name_plural = _("开站申请")


class SiteTransition(models.Model):
    """One move in the life of a site; written by a database trigger, changed by nobody.

    Sites are named by key, so that the history outlives a removed site.
    """

    site = models.CharField(max_length=48, db_index=True)
    from_state = models.CharField(max_length=12, blank=True, choices=State.choices)
    to_state = models.CharField(max_length=12, choices=State.choices)
    reason = models.CharField(max_length=300, blank=True)
    person = models.CharField(max_length=150, blank=True)
    acting_site = models.CharField(max_length=48, blank=True)
    closing_on = models.DateField(null=True, blank=True)
    merged_into = models.CharField(max_length=48, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("状态记录")
        verbose_name_plural = _("状态记录")
        ordering = ["id"]


class SiteName(models.Model):
    """What a site was called from a day on; written by a database trigger when the names change."""

    site = models.CharField(max_length=48, db_index=True)
    full_name = models.CharField(_("机关全称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    person = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("名称记录")
        verbose_name_plural = _("名称记录")
        ordering = ["id"]


class MovedAddress(models.Model):
    """Where a reader finds what stood at an address of a merged site."""

    site = models.CharField(max_length=48)
    old_path = models.CharField(max_length=500)
    target_site = models.CharField(max_length=48)
    new_path = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("迁移地址")
        verbose_name_plural = _("迁移地址")
        constraints = [models.UniqueConstraint(fields=["site", "old_path"], name="moved_address_once")]


class Installation(models.Model):
    """What this install is; written by the owner role only.

    ``is_demo`` allows approvals of kind ``sample``; ``generation`` grows with the registry.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one")]


class TemplateDump(models.Model):
    """The template as text to replay, written when an upgrade changed it.

    ``pg_dump`` reads the catalogue of every site, so that each process that asked it for itself would
    take the longer the more sites there are.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    state = models.CharField(max_length=300)
    text = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="template_dump_is_one")]


GENERATION_PARTS = 8


class RegistryGeneration(models.Model):
    """Part of the generation of the registry: each change moves a row, the versions of all rows together name it.

    Each open transaction moves a row of its own, so that changes of several sites do not wait for each other.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id__gte=1, id__lte=GENERATION_PARTS), name="registry_generation_parts"
            )
        ]


class Heartbeat(models.Model):
    """Last sign of life of a long-running process, with what it counted."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    facts = models.JSONField(default=dict)


class UpgradeState(models.TextChoices):
    RUNNING = "running", _("升级中")
    DONE = "done", _("完成")
    FAILED = "failed", _("失败")


class UpgradeRun(models.Model):
    """One run of the upgrade: by which process, to which version, with what result."""

    version = models.CharField(max_length=64)
    process = models.CharField(max_length=120)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("升级")
        verbose_name_plural = _("升级")


class UpgradeSite(models.Model):
    """The ledger: how far each schema is, the template's among them.

    ``version`` names the migrations with the steps that the schema has had; ``longest_lock_seconds``
    is the longest time from asking for a lock on a table to the end of that statement.
    """

    schema_name = models.CharField(max_length=63, primary_key=True)
    run = models.ForeignKey(UpgradeRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="sites")
    version = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=UpgradeState.choices, default=UpgradeState.DONE)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    longest_lock_seconds = models.FloatField(default=0)

    class Meta:
        verbose_name = _("升级台账")
        verbose_name_plural = _("升级台账")
