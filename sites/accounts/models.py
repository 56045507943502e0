"""Staff of one site; they exist in that site's schema only."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

SYSTEM_USERNAME = "system"


class Staff(AbstractUser):
    """A person of the site's staff, or the site's system user that delivered items belong to."""

    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    department = models.CharField(_("部门"), max_length=80, blank=True)
    is_system = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        permissions = [
            ("manage_network", "站群管理：下发、撤回、开站"),
            ("manage_security", "安全管理：授权、解锁、第二因子"),
            ("read_audit", "查阅审计记录"),
            ("take_down", "下线本站信息"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    def get_short_name(self) -> str:
        return self.display_name or super().get_short_name() or self.username


def system_user() -> Staff:
    """The system user of the site whose schema is in use."""
    return Staff.objects.get(username=SYSTEM_USERNAME)


def signed_in_person(request: HttpRequest) -> Staff:
    """The person of a request whose screen only signed-in staff reaches."""
    return cast("Staff", request.user)
