"""`make story`: one sale in two real browsers against a running product."""

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.e2e import cameras
from tests.e2e.browsers import DESK, PHONE, launch, person
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.quick_sale import QuickSale
from tests.e2e.sale import EMAIL, HANDLE, PASSWORD, PLANNED, Sale
from tests.e2e.steps import Steps


def tell(playwright: Playwright, url: str) -> Sale:
    """Run the whole sale; raises on the first thing that is not as it should be."""
    steps = Steps(PLANNED)
    with tempfile.TemporaryDirectory() as folder:
        red = launch(playwright, cameras.write(Path(folder), cameras.RED))
        blue = launch(playwright, cameras.write(Path(folder), cameras.BLUE))
        try:
            with person(red, PHONE, has_touch=True) as phone, person(blue, DESK) as desk:
                sale = Sale(Customer(phone, url), Merchant(desk, url), steps)
                _run(sale)
            with person(red, PHONE, has_touch=True) as phone, person(blue, DESK) as desk:
                quick = QuickSale(Customer(phone, url), Merchant(desk, url), steps)
                quick.run(email=EMAIL, password=PASSWORD, handle=HANDLE)
        finally:
            steps.end()
        red.close()
        blue.close()
    return sale


def _run(sale: Sale) -> None:
    try:
        sale.run()
        sale.customer.look_back()
        sale.merchant.look_back()
    except BaseException:
        _keep(sale.customer.page, "customer")
        _keep(sale.merchant.page, "merchant")
        raise


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("STORY_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/story-{name}.png")
        print(name, page.url, page.errors)  # type: ignore[attr-defined]


def main() -> None:
    """Tell the story of the product at --url."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=os.environ.get("VISAVIS_ORIGIN", "http://127.0.0.1:8000"))
    url = parser.parse_args().url.rstrip("/")
    with sync_playwright() as playwright:
        tell(playwright, url)


if __name__ == "__main__":
    main()
