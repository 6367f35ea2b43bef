"""Flat-colour cameras: one colour per person proves whose picture is shown where."""

from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT, FRAMES = 320, 240, 15


@dataclass(frozen=True)
class Colour:
    """A colour as a camera gives it (Y, U, V) and the channel a screen shows strongest."""

    name: str
    yuv: tuple[int, int, int]
    strongest: int


RED = Colour("red", (82, 90, 240), 0)
BLUE = Colour("blue", (41, 240, 110), 2)


def write(folder: Path, colour: Colour) -> Path:
    """Write a y4m file of flat frames and return its path."""
    y, u, v = colour.yuv
    area = WIDTH * HEIGHT
    frame = b"FRAME\n" + bytes([y]) * area + bytes([u]) * (area // 4) + bytes([v]) * (area // 4)
    path = folder / f"{colour.name}.y4m"
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + frame * FRAMES)
    return path


# Runs in the page: the middle pixel of a <video>, or null while there is no picture.
PIXEL = """video => {
  if (!video || !video.videoWidth) return null;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def shows(pixel: list[int] | None, colour: Colour) -> bool:
    """Say whether a pixel is clearly of that camera."""
    if pixel is None:
        return False
    others = [value for channel, value in enumerate(pixel) if channel != colour.strongest]
    return pixel[colour.strongest] > max(others) + 60
