"""The registry of sites, their domains, the requests to open one."""

from __future__ import annotations

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


class Site(TenantMixin):
    """One site of the group: the hub, a province site, a city site.

    ``maintenance`` is set by the upgrade runner or a restore while they work on the schema;
    ``epoch`` grows with each restore, so that work written for the state before is recognised.
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
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_hub(self) -> bool:
        return self.slug == HUB_SLUG

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    def clean(self) -> None:
        """Hold key, level under level, region path. Raises ValidationError."""
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
        self.schema_name = schema_for(self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.schema_name = schema_for(self.slug)
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
    ``{"username", "name", "roles": [...], "password_hash"}``.
    """

    slug = models.CharField(max_length=48, unique=True)
    facts = models.JSONField()
    domain = models.CharField(max_length=253, blank=True)
    staff = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.WAITING, db_index=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("开站申请")
        verbose_name_plural = _("开站申请")


class Installation(models.Model):
    """What this install is; written by the owner role only.

    ``is_demo`` allows approvals of kind ``sample``; ``generation`` grows with the registry.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one")]


class RegistryGeneration(models.Model):
    """One row whose number grows with every change of the registry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="registry_generation_is_one")]


class Heartbeat(models.Model):
    """Last sign of life of a long-running process, with what it counted."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
