"""Settings common to every profile."""

from __future__ import annotations

from deploy.settings import env

PROFILE = "base"
DEBUG = False
BASE_DIR = env.ROOT
STATE_DIR = env.STATE_DIR

SHARED_APPS = [
    "django_tenants",
    "django.contrib.staticfiles",
    "network.tenancy",
    "network.audit",
    "network.rules",
    "network.calendar",
    "network.branding",
    "network.outbox",
    "network.syndication",
    "network.boards",
    "network.upkeep",
    "network.transfer",
    "network.console",
    "network.entry",
    "network.blocks",
    "network.terms",
    "network.guidance",
    "network.numbering",
    "network.page_cache",
    "search",
    "themes",
    "deploy.operations",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # no tables: its Chinese for “five minutes ago”, which Wagtail's screens say
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "sites.accounts",
    "sites.media",
    "sites.content",
    "sites.screening",
    "sites.pages",
    "sites.editing",
    "sites.inbox",
    "sites.feeds",
    "sites.transfer",
    "sites.importing",
    "sites.upkeep",
    "sites.disclosure",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "sites.accounts.wagtail_users.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_tasks",
]
# Themes come first so that their templates win over Wagtail's.
INSTALLED_APPS = ["themes", *[app for app in SHARED_APPS if app != "themes"], *TENANT_APPS]

TENANT_MODEL = "network_tenancy.Site"
TENANT_DOMAIN_MODEL = "network_tenancy.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_LIMIT_SET_CALLS = True
SHOW_PUBLIC_IF_NO_TENANT_FOUND = False
GET_EXECUTOR_FUNCTION = "network.tenancy.executors.get_executor"

DATABASE_ROLE = env.DATABASE_ROLE
APPLICATION_ROLE = env.database("app")["USER"]
PG_DUMP = env.PG_DUMP
DATABASES = {
    "default": {
        **env.database(env.DATABASE_ROLE),
        "ENGINE": "network.tenancy.backend",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.DATABASE_POOL_SIZE, "max_lifetime": 900, "timeout": 30},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "themes.security.SecurityHeadersMiddleware",
    "network.tenancy.health.HealthMiddleware",
    "network.page_cache.tokens.PageTokensMiddleware",
    "network.tenancy.middleware.HostMiddleware",
    "network.blocks.middleware.BlockMiddleware",
    "network.page_cache.middleware.PageCacheMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "network.audit.middleware.AuditMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sites.accounts.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sites.editing.middleware.GateMiddleware",
    "sites.media.middleware.UploadMiddleware",
    "axes.middleware.AxesMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ALLOWED_HOSTS = ["*"]  # safe because HostMiddleware answers every unknown host with a neutral 404

ROOT_URLCONF = "deploy.urls.site"
WSGI_APPLICATION = "deploy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "themes.context_processors.frame",
            ],
        },
    }
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "default",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    "renditions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "renditions",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    "shared": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "shared",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

AUTH_USER_MODEL = "sites_accounts.Staff"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "sites.accounts.backends.StaffBackend",
    "sites.accounts.entry.VisitorBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "sites.accounts.passwords.RuledPasswordValidator"},
    {"NAME": "sites.accounts.passwords.PasswordHistoryValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name", "email"]},
    },
]
# Locks stand in each site's schema, so that all web processes share them; limits are rules.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = "sites.accounts.lockout.failure_limit"
AXES_COOLOFF_TIME = "sites.accounts.lockout.lock_time"
AXES_CLIENT_IP_CALLABLE = "sites.accounts.lockout.address_of_client"
AXES_LOCKOUT_CALLABLE = "sites.accounts.lockout.locked_answer"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "current_code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A device that is behind must not move the window: the check computes codes from the clock alone.
OTP_TOTP_SYNC = False
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
SESSION_COOKIE_DOMAIN = None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [env.ROOT / "deploy" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = env.STATE_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django_tenants.files.storage.TenantFileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
MULTITENANT_RELATIVE_MEDIA_ROOT = "%s"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

TASKS = {"default": {"BACKEND": "network.tenancy.tasks_backend.TenantTaskBackend"}}

WAGTAIL_SITE_NAME = "官网群"
WAGTAILADMIN_BASE_URL = ""
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "sites.accounts.password_reset.QueuedPasswordResetForm"  # noqa: S105  a path
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "sites.editing.finishing.finish_workflow"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_MODEL = "sites_media.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "sites_media.SiteDocument"
WAGTAILDOCS_SERVE_METHOD = "direct"  # to staff_file, which asks for the site; the public gets published_file
WAGTAILDOCS_EXTENSIONS = ["pdf", "ofd", "doc", "docx", "xls", "xlsx", "csv", "txt", "zip", "mp4", "webm"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 64 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "sites.media.forms.HeldDocumentForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "sites.media.forms.HeldImageForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "sites.content.admin_search"}}
MODELSEARCH_BACKENDS = WAGTAILSEARCH_BACKENDS
TAGGIT_CASE_INSENSITIVE = True

ELASTICSEARCH_URL = env.ELASTICSEARCH_URL
SEARCH_INDEX_NAME = env.SEARCH_INDEX
REDIS_URL = env.REDIS_URL
PUBLIC_PORT = env.PORT
DEMO_HOSTS = False
IMPORT_PRIVATE_HOSTS = env.IMPORT_PRIVATE_HOSTS
SABOTAGE = env.SABOTAGE
SCANNER = env.SCANNER
SCANNER_SECONDS = env.SCANNER_SECONDS
UNSCANNED_ALLOWED = False
MEDIA_PROXY = env.MEDIA_PROXY
KEYS_DIR = env.KEYS_DIR
ANCHOR_DIR = env.ANCHOR_DIR
ARCHIVE_DIR = env.ARCHIVE_DIR

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        # A connection that served many schemas is given up on purpose, by closing it under the pool.
        "not_given_up": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: not str(record.msg).startswith("discarding closed connection"),
        },
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "psycopg.pool": {"filters": ["not_given_up"]},
        "elastic_transport": {"level": "ERROR"},
        "elasticsearch": {"level": "ERROR"},
    },
}
