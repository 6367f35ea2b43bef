"""Pages of orders."""

from django.urls import path

from orders.views import order_page

urlpatterns = [path("o/<str:code>/", order_page, name="order-page")]
