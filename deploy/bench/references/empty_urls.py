"""One empty view at every address."""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing."""
    return HttpResponse(b"")


urlpatterns = [re_path("", empty)]
