"""The platform's addresses, one more that breaks in the middle of its answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from wagtail.models import Page

from deploy.urls.site import handler403, handler404, handler500
from deploy.urls.site import urlpatterns as platform_urls
from network.tenancy.api import all_sites, in_site
from tests.network.tenancy.leak_asking import Deliberate

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def break_off(request: HttpRequest) -> HttpResponse:
    """Read here, enter another site, fail there."""
    Page.objects.count()
    other = next(site for site in all_sites() if site.pk != request.tenant.pk)
    with in_site(other):
        Page.objects.count()
        raise Deliberate


urlpatterns = [path("leak-test-breaks/", break_off), *platform_urls]
