"""The customer's sheet as a test sees it, and a merchant who speaks to the form's socket directly."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsers import until
from tests.e2e.order_pages import CustomerSheet
from tests.e2e.test_call_look import both, meet

SAY = "([type, data]) => window.__visavis.formSocket.request(type, data)"
WRITE = """async (values) => {
  const { form } = window.__visavis;
  for (const [key, value] of Object.entries(values)) { form.edit(key, value); form.leave(key); }
  await form.outbox.settled();
}"""
SETTLE = """async (type) => {
  const { form, formSocket } = window.__visavis;
  const reply = await formSocket.request(type, await form.shown());
  if (reply.confirmations) form.confirmed(reply.confirmations);
  if (reply.order) form.change('order', { order: reply.order, state: 'ordered' });
  return reply;
}"""
VALUE = "(key) => window.__visavis.form.book.of(key).value"


class Form:
    """One side's form, driven without its fields."""

    def __init__(self, page: Page) -> None:
        """Wait until the form is there."""
        self.page = page
        ready = "() => Boolean(window.__visavis?.form?.ready)"
        until(page, lambda: page.evaluate(ready), what="the form")

    def say(self, kind: str, **data: object) -> Any:
        """Send one frame; returns its reply."""
        return self.page.evaluate(SAY, [kind, data])

    def ask(self, *fields: str, hint: str = "", **choices: list[str]) -> str:
        """Ask the customer for fields; returns the request's code."""
        offered = {key.replace("__", "."): texts for key, texts in choices.items()}
        reply = self.say("request.send", fields=list(fields), hint=hint, choices=offered)
        return str(reply["request"]["request"])

    def write(self, values: dict[str, str]) -> None:
        """Write values into fields, as a person would, and wait until the server has them."""
        self.page.evaluate(WRITE, values)

    def confirm(self) -> None:
        """Confirm what this side shows."""
        self.page.evaluate(SETTLE, "form.confirm")

    def order(self) -> dict[str, Any]:
        """Create the order; returns its summary."""
        return dict(self.page.evaluate(SETTLE, "order.create")["order"])

    def value(self, key: str) -> str:
        """What this side knows of a field."""
        return str(self.page.evaluate(VALUE, key))

    def knows(self, key: str, value: str) -> None:
        """Wait until this side knows a value."""
        until(self.page, lambda: self.value(key) == value, what=f"{key} = {value}")


class Sheet(CustomerSheet):
    """The customer's sheet with fields asked one by one."""

    def field(self, key: str) -> Locator:
        """A field of the input window."""
        return self.sheet.locator(f'[data-part="request"] [data-field="{key}"]')

    def write(self, key: str, text: str) -> None:
        """Type into a field of the input window, key by key."""
        self.field(key).locator('[data-part="box"]').click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text, delay=10)

    def asked(self) -> list[str]:
        """The fields one sees, in order."""
        fields = self.sheet.locator('[data-part="request"] [data-field]:visible')
        return [found.get_attribute("data-field") or "" for found in fields.all()]

    def shows(self, view: str) -> None:
        """Wait until the sheet is open and shows this view."""
        expect(self.sheet).to_have_attribute("data-view", view)
        expect(self.sheet).to_be_visible()


@contextmanager
def at_the_counter(browser: Browser, url: str, **options: object) -> Iterator[tuple[Sheet, Form]]:
    """A call with the customer's sheet on the one side, the merchant's form on the other."""
    with both(browser, url, **options) as (customer, merchant):
        meet(customer, merchant)
        Form(customer.page)
        yield Sheet(customer.page), Form(merchant.page)
