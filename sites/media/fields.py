"""The form field of a file that is read and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from network.errors import InvalidValue
from sites.media.formats import extension_of, hold_document, name_of
from sites.media.scanning import verdict_on


@contextmanager
def said_beside_the_field() -> Iterator[None]:
    """A refusal within the block is the form's own error."""
    try:
        yield
    except InvalidValue as error:
        raise ValidationError(error.message, code=error.code) from error


class HeldFileField(forms.FileField):
    """Held against its name when it is of one of these kinds, scanned whatever it is."""

    def __init__(self, *, kinds: Sequence[str], **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            extension = extension_of(name_of(file))
            with said_beside_the_field():
                # Another kind is refused by whoever reads the file, in words of its own.
                if extension in self.kinds:
                    hold_document(file, extension, name_of(file))
                verdict_on(file, name=name_of(file))
        return file
