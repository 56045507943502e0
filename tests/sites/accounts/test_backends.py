"""The rights of a person: those of the duties and of the account itself, of this site and nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.audit.queries import is_auditor
from network.tenancy.api import READ_AUDIT, Site, in_site
from sites.accounts.backends import StaffBackend
from sites.accounts.models import Staff
from sites.accounts.roles import COLLECTOR, WEBMASTER, group_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


KINDS = ("get_user_permissions", "get_group_permissions", "get_all_permissions")


def rights(username: str, backend: ModelBackend) -> list[set[str]]:
    """Own, by duty, all; of an object that nobody asked before."""
    person = Staff.objects.get(username=username)
    return [getattr(backend, kind)(person) for kind in KINDS]


def test_the_rights_are_those_of_the_framework_in_one_statement(guangzhou: Site, shenzhen: Site) -> None:
    for site in (guangzhou, shenzhen):
        with in_site(site):
            for name in Staff.objects.values_list("username", flat=True):
                assert rights(name, StaffBackend()) == rights(name, ModelBackend())
            assert rights("editor", StaffBackend())[1]
    with in_site(guangzhou):
        fresh = Staff.objects.get(username="auditor")
        with CaptureQueriesContext(connection) as asked:
            assert fresh.has_perm(READ_AUDIT)
            assert READ_AUDIT in fresh.get_group_permissions()
            assert is_auditor(fresh)
        assert len(asked) == 1


def test_a_duty_of_one_site_gives_no_right_at_another(guangzhou: Site, shenzhen: Site) -> None:
    with in_site(guangzhou):
        before = rights("editor", StaffBackend())[2]
        Staff.objects.get(username="editor").groups.add(group_of(COLLECTOR), group_of(WEBMASTER))
        assert rights("editor", StaffBackend())[2] > before
    with in_site(shenzhen):
        assert rights("editor", StaffBackend())[2] == before


def test_a_closed_account_has_no_rights(guangzhou: Site) -> None:
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor")
        assert StaffBackend().get_all_permissions(person)
        closed = Staff.objects.get(username="editor")
        closed.is_active = False
        assert StaffBackend().get_all_permissions(closed) == set()
