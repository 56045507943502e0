"""Pages as trees."""

from __future__ import annotations

import pytest

from deploy.checking.elements import parse

PAGE = """<!doctype html><html><head><title>标题</title><style>b { color: red }</style></head>
<body><header class="a b"><img src="/e.svg" alt=""><p>一&amp;二
  三</header><main id="main"><ul><li>甲<li>乙</ul><script>var x = "<p>不读</p>";</script></main></body></html>"""


def test_text_is_what_a_reader_sees() -> None:
    page = parse(PAGE)

    header, main = page.first("header"), page.first("main")

    assert header is not None and header.text == "一&二 三"
    assert main is not None and main.text == "甲乙"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tag": "img"}, 1),
        ({"css_class": "b"}, 1),
        ({"attribute": "id"}, 1),
        ({"tag": "li"}, 2),
        ({"tag": "li", "css_class": "b"}, 0),
    ],
)
def test_elements_are_found_by_tag_class_attribute(asked: dict[str, str], found: int) -> None:
    assert len(parse(PAGE).all(**asked)) == found


def test_an_unmatched_end_tag_closes_nothing() -> None:
    page = parse("<main><p>一</div>二</p></main><p>三</p>")

    main = page.first("main")

    assert main is not None and main.text == "一二"
