"""Who may do what: every duty, model, action, level, compared with the committed table.

A line of ``matrix.tsv`` is level, duty, model, actions that the duty allows there. What has no line
is refused. A change of rights is a change of that file, which the review sees.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from network.errors import NotAllowed
from network.tenancy.api import get_site, in_site, require_network_manager
from sites.accounts.models import Staff
from sites.accounts.roles import ROLES

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
TABLE = Path(__file__).with_name("matrix.tsv")
SITES = ("hub", "guangdong", "guangzhou")
"""One of each level: national, province, city."""


def rights_of(person: Staff, group: Group) -> dict[str, set[str]]:
    """Model to actions."""
    found: dict[str, set[str]] = {}
    for permission in Permission.objects.select_related("content_type"):
        model = f"{permission.content_type.app_label}.{permission.content_type.model}"
        if person.has_perm(f"{permission.content_type.app_label}.{permission.codename}"):
            found.setdefault(model, set()).add(permission.codename)
    for scope, kind in (("page tree", GroupPagePermission), ("collections", GroupCollectionPermission)):
        for codename in kind.objects.filter(group=group).values_list("permission__codename", flat=True):
            found.setdefault(scope, set()).add(codename)
    return found


def matrix() -> list[str]:
    lines = []
    for slug in SITES:
        site = get_site(slug)
        with in_site(site):
            for role in ROLES:
                group = Group.objects.get(name=role.name)
                person = Staff.objects.create(username=f"only-{role.key.replace('_', '-')}")
                person.groups.set([group])
                rights = rights_of(person, group)
                try:
                    require_network_manager(person, site)
                    rights["group of sites"] = {"manage"}
                except NotAllowed:
                    pass
                lines += [
                    "\t".join((site.level, role.key, model, " ".join(sorted(actions))))
                    for model, actions in sorted(rights.items())
                ]
    return lines


def test_rights_are_those_of_the_table(db: None, tmp_path: Path) -> None:
    found = matrix()
    (tmp_path / "matrix.tsv").write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == TABLE.read_text(encoding="utf-8").splitlines(), f"The rights as they are: {tmp_path}/matrix.tsv"


def test_the_auditor_reads(db: None) -> None:
    """No line of the auditor's says more than seeing and entering."""
    allowed = {line.split("\t")[3] for line in TABLE.read_text(encoding="utf-8").splitlines() if "\tauditor\t" in line}
    assert allowed == {"access_admin", "read_audit"}
