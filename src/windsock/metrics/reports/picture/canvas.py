"""A picture as an array of light: lines with soft edges, areas between two courses, and its bytes as PNG.

Distances are exact: a pixel's share of a line of width w at distance d is ``clip(w/2 + 0.5 - d, 0, 1)``. PNG is written as its standard says
(ISO/IEC 15948): signature, IHDR, IDAT of zlib, IEND, each chunk with its CRC.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]
SIDE_MAX = 4_000


class Canvas:
    """Pixels, in red, green and blue from 0 to 255."""

    def __init__(self, width: int, height: int, ground: Colour = (255, 255, 255)) -> None:
        """Make an empty picture of at most 4,000 pixels a side."""
        self.width, self.height = min(width, SIDE_MAX), min(height, SIDE_MAX)
        self.light: NDArray[np.float64] = np.full((self.height, self.width, 3), ground, dtype=np.float64)

    def line(self, points: Points, width: float, colour: Colour, *, opacity: float = 1.0, dash: tuple[float, float] | None = None) -> None:
        """Draw a line through points; ``dash`` is how long it is drawn and left out."""
        cover = np.zeros((self.height, self.width))
        for start, end in _pieces(points, dash):
            reach = width / 2 + 1
            left, right = int(max(0, min(start[0], end[0]) - reach)), int(min(self.width, max(start[0], end[0]) + reach + 2))
            top, foot = int(max(0, min(start[1], end[1]) - reach)), int(min(self.height, max(start[1], end[1]) + reach + 2))
            if left >= right or top >= foot:
                continue
            ys, xs = np.mgrid[top:foot, left:right]
            part = np.clip(width / 2 + 0.5 - _distance(xs + 0.5, ys + 0.5, start, end), 0, 1)
            cover[top:foot, left:right] = np.maximum(cover[top:foot, left:right], part)
        self._blend(cover * opacity, colour)

    def between(self, xs: Sequence[float], tops: Sequence[float], feet: Sequence[float], colour: Colour, opacity: float) -> None:
        """Fill what lies between two courses over the same places from left to right."""
        columns = np.arange(self.width) + 0.5
        inside = (columns >= xs[0]) & (columns <= xs[-1])
        top, foot = np.interp(columns, xs, tops), np.interp(columns, xs, feet)
        rows = (np.arange(self.height) + 0.5)[:, None]
        cover = np.clip(foot[None, :] - rows + 0.5, 0, 1) * np.clip(rows - top[None, :] + 0.5, 0, 1) * inside[None, :]
        self._blend(cover * opacity, colour)

    def hatch(self, left: float, right: float, top: float, foot: float, colour: Colour) -> None:
        """Lay slanted lines over a part, as over days that are not over."""
        ys, xs = np.mgrid[0 : self.height, 0 : self.width]
        lines = np.clip(1.5 - np.abs((xs + ys) % 12 - 6), 0, 1)
        inside = (xs >= left) & (xs <= right) & (ys >= top) & (ys <= foot)
        self._blend(lines * inside * 0.5, colour)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw a filled circle."""
        ys, xs = np.mgrid[0 : self.height, 0 : self.width]
        self._blend(np.clip(radius + 0.5 - np.hypot(xs + 0.5 - x, ys + 0.5 - y), 0, 1), colour)

    def png(self) -> bytes:
        """Return the picture as PNG, 8 bits a colour."""
        pixels = np.clip(np.rint(self.light), 0, 255).astype(np.uint8)
        rows = np.concatenate([np.zeros((self.height, 1), np.uint8), pixels.reshape(self.height, -1)], axis=1)
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)) + _chunk(b"IEND", b"")

    def _blend(self, cover: NDArray[np.float64], colour: Colour) -> None:
        share = cover[:, :, None]
        self.light = self.light * (1 - share) + np.array(colour, dtype=np.float64) * share


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _distance(xs: NDArray[np.float64], ys: NDArray[np.float64], start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float64]:
    """Return the distance of each pixel from a piece of a line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = np.zeros_like(xs) if length == 0 else np.clip(((xs - start[0]) * dx + (ys - start[1]) * dy) / length, 0, 1)
    return np.hypot(xs - start[0] - along * dx, ys - start[1] - along * dy)


def _pieces(points: Points, dash: tuple[float, float] | None) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the pieces of a line; a dashed one is cut along its length."""
    pieces = list(itertools.pairwise(points)) or [(points[0], points[0])]
    if dash is None:
        return pieces
    found: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for start, end in pieces:
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        at = 0.0
        while at < length:
            first, last = at / length, min(length, at + dash[0]) / length
            ends = [(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in (first, last)]
            found.append((ends[0], ends[1]))
            at += sum(dash)
    return found
