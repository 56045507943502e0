"""Page types of a site, one per file."""

from sites.pages.article import ArticlePage, Kind
from sites.pages.column import ColumnPage
from sites.pages.home import HomePage
from sites.pages.interpretation import InterpretationPage
from sites.pages.law import LawPage
from sites.pages.leader import LeaderPage
from sites.pages.organisation import OrganisationPage
from sites.pages.procurement import ProcurementPage
from sites.pages.special import SpecialPage
from sites.pages.statistics import StatisticsPage
from sites.pages.warning import WarningPage

CONTENT_TYPES = (
    ArticlePage,
    InterpretationPage,
    LawPage,
    LeaderPage,
    OrganisationPage,
    ProcurementPage,
    SpecialPage,
    StatisticsPage,
    WarningPage,
)
"""Every type of item that people of a site write."""

__all__ = [
    "CONTENT_TYPES",
    "ArticlePage",
    "ColumnPage",
    "HomePage",
    "InterpretationPage",
    "Kind",
    "LawPage",
    "LeaderPage",
    "OrganisationPage",
    "ProcurementPage",
    "SpecialPage",
    "StatisticsPage",
    "WarningPage",
]
