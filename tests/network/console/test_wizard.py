"""The wizard that opens a site: prefilled, refused beside the field, no password kept, opened for real."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.test import Client

from network.audit.models import AuditEntry
from network.events import staff_roles
from network.tenancy import provisioning
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.models import SiteRequest, SiteTransition
from sites.pages.models import ColumnPage
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy]
OPEN = "/admin/network/sites/open/"
Owner = Callable[[], AbstractContextManager[None]]
PASSWORD = re.compile(r"<code data-password>([^<]+)</code>")


def current_step(answer: Any) -> str:
    return str(answer.context["wizard"]["steps"].current)


def send(client: Client, step: str, fields: dict[str, Any]) -> Any:
    named = {f"{step}-{name}": value for name, value in fields.items()}
    return client.post(OPEN, {"open_site_wizard-current_step": step, **named})


def filled(form: Any) -> dict[str, Any]:
    """What the browser would send back of a form as it stands."""
    return {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}


def staff_fields(formset: Any, *, change: Callable[[list[dict[str, Any]]], None] = lambda rows: None) -> dict[str, Any]:
    rows = [filled(form) for form in formset.initial_forms]
    change(rows)
    fields: dict[str, Any] = {"TOTAL_FORMS": len(rows), "INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        fields.update({f"{number}-{name}": value for name, value in row.items() if value != ""})
    return fields


def to_identity(client: Client, **unit: str) -> Any:
    client.get(OPEN)
    return send(client, "unit", {"state": "preparing", **unit})


@pytest.mark.django_db(transaction=True)
def test_a_site_is_opened_from_first_to_last(owner: Owner, guangdong: Site) -> None:
    client = client_of(guangdong, "manager")
    identity = to_identity(client, division="440600", state="trial")
    assert current_step(identity) == "identity"
    form = filled(identity.context["form"])
    assert (form["slug"], form["parent"], form["level"], form["division_code"]) == (
        "foshan", "guangdong", "prefecture", "440600",
    )  # fmt: skip
    assert all(form[name] for name in ("full_name", "short_name", "domain", "site_code", "sponsor"))
    columns = send(client, "identity", {**form, "contact_person": "李四"})
    assert current_step(columns) == "columns"
    optional = [key for key, _title in columns.context["form"].fields["columns"].choices]
    assert "tzgg" not in optional
    staff = send(client, "columns", {"columns": [key for key in optional if key not in ("ztzl", "ztxf", "ztpf")]})
    roles = [role for role, _name in staff.context["form"].forms[0].fields["roles"].choices]
    assert roles[:3] + roles[-1:] == ["collector", "editor", "reviewer", "auditor"]
    assert len(roles) == len(dict(staff_roles.items())) == 11
    summary = send(client, "staff", staff_fields(staff.context["form"]))
    assert current_step(summary) == "summary"
    assert SiteRequest.objects.filter(slug="foshan").count() == 0
    result = send(client, "summary", {})
    body = result.content.decode()
    passwords = PASSWORD.findall(body)
    assert not set("".join(passwords)) & set("0O1lI_")
    assert (result.status_code, "no-store" in result.headers["Cache-Control"], len(set(passwords))) == (200, True, 7)
    wish = SiteRequest.objects.get(slug="foshan")
    assert (wish.state, wish.requested_by, wish.requested_from) == ("waiting", "manager", "guangdong")
    assert wish.without_columns == ["ztpf", "ztxf", "ztzl"]
    # Only hashes are kept, neither in the request nor in the session.
    with in_site(guangdong):
        sessions = "".join(str(session.get_decoded()) for session in Session.objects.all())
    assert not any(password in str(wish.staff) or password in sessions for password in passwords)
    assert check_password(passwords[0], wish.staff[0]["password_hash"])

    progress = f"/admin/network/sites/requests/{wish.pk}/"
    waiting = client.get(progress).content.decode()
    assert '<meta http-equiv="refresh"' in waiting
    with owner():
        assert provisioning.take_requests() == 1
    done = client.get(progress).content.decode()
    assert '<meta http-equiv="refresh"' not in done
    assert "http://foshan.localhost:8000/" in done
    assert all(label in done for label in ("ICP备案号", "公安备案号"))
    assert not any(password in done for password in passwords)
    opened = get_site("foshan")
    assert (opened.state, opened.contact_person, opened.region_path) == ("trial", "李四", "/440000/440600/")
    with in_site(opened):
        keys = set(ColumnPage.objects.values_list("key", flat=True))
        assert ColumnPage.objects.live().count() == len(keys)
    assert {"tzgg", "xwdt", "gzdt"} <= keys
    assert not keys & {"ztzl", "ztxf", "ztpf"}
    last = SiteTransition.objects.filter(site="foshan").latest("id")
    assert (last.from_state, last.to_state, last.person, last.acting_site) == (
        "preparing", "trial", "manager", "guangdong",
    )  # fmt: skip
    assert {entry.site for entry in AuditEntry.objects.filter(act="site.open", object_id="foshan")} == {
        "guangdong",
        "foshan",
    }
    login = client_of(opened).post(
        "/admin/login/", {"username": "webmaster", "password": passwords[0], "next": "/admin/"}
    )
    assert login.status_code == 302
    # The neighbour's manager sees neither the request nor the site.
    assert client_of(get_site("hebei"), "manager").get(progress).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "named"),
    [
        ({"slug": "guangzhou"}, "slug", "已被使用，请换一个"),
        ({"slug": "national"}, "slug", "为系统保留"),
        ({"slug": "fo-shan"}, "slug", "只能用小写字母和数字"),
        ({"domain": "foshan.com"}, "domain", "应以“.gov.cn”或“.政务”结尾"),
        ({"domain": "{guangzhou}"}, "domain", "已登记在其他站点"),
        ({"domain": "{zhuhai}"}, "domain", "请填写本机关的域名"),
        ({"level": "province"}, "parent", "不能设在"),
        ({"level": "county"}, "level", "county"),
        ({"parent": "hebei"}, "parent", "hebei"),
        ({"parent": "guangzhou"}, "parent", "guangzhou"),
        ({"site_code": "12"}, "site_code", "网站标识码应为"),
        ({"site_code": "{taken}"}, "site_code", "请核对标识码证书"),
        ({"division_code": "4406"}, "division_code", "不是六位数字"),
        ({"division_code": "440300"}, "division_code", "两个站点不能管同一地区"),
        ({"full_name": ""}, "full_name", ""),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(
    guangdong: Site, guangzhou: Site, changes: dict[str, str], field: str, named: str
) -> None:
    from network.tenancy.divisions import divisions
    from network.tenancy.models import Domain

    words = {
        "guangzhou": Domain.objects.get(tenant=guangzhou).domain,
        "zhuhai": next(row.domain for row in divisions() if row.slug == "zhuhai"),
        "taken": guangzhou.site_code or "",
    }
    client = client_of(guangdong, "manager")
    form = filled(to_identity(client, division="440600").context["form"])
    answer = send(client, "identity", {**form, **{name: value.format(**words) for name, value in changes.items()}})
    assert current_step(answer) == "identity"
    assert named in str(answer.context["form"].errors[field])
    assert SiteRequest.objects.filter(slug="foshan").count() == 0
    # Control: the same form without the wrong value goes on.
    assert current_step(send(client, "identity", form)) == "columns"


@pytest.mark.django_db
def test_a_province_is_offered_its_own_divisions_only(guangdong: Site, hub: Site) -> None:
    client = client_of(guangdong, "manager")
    codes = [
        code for _group, rows in client.get(OPEN).context["form"].fields["division"].choices[1:] for code, _ in rows
    ]
    assert len(codes) == 19
    assert all(code.startswith("44") for code in codes)
    refused = send(client, "unit", {"state": "live", "division": "130100"})
    assert list(refused.context["form"].errors) == ["division"]
    everywhere = client_of(hub, "manager").get(OPEN).context["form"].fields["division"].choices
    assert any(code == "130100" for _group, rows in everywhere[1:] for code, _ in rows)


@pytest.mark.django_db
def test_a_unit_outside_the_table_is_prefilled_by_pattern(guangdong: Site) -> None:
    client = client_of(guangdong, "manager")
    missing = to_identity(client)
    assert list(missing.context["form"].errors) == ["division"]
    assert list(to_identity(client, place="东山市").context["form"].errors) == ["level"]
    form = filled(to_identity(client, place="东山市", level="prefecture").context["form"])
    assert (form["slug"], form["full_name"], form["short_name"], form["domain"], form["parent"]) == (
        "dongshan", "东山市工商行政管理局", "东山市工商局", "dongshan.gongshang.gov.cn", "guangdong",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field", "named"),
    [
        (lambda rows: rows[1].update(username="webmaster"), "username", "写了两次"),
        (lambda rows: rows[1].update(username="system"), "username", "为系统保留"),
        (lambda rows: rows[1].update(username="a b"), "username", ""),
        (lambda rows: rows[1].update(name=""), "name", ""),
        (lambda rows: rows[1].update(roles=["emperor"]), "roles", "emperor"),
        (lambda rows: rows[0].update(roles=["webmaster", "auditor"]), "roles", "审计员不兼任其他职责"),
        (lambda rows: rows[0].update(DELETE="on"), "", "至少要有一名站点管理员"),
    ],
)
def test_wrong_staff_is_refused_beside_its_row(guangdong: Site, change: Any, field: str, named: str) -> None:
    client = client_of(guangdong, "manager")
    form = filled(to_identity(client, division="440600").context["form"])
    columns = send(client, "identity", form)
    optional = [key for key, _title in columns.context["form"].fields["columns"].choices]
    staff = send(client, "columns", {"columns": optional})
    answer = send(client, "staff", staff_fields(staff.context["form"], change=change))
    assert current_step(answer) == "staff"
    formset = answer.context["form"]
    said = str(formset.non_form_errors()) if not field else str([form.errors.get(field) for form in formset.forms])
    assert named in said
    assert SiteRequest.objects.filter(slug="foshan").count() == 0


@pytest.mark.django_db
def test_a_column_stays_below_its_own(guangdong: Site) -> None:
    client = client_of(guangdong, "manager")
    send(client, "identity", filled(to_identity(client, division="440600").context["form"]))
    answer = send(client, "columns", {"columns": ["ztxf"]})
    assert "上一级栏目没有选" in str(answer.context["form"].errors["columns"])
    assert list(send(client, "columns", {"columns": ["tzgg"]}).context["form"].errors) == ["columns"]
