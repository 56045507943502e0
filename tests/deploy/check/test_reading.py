"""What the check reads from public pages."""

from __future__ import annotations

from deploy.checking.reading import main_text, picture_urls, read_frame, read_search

FRAME = """<html><head><title>广东省工商行政管理局</title><meta name="SiteName" content="广东省工商行政管理局"></head>
<body><header><a href="http://hub.localhost:8000/">工商总局</a>{emblem}<b>广东省工商行政管理局</b></header>
<main>正文<img src="/files/1/a.png"></main>
<a href="http://guangzhou.localhost:8000/">广州</a><a href="http://guangzhou.localhost:8000/">广州市工商行政管理局</a>
<footer><div data-field="site_code"><dt>网站标识码</dt><dd>4400000001</dd></div>
<li data-field="site_map"><a href="/map/">站点地图</a></li></footer></body></html>"""

SEARCH = """<main><p class="gs-search__count" data-engine="elasticsearch">共找到 2 条结果</p><ol>
<li class="gs-result"><h2 class="gs-result__title"><a href="/tzgg/a/"><mark>通知</mark>一</a><span>样例</span></h2>
<p class="gs-result__meta"><span>广东省工商局</span></p><details><summary>另有 52 个站点刊载</summary></details></li>
<li class="gs-result"><h2 class="gs-result__title"><a href="http://hub.localhost/b/">通知二</a></h2></li></ol>{more}</main>"""


def test_frame_gives_name_emblem_footer_labels() -> None:
    frame = read_frame(FRAME.format(emblem='<img src="/e.svg" alt="">'))

    assert frame.title == frame.labels["SiteName"] == "广东省工商行政管理局"
    assert "广东省工商行政管理局" in frame.masthead
    assert frame.emblems == ["/e.svg"]
    assert frame.footer == {"site_code": "4400000001", "site_map": "站点地图"}


def test_longest_link_to_a_home_page_names_the_site() -> None:
    links = read_frame(FRAME.format(emblem="")).links

    assert links == {"hub.localhost:8000": "工商总局", "guangzhou.localhost:8000": "广州市工商行政管理局"}


def test_hidden_emblem_is_no_emblem() -> None:
    for hidden in ('<img src="/e.svg" hidden>', '<img src="/e.svg" style="display: none">'):
        assert read_frame(FRAME.format(emblem=hidden)).emblems == []


def test_main_part_leaves_the_frame_out() -> None:
    page = FRAME.format(emblem="")

    assert main_text(page) == "正文"
    assert picture_urls(page) == ["/files/1/a.png"]


def test_search_gives_hits_with_the_engine() -> None:
    result = read_search(SEARCH.format(more=""))

    assert result.engine == "elasticsearch" and not result.is_fallback
    assert [(hit.title, hit.url, hit.also_on) for hit in result.hits] == [
        ("通知一", "/tzgg/a/", 52),
        ("通知二", "http://hub.localhost/b/", 0),
    ]
    assert result.hits[0].meta == "广东省工商局"
    assert [hit.title for hit in result.named("通知二")] == ["通知二"]


def test_search_page_that_apologises_is_a_fallback() -> None:
    assert read_search(SEARCH.format(more="<p>当前由备用方式应答</p>")).is_fallback


def test_search_error_is_told() -> None:
    result = read_search('<main><p class="gs-notice gs-notice--error">检索服务暂时不可用</p></main>')

    assert result.error == "检索服务暂时不可用"
    assert result.hits == []
