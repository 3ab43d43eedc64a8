"""Photos as people send them, made into what may be kept: at most 2,048 pixels, upright, without EXIF, JPEG.

What is kept is always painted anew from the picture's dots, so that nothing else that was in the file comes along.
"""

import asyncio
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import IO

import msgspec
from PIL import Image, ImageOps

from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _

FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 2_048
SMALL_SIDE = 360
"""Of the small picture beside it, which a page shows on a slow network."""
LARGEST_JPEG = 80_000_000
"""Dots. A JPEG is read at a half, a quarter or an eighth of its size, so that a phone's 64 megapixels may come."""
LARGEST = 8_000_000
"""Dots of a PNG or WebP, which are read whole: 32 MB at four bytes a dot. A picture of a phone's screen has five million."""
SMALL = LONGEST_SIDE**2
"""Dots: what our page has made of a photo before it was sent. Nothing larger is ever before it in its queue."""


class Shot(msgspec.Struct, frozen=True):
    """A photo as it may be kept, whole and small."""

    whole: bytes
    small: bytes


def shot(data: bytes, name: str = "photo") -> Shot:
    whole = clean(data, name)
    return Shot(whole, _painters(small=False).submit(_small, whole).result())


async def painted(sent: Sequence[IO[bytes]], name: str, *, small: bool) -> Sequence[Shot | Mistaken]:
    """Of each what may be kept. All are looked at before the first is read whole: where one is no photo, none is painted."""
    return await asyncio.wrap_future(_painters(small=small).submit(_all, [one.read() for one in sent], name))


def clean(data: bytes, name: str = "photo") -> bytes:
    """The picture as JPEG. `name` is the form's field that is marked where it is none."""
    return _painters(small=False).submit(_clean, data, name).result()


def is_small(sent: IO[bytes]) -> bool:
    """By its head. What is no photo is small too: nothing of it is painted."""
    try:
        with _opened(sent.read(), "photo") as picture:
            return picture.width * picture.height <= SMALL
    except Mistaken:
        return True
    finally:
        sent.seek(0)


@cache
def _painters(*, small: bool) -> ThreadPoolExecutor:
    """One for the small and one for the large, always the same: glibc keeps what a thread has freed, and thirty-two would keep it all."""
    return ThreadPoolExecutor(1, "small photo" if small else "photo")


def _all(sent: Sequence[bytes], name: str) -> Sequence[Shot | Mistaken]:
    try:
        for data in sent:
            with _opened(data, name):
                pass
        whole = [_clean(data, name) for data in sent]
    except Mistaken as error:
        return [error] * len(sent)
    return [Shot(one, _small(one)) for one in whole]


def _clean(data: bytes, name: str) -> bytes:
    with _opened(data, name) as picture:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        return _painted(ImageOps.exif_transpose(picture))


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """The picture, of which only the head is read yet. Raises Mistaken, also for what shows itself while it is painted."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _must_fit(picture, name)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    # Pillow raises whatever a broken file makes of its readers.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, OverflowError, MemoryError) as error:
        raise _mistaken(name, _("This is no photo that can be read. Please take it with the camera, or send a JPEG or PNG.")) from error


def _must_fit(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > (LARGEST_JPEG if picture.format == "JPEG" else LARGEST):
        raise _too_large(name)


def _painted(picture: Image.Image) -> bytes:
    """The dots alone; on white, where it was see-through."""
    seen = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "PA", "P") else picture.convert("RGB")
    fresh = Image.new("RGB", seen.size, "white")
    fresh.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return _jpeg(fresh, 82)


def _small(whole: bytes) -> bytes:
    with Image.open(io.BytesIO(whole), formats=("JPEG",)) as picture:
        picture.thumbnail((SMALL_SIDE, SMALL_SIDE), reducing_gap=2.0)
        return _jpeg(picture, 70)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality, optimize=True)
    return kept.getvalue()


def _too_large(name: str) -> Mistaken:
    return _mistaken(name, _("This picture has too many dots. Please send it as JPEG, as the camera takes it."))


def _mistaken(name: str, why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {name: why})
