"""Views that do not exist for whoever may not look at them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)


def shown_to(
    may_look: Callable[[HttpRequest], bool],
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """404 for everybody else."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
            if not may_look(request):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapper

    return decorate
