"""Addresses of the operators' console and of the merchant's orders."""

from django.urls import path

from marketplace.console import desk_calls, desk_order, desk_orders, desk_reception, views

urlpatterns = [
    path("operator/", views.overview, name="operator"),
    path("operator/merchants/", views.merchants, name="operator-merchants"),
    path("operator/payments/", views.payments, name="operator-payments"),
    path("operator/settlements/", views.settlements, name="operator-settlements"),
    path("operator/events/", views.events, name="operator-events"),
    path("desk/<slug:handle>/reception/", desk_reception.reception, name="desk-reception"),
    path(
        "desk/<slug:handle>/reception/closure/",
        desk_reception.closure,
        name="desk-reception-closure",
    ),
    path("desk/<slug:handle>/calls/", desk_calls.call_list, name="desk-calls"),
    path("desk/<slug:handle>/calls/<str:code>/", desk_calls.call_record, name="desk-call-record"),
    path("desk/<slug:handle>/calls/<str:code>/note/", desk_calls.note, name="desk-call-note"),
    path("desk/<slug:handle>/calls/<str:code>/block/", desk_calls.block, name="desk-call-block"),
    path(
        "desk/<slug:handle>/calls/<str:code>/unblock/",
        desk_calls.unblock,
        name="desk-call-unblock",
    ),
    path("desk/<slug:handle>/orders/", desk_orders.order_list, name="desk-orders"),
    path(
        "desk/<slug:handle>/orders/export.csv",
        desk_orders.order_export,
        name="desk-orders-export",
    ),
    path("desk/<slug:handle>/orders/<str:code>/", desk_order.order_detail, name="desk-order"),
    path(
        "desk/<slug:handle>/orders/<str:code>/fulfil/",
        desk_order.fulfil,
        name="desk-order-fulfil",
    ),
    path(
        "desk/<slug:handle>/orders/<str:code>/record.json",
        desk_order.order_record,
        name="desk-order-record",
    ),
]
