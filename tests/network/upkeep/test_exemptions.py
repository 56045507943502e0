"""A column is not periodic only with a reason that the level above approved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.outbox.models import Work
from network.tenancy.api import Site, in_site
from network.upkeep.actions import ask_exemption, decide_exemption, end_exemption, forget_site
from network.upkeep.models import Exemption
from network.upkeep.queries import exemptions_in_force
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
REASON = "机构职能确有变动时才更新"


def ask(site: Site, *, by: str = "webmaster", key: str = "jggk", reason: str = REASON) -> Exemption:
    with in_site(site):
        return ask_exemption(
            acting_user=staff(site, by), site=site, column_key=key, column_title="机构概况", reason=reason
        )


def decide(row: Exemption, authority: Site, *, by: str = "manager", is_granted: bool = True) -> Exemption:
    with in_site(authority):
        return decide_exemption(
            row.pk, acting_user=staff(authority, by), authority=authority, is_granted=is_granted, answer="情况属实"
        )


def state() -> list[str]:
    return list(Exemption.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize("level", ["guangdong", "hub"])
def test_the_levels_above_grant(hub: Site, guangdong: Site, guangzhou: Site, level: str) -> None:
    authority = {"guangdong": guangdong, "hub": hub}[level]
    row = decide(ask(guangzhou), authority)
    assert (row.state, row.authority, row.decided_by, row.answer) == ("granted", level, "manager", "情况属实")
    assert exemptions_in_force(guangzhou)["jggk"].pk == row.pk
    acts = AuditEntry.objects.filter(object_kind="exemption").order_by("id").values_list("act", "site")
    assert list(acts) == [
        ("exemption.ask", "guangzhou"), ("exemption.decide", "guangzhou"), ("exemption.decide", level),
    ]  # fmt: skip
    assert Work.objects.filter(kind="boards.summary", site="guangzhou").exists()


@pytest.mark.parametrize(
    ("slug", "by"),
    [("guangdong", "webmaster"), ("hebei", "manager"), ("guangzhou", "webmaster"), ("shenzhen", "webmaster")],
)
def test_nobody_else_decides(
    hub: Site, guangdong: Site, guangzhou: Site, hebei: Site, shenzhen: Site, slug: str, by: str
) -> None:
    sites = {"guangdong": guangdong, "hebei": hebei, "guangzhou": guangzhou, "shenzhen": shenzhen}
    row = ask(guangzhou)
    with pytest.raises(NotAllowed):
        decide(row, sites[slug], by=by)
    assert state() == ["asked"]
    refusal = AuditEntry.objects.get(act="exemption.decide")
    assert (refusal.site, refusal.result) == (slug, "refused")


def test_a_province_does_not_excuse_itself(hub: Site, guangdong: Site) -> None:
    row = ask(guangdong)
    with pytest.raises(NotAllowed):
        decide(row, guangdong)
    assert state() == ["asked"]
    assert decide(row, hub).state == "granted"


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"by": "editor"}, NotAllowed, "须由本站的站点管理员提出"),
        ({"reason": " 无 "}, InvalidValue, "现在是 1 个字"),
        ({"reason": "由" * 501}, InvalidValue, "现在是 501 个字"),
    ],
)
def test_a_wrong_request_is_refused(guangzhou: Site, facts: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask(guangzhou, **facts)
    assert state() == []


def test_the_hub_has_nobody_to_ask(hub: Site) -> None:
    with pytest.raises(InvalidValue, match="没有上级站点"):
        ask(hub)
    assert state() == []


def test_one_request_at_a_time_and_a_refused_one_may_be_made_again(guangdong: Site, guangzhou: Site) -> None:
    row = ask(guangzhou)
    with pytest.raises(InvalidValue, match="已经申请过"):
        ask(guangzhou)
    assert decide(row, guangdong, is_granted=False).state == "refused"
    assert exemptions_in_force(guangzhou) == {}
    with pytest.raises(InvalidValue, match="可能已经办理"):
        decide(row, guangdong)
    ask(guangzhou)
    assert state() == ["refused", "asked"]


def test_an_exemption_is_taken_back(guangdong: Site, guangzhou: Site) -> None:
    row = decide(ask(guangzhou), guangdong)
    with in_site(guangdong):
        manager = staff(guangdong, "manager")
        end_exemption(row.pk, acting_user=manager, authority=guangdong, reason="职能已经稳定")
        with pytest.raises(InvalidValue, match="可能已经办理"):
            end_exemption(row.pk, acting_user=manager, authority=guangdong, reason="职能已经稳定")
    assert (state(), exemptions_in_force(guangzhou)) == (["ended"], {})


@pytest.mark.parametrize(
    "facts", [{"authority": "", "decided_by": "x"}, {"authority": "guangzhou", "decided_by": "x"}, {"authority": "hub"}]
)
def test_the_database_holds_that_it_is_signed_above(guangzhou: Site, facts: dict[str, Any]) -> None:
    row = ask(guangzhou)
    with pytest.raises(IntegrityError, match="exemption_is_decided_above"), transaction.atomic():
        Exemption.objects.filter(pk=row.pk).update(state="granted", **facts)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Exemption.objects.all().delete()
    assert state() == ["asked"]


def test_a_removed_site_leaves_no_exemption_to_its_namesake(guangdong: Site, guangzhou: Site) -> None:
    decide(ask(guangzhou), guangdong)
    ask(guangzhou, key="tzgg")
    forget_site(guangzhou)
    assert (state(), exemptions_in_force(guangzhou)) == (["ended", "ended"], {})


def test_the_screens_decide_and_end(guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    row = ask(guangzhou)
    manager, decision = client_of(guangdong, "manager"), reverse("network_upkeep:decide", args=[row.pk])
    assert REASON in manager.get(reverse("network_upkeep:board")).content.decode()
    assert client_of(hebei, "manager").get(decision).status_code == 404
    assert manager.post(decision, {"outcome": "grant", "answer": "无"}).status_code == 200
    assert state() == ["asked"]
    assert manager.post(decision, {"outcome": "grant", "answer": "情况属实"}).status_code == 302
    assert manager.get(decision).status_code == 404
    ending = reverse("network_upkeep:end", args=[row.pk])
    assert manager.post(ending, {"reason": "职能已经稳定"}).status_code == 302
    assert state() == ["ended"]
