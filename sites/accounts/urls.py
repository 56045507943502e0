"""Addresses of the account screens."""

from __future__ import annotations

from django.urls import path

from sites.accounts import security_views, views

urlpatterns = [
    path("second-factor/verify/", views.verify, name="staff_verify"),
    path("second-factor/enrol/", views.enrol, name="staff_enrol"),
    path("new-password/", views.new_password, name="staff_new_password"),
    path("security/accounts/", security_views.accounts, name="staff_security"),
    path("security/accounts/unlock/", security_views.unlock, name="staff_unlock"),
    path("security/accounts/review/", security_views.review, name="staff_review"),
    path("security/accounts/<int:pk>/", security_views.account, name="staff_security_account"),
    path("security/accounts/<int:pk>/duties/", security_views.set_duties, name="staff_set_duties"),
    path("security/accounts/<int:pk>/scopes/<slug:duty>/", security_views.set_scopes, name="staff_scopes"),
    path("security/accounts/<int:pk>/reset/", security_views.reset, name="staff_reset_device"),
    path("security/accounts/<int:pk>/close/", security_views.close, name="staff_close"),
    path("security/accounts/<int:pk>/reopen/", security_views.reopen, name="staff_reopen"),
]
