"""Labels of Wagtail's forms that it never marked for translation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers

LINK_FORMS = (
    choosers.ExternalLinkChooserForm,
    choosers.AnchorLinkChooserForm,
    choosers.EmailLinkChooserForm,
    choosers.PhoneLinkChooserForm,
)
LABELS = {
    "link_text": _("链接文字"),
    "email_address": _("电子邮箱"),
    "subject": _("主题"),
    "body": _("正文"),
    "phone_number": _("电话号码"),
}


def name_the_fields() -> None:
    """Give the fields of the link choosers their labels; Django would make English ones of their names."""
    for form in LINK_FORMS:
        for name, field in form.base_fields.items():
            if not field.label:
                field.label = LABELS[name]
