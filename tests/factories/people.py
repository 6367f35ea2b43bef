"""Customers and users."""

from itertools import count

from marketplace.accounts.models import Customer, User

_number = count(1)
PASSWORD = "a-long-enough-password"


def make_customer(**fields) -> Customer:
    return Customer.objects.create(**{"name": "Lena", **fields})


def make_user(**fields) -> User:
    number = next(_number)
    given = {"email": f"person{number}@example.com", "name": f"Person {number}", **fields}
    return User.objects.create_user(password=PASSWORD, **given)
