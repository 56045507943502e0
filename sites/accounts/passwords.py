"""What a password must be like, with the memory of the earlier ones."""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sites.accounts.models import PasswordHistory, Staff
from sites.accounts.policy import account_policy


def classes_in(password: str) -> int:
    """How many of the four classes occur: small letters, capitals, digits, other signs."""
    kinds = set()
    for sign in password:
        category = unicodedata.category(sign)
        kinds.add({"Ll": "small", "Lu": "capital", "Nd": "digit"}.get(category, "other"))
    return len(kinds)


class RuledPasswordValidator:
    """Length, classes, likeness to the user name, by the rules in force."""

    def validate(self, password: str, user: Any = None) -> None:
        policy = account_policy()
        if len(password) < policy.password_length:
            raise ValidationError(
                _("口令只有 %(count)s 个字符，至少要 %(least)s 个。")
                % {"count": len(password), "least": policy.password_length},
                code="password_too_short",
            )
        if classes_in(password) < policy.password_classes:
            raise ValidationError(
                _("口令须含小写字母、大写字母、数字、其他符号中的至少 %(least)s 种。")
                % {"least": policy.password_classes},
                code="password_too_plain",
            )
        name = str(getattr(user, "username", "") or "").lower()
        if name and (name in password.lower() or name[::-1] in password.lower()):
            raise ValidationError(_("口令不能含有用户名，也不能是它的倒写。"), code="password_like_username")

    def get_help_text(self) -> str:
        policy = account_policy()
        return _(
            "至少 %(length)s 个字符，含小写字母、大写字母、数字、其他符号中的至少 %(classes)s 种，不含用户名。"
        ) % {
            "length": policy.password_length,
            "classes": policy.password_classes,
        }


class PasswordHistoryValidator:
    """Not one of the last passwords; remembers each one that is set."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        kept = account_policy().password_history
        earlier = PasswordHistory.objects.filter(person=user).order_by("-pk").values_list("password", flat=True)[:kept]
        held = {user.password, *earlier} if user.has_usable_password() else set(earlier)
        if any(check_password(password, stored) for stored in held):
            raise ValidationError(
                _("这个口令最近用过。新口令不能与最近 %(kept)s 次的相同。") % {"kept": kept},
                code="password_used_before",
            )

    def password_changed(self, password: str, user: Staff) -> None:
        """Called by Django after a new password was saved."""
        remember(user)

    def get_help_text(self) -> str:
        return _("不能与最近 %(kept)s 次的口令相同。") % {"kept": account_policy().password_history}


def remember(person: Staff) -> None:
    """Note the password that the account has now, and the hour."""
    PasswordHistory.objects.create(person=person, password=person.password)
    person.password_changed_at = timezone.now()
    Staff.objects.filter(pk=person.pk).update(password_changed_at=person.password_changed_at)


def must_change(person: Staff) -> bool:
    """Whether a new password is due before anything else: set by someone else, or too old."""
    if not person.has_usable_password():
        return False
    oldest = timezone.now() - datetime.timedelta(days=account_policy().password_days)
    return person.must_change_password or person.password_changed_at <= oldest
