"""Upload forms: the file is held against its name and scanned before anything is stored."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from sites.media.fields import said_beside_the_field
from sites.media.formats import extension_of, hold_document, name_of, picture_facts
from sites.media.scanning import verdict_on


class HeldDocumentForm(BaseDocumentForm):
    """A document: uploaded one by one, many at once, in a chooser."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            with said_beside_the_field():
                hold_document(file, extension_of(name_of(file)), name_of(file))
                self.instance.note_verdict(verdict_on(file, name=name_of(file)))
        return file


class HeldImageField(WagtailImageField):
    """A picture that is whole and not too large; Wagtail asks only what its head says, and fails on half of one."""

    def check_image_pixel_size(self, f: Any) -> None:
        f.seek(0)
        with said_beside_the_field():
            picture_facts(f.read(), name_of(f))
        f.seek(0)
        super().check_image_pixel_size(f)


class HeldImageForm(BaseImageForm):
    """A picture; the field itself has held name, format, size, number of points by then."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.fields.get("file")
        if given is not None:
            self.fields["file"] = HeldImageField(label=given.label, required=given.required, widget=given.widget)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            with said_beside_the_field():
                self.instance.note_verdict(verdict_on(file, name=name_of(file)))
        return file
