"""Addresses of the home page, storefronts and the choice of a desk."""

from django.urls import path

from merchants import views

urlpatterns = [
    path("", views.home, name="home"),
    path("m/<slug:handle>/", views.storefront, name="storefront"),
    path("desk/", views.pick_desk, name="desk-picker"),
]
