"""`make pictures`: the pictures of the documentation, taken from the running product.

The drawn people of the home page sit in front of the fake cameras; everything else is real.
"""

import argparse
import base64
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.e2e.browsers import DESK, PHONE, launch, person
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.sale import EMAIL, HANDLE, PASSWORD, PLANNED, Sale
from tests.e2e.steps import Steps

ROOT = Path(__file__).resolve().parents[2]
SCENES = ROOT / "marketplace" / "core" / "static" / "core" / "img"
TARGET = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, FRAMES = 640, 480, 5
# Runs in the browser: an SVG drawn to fill the camera's picture, as planar YUV 4:2:0, base64.
CAMERA = """async ([svg, width, height]) => {
  const image = new Image();
  image.src = 'data:image/svg+xml;base64,' + svg;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  const scale = Math.max(width / image.naturalWidth, height / image.naturalHeight);
  const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
  context.filter = 'blur(24px)';
  context.drawImage(image, -w / 2, -h / 2, w * 2, h * 2);
  context.filter = 'none';
  const inside = Math.min(1, height / h);
  context.drawImage(image, (width - w * inside) * 0.35, (height - h * inside) / 2, w * inside, h * inside);
  const { data } = context.getImageData(0, 0, width, height);
  const area = width * height;
  const out = new Uint8Array(area * 1.5);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = (y * width + x) * 4;
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    out[y * width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
    if (x % 2 || y % 2) continue;
    const chroma = (y / 2) * (width / 2) + x / 2;
    out[area + chroma] = 128 - 0.169 * r - 0.331 * g + 0.5 * b;
    out[area * 1.25 + chroma] = 128 + 0.5 * r - 0.419 * g - 0.081 * b;
  }
  let text = '';
  for (let i = 0; i < out.length; i += 32768) text += String.fromCharCode(...out.subarray(i, i + 32768));
  return btoa(text);
}"""


def camera(browser: Browser, scene: str, folder: Path) -> Path:
    """Write a y4m file of a drawn scene and return its path."""
    svg = base64.b64encode((SCENES / f"{scene}.svg").read_bytes()).decode()
    with person(browser, DESK) as page:
        frame = base64.b64decode(page.evaluate(CAMERA, [svg, WIDTH, HEIGHT]))
    path = folder / f"{scene}.y4m"
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame) * FRAMES)
    return path


def take(playwright: Playwright, url: str) -> None:
    """Take all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = launch(playwright)
        scenes = [camera(plain, name, Path(folder)) for name in ("scene-self", "scene-counter")]
        plain.close()
        guest, seller = (launch(playwright, scene) for scene in scenes)
        with (
            person(guest, PHONE, has_touch=True, device_scale_factor=2) as phone,
            person(seller, DESK) as desk,
        ):
            _sale(Sale(Customer(phone, url), Merchant(desk, url), Steps(PLANNED)))
        guest.close()
        seller.close()


def _sale(sale: Sale) -> None:
    phone, desk = sale.customer.page, sale.merchant.page
    sale.merchant.sign_in(EMAIL, PASSWORD, HANDLE)
    sale.merchant.go_online()
    sale.customer.open_storefront(HANDLE)
    phone.screenshot(path=TARGET / "storefront.png")
    sale.customer.check_devices()
    sale.customer.call()
    sale.merchant.hears_it_ring()
    desk.screenshot(path=TARGET / "ring.png")
    sale.merchant.answer()
    for side in (sale.customer, sale.merchant):
        side.wait_for_phase("live")
        side.frames_grow(30)
    sale.ask()
    sale.agree()
    phone.screenshot(path=TARGET / "order.png")
    frame = sale.sheet.open_payment()
    expect(frame.locator("#pay")).to_be_visible()
    sale.customer.frames_grow(30)
    desk.screenshot(path=TARGET / "call-merchant.png")
    phone.screenshot(path=TARGET / "payment.png")


def main() -> None:
    """Take the pictures of the product at --url."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=os.environ.get("VISAVIS_ORIGIN", "http://127.0.0.1:8000"))
    url = parser.parse_args().url.rstrip("/")
    with sync_playwright() as playwright:
        take(playwright, url)
    print(f"pictures in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
