"""Page types of a site, one per file."""

from sites.pages.article import ArticlePage, Kind
from sites.pages.budget import BudgetPage
from sites.pages.column import ColumnPage
from sites.pages.emergency import EmergencyPage
from sites.pages.guide import GuidePage
from sites.pages.home import HomePage
from sites.pages.interpretation import InterpretationPage
from sites.pages.law import LawPage
from sites.pages.leader import LeaderPage
from sites.pages.organisation import OrganisationPage
from sites.pages.personnel import PersonnelPage
from sites.pages.plan import PlanPage
from sites.pages.procurement import ProcurementPage
from sites.pages.register import RegisterPage
from sites.pages.special import SpecialPage
from sites.pages.statistics import StatisticsPage
from sites.pages.supervision import SupervisionPage
from sites.pages.system import SystemPage
from sites.pages.warning import WarningPage
from sites.pages.yearly_report import YearlyReportPage

CONTENT_TYPES = (
    ArticlePage,
    BudgetPage,
    EmergencyPage,
    GuidePage,
    InterpretationPage,
    LawPage,
    LeaderPage,
    OrganisationPage,
    PersonnelPage,
    PlanPage,
    ProcurementPage,
    RegisterPage,
    SpecialPage,
    StatisticsPage,
    SupervisionPage,
    SystemPage,
    WarningPage,
    YearlyReportPage,
)
"""Every type of item that people of a site write."""

__all__ = [
    "CONTENT_TYPES",
    "ArticlePage",
    "BudgetPage",
    "ColumnPage",
    "EmergencyPage",
    "GuidePage",
    "HomePage",
    "InterpretationPage",
    "Kind",
    "LawPage",
    "LeaderPage",
    "OrganisationPage",
    "PersonnelPage",
    "PlanPage",
    "ProcurementPage",
    "RegisterPage",
    "SpecialPage",
    "StatisticsPage",
    "SupervisionPage",
    "SystemPage",
    "WarningPage",
    "YearlyReportPage",
]
