"""The labels of the platform that items carry beside the words of their pages."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import translation

from network.events import platform_words
from network.syndication.models import PlatformWord


@transaction.atomic
def write_platform_words() -> None:
    """Upgrade step of the owner role: the table holds what the registered lists say, nothing else."""
    with translation.override(settings.LANGUAGE_CODE):
        wanted = {word for _name, words in platform_words.items() for word in words() if word}
    held = set(PlatformWord.objects.values_list("word", flat=True))
    PlatformWord.objects.filter(word__in=held - wanted).delete()
    PlatformWord.objects.bulk_create(PlatformWord(word=word) for word in sorted(wanted - held))
