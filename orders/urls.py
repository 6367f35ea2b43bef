"""Pages of orders, and of requests to be called back with their order form."""

from django.urls import path

from orders import desk_items, desk_requests, link_pages, request_pages, views
from orders.photo_api import photo

urlpatterns = [
    path("photos/<str:code>/", photo, name="photo"),
    path("orders/", views.history, name="orders"),
    path("o/<str:code>/", link_pages.order_page, name="order-page"),
    path("o/<str:code>/record.json", views.order_record, name="order-record"),
    path("o/<str:code>/open/", link_pages.open_order, name="order-open"),
    path("o/<str:code>/share/", link_pages.share, name="order-share"),
    path("o/<str:code>/revoke/", link_pages.revoke, name="order-revoke"),
    path("m/<slug:handle>/request/", request_pages.leave, name="leave-request"),
    path("r/<str:code>/", request_pages.request_page, name="request"),
    path("r/<str:code>/open/", request_pages.open_request, name="request-open"),
    path("r/<str:code>/withdraw/", request_pages.withdraw, name="request-withdraw"),
    path("desk/<slug:handle>/items/", desk_items.item_page, name="desk-items"),
    path("desk/<slug:handle>/items.json", desk_items.items, name="desk-items-json"),
    path("desk/<slug:handle>/items/<str:code>/drop/", desk_items.drop, name="desk-item-drop"),
    path(
        "desk/<slug:handle>/requests/<str:code>/",
        desk_requests.desk_request,
        name="desk-request",
    ),
]
