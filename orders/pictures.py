"""From bytes somebody sent to a small picture without anything hidden in it.

Whatever is not a plain picture of a known format is refused before its pixels are read, and
what leaves here was encoded by us: no position, no device, no colour profile, no trailing bytes.
"""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.core.errors import TooFastError
from orders.errors import PictureInvalidError, PictureTooLargeError

LARGEST_BYTES: Final = 8 * 1024 * 1024
LARGEST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1280
QUALITY: Final = 80
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_WAIT: Final = 10.0
# A picture of the largest size takes some 150 MiB while it is read: never many at once.
_AT_ONCE: Final = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP picture."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def small_picture(raw: bytes) -> Picture:
    """Return the picture upright, at most 1280 pixels long, as WebP.

    Raises PictureTooLargeError, PictureInvalidError, TooFastError when too many are being read.
    """
    if len(raw) > LARGEST_BYTES:
        raise PictureTooLargeError
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise TooFastError
    try:
        return _encoded(_upright(raw))
    except (OSError, ValueError, SyntaxError, EOFError, UnidentifiedImageError) as error:
        raise PictureInvalidError from error
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError from error
    finally:
        _AT_ONCE.release()


def _upright(raw: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # our own limit is asked right below
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(BytesIO(raw), formats=_FORMATS)
    if image.width * image.height > LARGEST_PIXELS:
        raise PictureTooLargeError
    # a JPEG can be read small from the start
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright


def _encoded(image: Image.Image) -> Picture:
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    out = BytesIO()
    paper.save(out, "WEBP", quality=QUALITY)
    return Picture(out.getvalue(), paper.width, paper.height)
