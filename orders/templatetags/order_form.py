"""What the form's templates ask of the fields."""

from django import template

from orders.countries import COUNTRIES

register = template.Library()


@register.simple_tag
def country_codes() -> list[str]:
    """Return the codes a country field offers; the page names them in its own language."""
    return sorted(COUNTRIES)
