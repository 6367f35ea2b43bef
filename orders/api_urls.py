"""Endpoints of the order form, below `/api/v1/`."""

from django.urls import path

from orders.form_api import EditsView, FormView
from orders.photo_api import PhotosView
from orders.template_api import TemplatesView, TemplateView

urlpatterns = [
    path("templates/", TemplatesView.as_view(), name="templates"),
    path("templates/<str:code>/", TemplateView.as_view(), name="template"),
    path("forms/<str:code>/", FormView.as_view(), name="form"),
    path("forms/<str:code>/photos/", PhotosView.as_view(), name="form-photos"),
    path("forms/<str:code>/edits/", EditsView.as_view(), name="form-edits"),
]
