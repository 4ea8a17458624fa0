"""Where every door is. One line per app; the API's doors are all under /api/v1/."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from backend.config import error_pages
from backend.core import health

api: list[URLPattern | URLResolver] = [
    path("", include("backend.accounts.api_urls")),
    path("", include("backend.realtime.api_urls")),
    path("", include("backend.notifications.api_urls")),
    path("", include("readers.api_urls")),
    path("", include("live.api_urls")),
    path("", include("payouts.api_urls")),
    path("", include("payouts.disputes.api_urls")),
    path("", include("marketplace.api_urls")),
    path("", include("admin_portal.api_urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include(api)),
    path("webhooks/", include("payouts.webhook_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("backend.accounts.urls")),
    path("", include("backend.notifications.urls")),
    path("", include("readers.urls")),
    path("", include("live.urls")),
    path("", include("live.streams.urls")),
    path("", include("payouts.urls")),
    path("", include("payouts.disputes.urls")),
    path("earnings/", include("payouts.earnings.urls")),
    path("", include("marketplace.urls")),
    path("staff/", include("admin_portal.urls")),
    path("django-admin/", admin.site.urls),
    path("", include("django_prometheus.urls")),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

handler400 = error_pages.bad_request
handler403 = error_pages.forbidden
handler404 = error_pages.not_found
handler500 = error_pages.server_error
