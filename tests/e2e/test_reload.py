"""Either side reloads in the middle: ringing, asked, typing. Everything comes back as it was."""

import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import cameras
from tests.e2e.browsers import DESK, PHONE, launch, person
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.sale import EMAIL, HANDLE, PASSWORD, Sale
from tests.e2e.steps import Steps


@pytest.fixture
def sale(playwright, product):
    with tempfile.TemporaryDirectory() as folder:
        red = launch(playwright, cameras.write(Path(folder), cameras.RED))
        with person(red, PHONE, has_touch=True) as phone, person(red, DESK) as desk:
            yield Sale(Customer(phone, product.url), Merchant(desk, product.url), Steps(0))
        red.close()


@pytest.mark.proves("C16", "P2.4", "INV-C14", "INV-F3")
def test_reload_while_ringing_and_while_asked_loses_nothing(sale):
    customer, merchant, sheet, window = sale.customer, sale.merchant, sale.sheet, sale.window
    merchant.sign_in(EMAIL, PASSWORD, HANDLE)
    merchant.go_online()
    customer.open_storefront(HANDLE)
    customer.check_devices()
    customer.call()
    customer.wait_for_phase("ringing")
    customer.page.reload()
    customer.wait_for_phase("ringing")
    merchant.hears_it_ring()
    merchant.page.reload()
    merchant.hears_it_ring()
    merchant.answer()
    for side in (customer, merchant):
        side.wait_for_phase("live")

    window.open()
    window.ask_for(["address"], "")
    sheet.is_asked("asks for")
    sheet.type("address.city", "Hamburg")
    window.shows("address.city", "Hamburg")
    customer.page.reload()
    customer.wait_for_phase("live", seconds=40)
    sheet.is_asked("asks for")
    expect(sheet.box("address.city")).to_have_value("Hamburg")
    sheet.type("address.postal_code", "20253")
    merchant.page.reload()
    merchant.wait_for_phase("live", seconds=40)
    window.shows("address.postal_code", "20253", seconds=10)
    for side in (customer, merchant):
        side.frames_grow(seconds=40)
    customer.page.locator("#hang-up").click()
    customer.wait_for_phase("ended")
