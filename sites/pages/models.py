"""Page types of a site, one per file."""

from sites.pages.article import ArticlePage, Kind
from sites.pages.column import ColumnPage
from sites.pages.home import HomePage
from sites.pages.law import LawPage

__all__ = ["ArticlePage", "ColumnPage", "HomePage", "Kind", "LawPage"]
