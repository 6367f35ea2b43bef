"""Pictures: made small, upright and clean; whatever is none is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from marketplace.core.errors import TooFastError
from orders import pictures
from orders.errors import PictureInvalidError, PictureTooLargeError
from orders.pictures import LARGEST_BYTES, small_picture
from tests.factories.pictures import picture


def opened(made):
    return Image.open(BytesIO(made.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_becomes_a_small_webp(kind):
    made = small_picture(picture(2600, 1300, kind=kind))
    image = opened(made)
    assert (image.format, image.size) == ("WEBP", (1280, 640))
    assert (made.width, made.height) == (1280, 640)
    assert len(made.digest) == 64


def test_small_picture_keeps_its_size():
    made = small_picture(picture(30, 20))
    assert (made.width, made.height) == (30, 20)


def test_position_and_device_are_gone_and_the_picture_is_upright():
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera 3000"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # where it was taken
    raw = picture(40, 20, exif=exif)
    assert b"SecretCamera" in raw
    made = small_picture(raw)
    assert (made.width, made.height) == (20, 40)
    assert b"SecretCamera" not in made.content
    assert not dict(opened(made).getexif())


def test_what_is_transparent_becomes_white():
    raw = BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(raw, "PNG")
    made = opened(small_picture(raw.getvalue())).convert("RGB")
    assert made.getpixel((4, 4)) == (255, 255, 255)


def test_only_the_first_of_moving_pictures_stays():
    raw = BytesIO()
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    frames[0].save(raw, "WEBP", save_all=True, append_images=frames[1:])
    assert getattr(opened(small_picture(raw.getvalue())), "n_frames", 1) == 1


WRONG = {
    "nothing": b"",
    "text": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html behind a jpeg's first bytes": b"\xff\xd8\xff<script>alert(1)</script>",
    "half a picture": picture(400, 400)[:900],
    "gif": b"GIF89a" + bytes(40),
    "tiff": b"II*\x00" + bytes(40),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "icns": b"icns" + bytes(40),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_picture_is_refused(what):
    with pytest.raises(PictureInvalidError):
        small_picture(WRONG[what])


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(8000, 8000), (60_000, 60_000), (2**31 - 1, 1)])
def test_bomb_is_refused_before_its_pixels_are_read(width, height, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _image: pytest.fail("read"))
    with pytest.raises((PictureTooLargeError, PictureInvalidError)):
        small_picture(bomb(width, height))


def test_the_same_bomb_without_the_limit_reads_its_pixels_control(monkeypatch):
    """Control: with the limit off, the bomb is read (and only then found to be cut short)."""
    monkeypatch.setattr(pictures, "LARGEST_PIXELS", 10**9)
    read, real = [], ImageFile.ImageFile.load

    def load(image):
        read.append(image.size)
        return real(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(PictureInvalidError):
        small_picture(bomb(8000, 8000))
    assert read == [(8000, 8000)]


def test_too_many_bytes_are_refused():
    with pytest.raises(PictureTooLargeError):
        small_picture(bytes(LARGEST_BYTES + 1))


def test_more_at_once_than_can_be_read_is_refused_and_the_place_comes_back(monkeypatch):
    monkeypatch.setattr(pictures, "_WAIT", 0.01)
    for _ in range(2):
        assert pictures._AT_ONCE.acquire(timeout=1)
    try:
        with pytest.raises(TooFastError):
            small_picture(picture(9, 9))
    finally:
        for _ in range(2):
            pictures._AT_ONCE.release()
    for _ in range(5):
        with pytest.raises(PictureInvalidError):
            small_picture(b"x")
    assert small_picture(picture(9, 9)).width == 9
