"""Addresses of the operators' console and of the merchant's orders."""

from django.urls import path

from marketplace.console import desk_orders, views

urlpatterns = [
    path("operator/", views.overview, name="operator"),
    path("operator/merchants/", views.merchants, name="operator-merchants"),
    path("operator/payments/", views.payments, name="operator-payments"),
    path("operator/settlements/", views.settlements, name="operator-settlements"),
    path("operator/events/", views.events, name="operator-events"),
    path("desk/<slug:handle>/orders/", desk_orders.order_list, name="desk-orders"),
    path("desk/<slug:handle>/orders/<str:code>/", desk_orders.order_detail, name="desk-order"),
]
