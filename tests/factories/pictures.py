"""Pictures as cameras make them."""

import random
from io import BytesIO
from typing import Any

from PIL import Image


def picture(width: int = 64, height: int = 48, *, kind: str = "JPEG", **how: Any) -> bytes:
    """The bytes of a picture with something in it; another one each time."""
    image = Image.new("RGB", (width, height), (random.randrange(256), 80, 120))
    for _ in range(20):
        image.putpixel(
            (random.randrange(width), random.randrange(height)), (random.randrange(256), 0, 0)
        )
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()
