"""The domain rule, held by the form, by the model, by the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from network.errors import InvalidValue
from network.tenancy.api import Site
from network.tenancy.domains import validate_official_host
from network.tenancy.models import Domain

pytestmark = pytest.mark.tenancy

OFFICIAL = [
    ("gd.gov.cn", "gd.gov.cn"),
    ("www.gdgs.gov.cn", "www.gdgs.gov.cn"),
    ("GDGS.GOV.CN", "gdgs.gov.cn"),
    ("gdgs.gov.cn.", "gdgs.gov.cn"),
    ("  gdgs.gov.cn ", "gdgs.gov.cn"),
    ("a-b.gov.cn", "a-b.gov.cn"),
    ("广东工商.政务", "xn--xhq97ofvhtra.xn--zfr164b"),
    ("gd.xn--zfr164b", "gd.xn--zfr164b"),
]
NOT_OFFICIAL = [
    "",
    ".",
    "gov.cn",
    "政务",
    ".政务",
    "xn--zfr164b",
    "gd.com",
    "gd.gov",
    "gd.gov.cn.evil.com",
    "xgov.cn",
    "gd.xgov.cn",
    "gd-gov.cn",
    "gd.gov.com.cn",
    "gd.gov.cn:80",
    "gd.gov.cn/",
    "http://gd.gov.cn",
    "user@gd.gov.cn",
    "gd..gov.cn",
    "-gd.gov.cn",
    "gd-.gov.cn",
    "gd_x.gov.cn",
    "gd gov.cn",
    "*.gov.cn",
    "gd.gov.cn\nevil.com",
    "gd.ɡov.cn",
    "gd.gоv.cn",
    "gd.gov.сn",
    "工商.gov.cn",
    "xn--fiq.gov.cn",
    "gd.gov。cn。evil.com",
    "gd.xn--zfr164b.com",
    "gd.政務",
    "a" * 64 + ".gov.cn",
    ".".join(["a" * 60] * 5) + ".gov.cn",
    "localhost",
    "guangdong.localhost",
    "127.0.0.1",
]


@pytest.mark.parametrize(("given", "kept"), OFFICIAL)
def test_an_official_domain_is_kept_in_ascii(given: str, kept: str) -> None:
    assert validate_official_host(given) == kept


@pytest.mark.parametrize("given", NOT_OFFICIAL)
def test_anything_else_is_refused_with_value_and_remedy(given: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        validate_official_host(given)
    assert f"“{given}”" in caught.value.message
    assert "例如“gongshang.gov.cn”" in caught.value.message


@pytest.mark.django_db
@pytest.mark.parametrize("given", [value for value in NOT_OFFICIAL if value])
def test_the_database_refuses_what_is_written_past_the_model(hebei: Site, given: str) -> None:
    count = Domain.objects.count()
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_tenancy_domain (domain, is_primary, tenant_id) VALUES (%s, false, %s)",
            [given, hebei.pk],
        )
    assert caught.value.__cause__.sqlstate in {"23514", "22001"}
    assert Domain.objects.count() == count


@pytest.mark.django_db
@pytest.mark.parametrize("kept", sorted({kept for _, kept in OFFICIAL}))
def test_the_database_takes_official_ones(hebei: Site, kept: str) -> None:
    Domain.objects.filter(domain=kept).delete()
    Domain.objects.create(domain=kept, tenant=hebei, is_primary=False)
    assert Domain.objects.filter(domain=kept).count() == 1
