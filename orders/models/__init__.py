"""Rows of the order form and of the order."""

from orders.models.order import Order, OrderCounter, OrderLine
from orders.models.order_form import FormEdit, InformationRequest, OrderForm

__all__ = ["FormEdit", "InformationRequest", "Order", "OrderCounter", "OrderForm", "OrderLine"]
