"""Serve avatars with Django: the settings, the URLs, and the mounted application for every other size.

Run ``gunicorn --threads 8 project:application`` in this folder. It needs resizer_core, django and gunicorn.
A larger site keeps the settings and the URLs in files of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import views
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

from resizer_core.wsgi import Application

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    INSTALLED_APPS=["resizer_core.django"],  # has the template tags
    RESIZER={"BASE_URL": "/pictures", "SITE": views.SITE},
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY", os.urandom(32).hex()),
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware", "views.Refused"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)

urlpatterns = [
    path("", views.form),
    path("people", views.upload),
    path("people/<str:key>", views.page),
    path("avatars/<str:key>", views.avatar),
]

site = get_wsgi_application()
pictures = Application(views.service)


def application(environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Mount the pictures beside the site. In WSGI, SCRIPT_NAME says where an application is mounted."""
    path = environ["PATH_INFO"]
    if not path.startswith("/pictures/"):
        return site(environ, start_response)
    mounted = {
        "SCRIPT_NAME": environ["SCRIPT_NAME"] + "/pictures",
        "PATH_INFO": path.removeprefix("/pictures"),
    }
    return pictures({**environ, **mounted}, start_response)
