"""Pages of orders, and of requests to be called back with their order form."""

from django.urls import path

from orders import desk_requests, request_pages
from orders.views import order_page

urlpatterns = [
    path("o/<str:code>/", order_page, name="order-page"),
    path("m/<slug:handle>/request/", request_pages.leave, name="leave-request"),
    path("r/<str:code>/", request_pages.request_page, name="request"),
    path("r/<str:code>/open/", request_pages.open_request, name="request-open"),
    path("r/<str:code>/withdraw/", request_pages.withdraw, name="request-withdraw"),
    path(
        "desk/<slug:handle>/requests/<str:code>/",
        desk_requests.desk_request,
        name="desk-request",
    ),
]
