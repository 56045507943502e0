"""Asking for a new password: the answer comes before anybody looks whether the address is known.

The request writes one row of work, whoever asks; the worker finds the people and sends the mail. So
neither the answer nor its time tells which addresses have an account, and repeating sends one mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from wagtail.admin.forms.auth import PasswordResetForm

from network.audit.api import record
from network.contracts import OutboxItem
from network.outbox.api import enqueue
from network.tenancy.api import current_site
from sites.accounts.tokens import SiteTokenGenerator

KIND = "accounts.password_reset"
TEMPLATES = ("email_template_name", "subject_template_name", "from_email")


class QueuedPasswordResetForm(PasswordResetForm):
    """Takes an address; the mail is the worker's."""

    def save(self, *, request: HttpRequest, use_https: bool = False, **options: Any) -> None:
        email = str(self.cleaned_data["email"]).strip().lower()
        key = hashlib.sha256(email.encode()).hexdigest()[:40]
        payload = {
            "email": email,
            "domain": request.get_host(),
            "use_https": use_https,
            **{name: options.get(name) for name in TEMPLATES},
        }
        with transaction.atomic():
            enqueue(KIND, site=current_site().slug, key=key, payload=payload)
            record("account.ask_password", object_kind="staff")


def send_reset_mail(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: mails a link to the people of this address, if there are any."""
    for item in items:
        form = PasswordResetForm({"email": item.payload["email"]})
        if form.is_valid():
            form.save(
                domain_override=item.payload["domain"],
                use_https=item.payload["use_https"],
                token_generator=SiteTokenGenerator(),
                **{name: item.payload[name] for name in TEMPLATES},
            )
