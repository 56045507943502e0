"""Staff of one site; they exist in that site's schema only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from network.compiled import Compiled

SYSTEM_USERNAME = "system"
PERSON_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
VISITOR_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(@[a-z0-9]+)+#[0-9]+")
"""A visitor by ticket: the name at home, the home site, the visit. No form takes its signs."""

NAME_TAKEN = _("这个用户名已有账号（包括已停用的）。用户名不重复使用，请另取一个。")
NAME_RULE = _("小写字母、数字，中间可有 . _ -，以字母或数字开头，例如 zhang.san。开设后不能更改，也不重复使用。")


class Staff(AbstractUser):
    """A person of the site's staff, the system user that delivered items belong to, or a visitor from above.

    ``visit_id`` names the visit (``network.entry``) that a visitor's account was made for.
    """

    username = models.CharField(
        _("用户名"),
        max_length=150,
        unique=True,
        help_text=NAME_RULE,
        validators=[RegexValidator(rf"^{PERSON_NAME.pattern}\Z", NAME_RULE)],
        error_messages={"unique": NAME_TAKEN},
    )
    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    department = models.CharField(_("部门"), max_length=80, blank=True)
    is_system = models.BooleanField(default=False, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    password_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    reopened_at = models.DateTimeField(null=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Part of what a session is checked against: one more ends all sessions of the account."""
    visit_id = models.BigIntegerField(null=True, default=None, editable=False, unique=True)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        permissions = [
            ("manage_network", "站群管理：下发、撤回、开站"),
            ("manage_security", "安全管理：授权、解锁、第二因子"),
            ("read_audit", "查阅审计记录"),
            ("take_down", "下线本站信息"),
            ("use_emergency_lane", "应急发布"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username__regex=rf"^({PERSON_NAME.pattern}|{VISITOR_NAME.pattern})$"),
                name="username_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(visit_id__isnull=True) | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="visitor_has_no_password",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_visitor(self) -> bool:
        return self.visit_id is not None

    def check_password(self, raw_password: str | None) -> bool:
        """A visitor comes by ticket only."""
        return not self.is_visitor and super().check_password(raw_password)

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    def get_short_name(self) -> str:
        return self.display_name or super().get_short_name() or self.username

    def set_password(self, raw_password: str | None) -> None:
        """A password of the person's own making; whoever sets it for someone else asks for a change afterwards."""
        super().set_password(raw_password)
        self.must_change_password = False

    def get_session_auth_hash(self) -> str:
        return self._with_epoch(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for found in super().get_session_auth_fallback_hash():
            yield self._with_epoch(found)

    def _with_epoch(self, found: str) -> str:
        return salted_hmac("sites.accounts.session", f"{found}{self.session_epoch}", algorithm="sha256").hexdigest()


class PasswordHistory(models.Model):
    """A password that an account had or has, hashed."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="earlier_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("用过的口令")
        verbose_name_plural = _("用过的口令")


class AccountReview(models.Model):
    """A security administrator's confirmation that all accounts were looked through. Rows go in and stay."""

    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(auto_now_add=True)
    accounts = models.PositiveIntegerField(_("账号数"))
    note = models.CharField(_("清查说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("账号清查")
        verbose_name_plural = _("账号清查")


class DutyScope(models.Model):
    """One place that a person's duty is limited to: a column by its key, or the columns of a department.

    No row means the whole site. Keys and names instead of references: a limit whose column is gone must not
    widen into the whole site.
    """

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="scopes")
    duty = models.CharField(_("职责"), max_length=20)
    column_key = models.CharField(_("栏目"), max_length=40, blank=True)
    department = models.CharField(_("部门的栏目"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("职责范围")
        verbose_name_plural = _("职责范围")
        constraints = [
            models.UniqueConstraint(fields=["person", "duty", "column_key", "department"], name="one_scope_a_place"),
            models.CheckConstraint(
                condition=(~Q(column_key="") & Q(department="")) | (Q(column_key="") & ~Q(department="")),
                name="scope_names_one_place",
            ),
        ]


def system_user() -> Staff:
    """The system user of the site whose schema is in use."""
    person: Staff | None = _SYSTEM_USER.first()
    if person is None:
        raise Staff.DoesNotExist(f"No user named {SYSTEM_USERNAME}.")
    return person


_SYSTEM_USER = Compiled(lambda: Staff.objects.filter(username=SYSTEM_USERNAME)[:1])


def signed_in_person(request: HttpRequest) -> Staff:
    """The person of a request whose screen only signed-in staff reaches."""
    return cast("Staff", request.user)
