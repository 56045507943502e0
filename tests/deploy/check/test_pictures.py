"""Pictures made for a run."""

from __future__ import annotations

import io

from PIL import Image

from deploy.checking.pictures import SIDE, new_picture


def test_picture_opens_and_is_new_each_time() -> None:
    one, other = new_picture("a.png"), new_picture("a.png")

    with Image.open(io.BytesIO(one.content)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (SIDE, SIDE))
    assert one.content != other.content
