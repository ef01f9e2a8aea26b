"""What Gull sells: flights of Gull Air and rooms of Gull Stays, with capacity and base prices; and through whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from windsock.demo.columns import Floats, Ints
from windsock.demo.model import Plan
from windsock.demo.streams import Streams

HOME = "TAO"
# Origin, destination, base fare one way in CNY, share of demand, international.
PAIRS: tuple[tuple[str, str, int, float, bool], ...] = (
    ("TAO", "SHA", 560, 1.35, False),
    ("TAO", "PEK", 520, 1.25, False),
    ("TAO", "CAN", 820, 1.1, False),
    ("TAO", "ICN", 980, 0.8, True),
    ("TAO", "XMN", 700, 0.95, False),
    ("TAO", "HGH", 540, 1.0, False),
    ("TAO", "CTU", 860, 1.05, False),
    ("TAO", "DLC", 380, 0.9, False),
    ("TAO", "SYX", 1080, 0.95, False),
    ("XMN", "HGH", 480, 0.85, False),
    ("XMN", "SYX", 620, 0.8, False),
    ("TAO", "KIX", 1320, 0.75, True),
)
# Name in English and Chinese, city, share of demand, base rate a night in CNY, rooms, take rate in millionths.
HOTELS: tuple[tuple[str, str, str, float, int, int, int], ...] = (
    ("Gull Stay Qingdao Bay", "海鸥居·青岛湾", "TAO", 1.3, 520, 66, 150_000),
    ("Gull Stay Shanghai Bund", "海鸥居·上海外滩", "SHA", 1.3, 760, 62, 140_000),
    ("Gull Stay Xiamen Harbour", "海鸥居·厦门港", "XMN", 1.1, 480, 60, 160_000),
    ("Gull Stay Sanya Beach", "海鸥居·三亚海滩", "SYX", 1.2, 820, 64, 170_000),
    ("Gull Stay Qingdao Old Town", "海鸥居·青岛老城", "TAO", 0.9, 420, 56, 150_000),
    ("Gull Stay Beijing Lakes", "海鸥居·北京什刹海", "PEK", 1.1, 720, 58, 140_000),
    ("Gull Stay Hangzhou West Lake", "海鸥居·杭州西湖", "HGH", 1.1, 640, 62, 150_000),
    ("Gull Stay Dalian Cliff", "海鸥居·大连崖", "DLC", 0.8, 400, 56, 180_000),
    ("Gull Stay Chengdu Alley", "海鸥居·成都巷子", "CTU", 0.9, 460, 60, 160_000),
    ("Gull Stay Shanghai Hongqiao", "海鸥居·上海虹桥", "SHA", 0.9, 540, 60, 140_000),
    ("Gull Stay Sanya Palms", "海鸥居·三亚椰林", "SYX", 0.8, 580, 60, 170_000),
    ("Gull Stay Xiamen Garden", "海鸥居·厦门花园", "XMN", 0.8, 440, 56, 160_000),
)
CITY_NAMES = {
    "TAO": ("Qingdao", "青岛"),
    "SHA": ("Shanghai", "上海"),
    "PEK": ("Beijing", "北京"),
    "CAN": ("Guangzhou", "广州"),
    "ICN": ("Seoul", "首尔"),
    "XMN": ("Xiamen", "厦门"),
    "HGH": ("Hangzhou", "杭州"),
    "CTU": ("Chengdu", "成都"),
    "DLC": ("Dalian", "大连"),
    "SYX": ("Sanya", "三亚"),
    "KIX": ("Osaka", "大阪"),
}
LADDER = np.array([0.56, 0.72, 0.9, 1.16, 1.5])
ROOM_FACTORS = np.array([1.0, 1.3, 1.6])
ROOM_SHARES = np.array([0.6, 0.25, 0.15])
OVERBOOKING = 0.03
SEATS_A_DAY = 24 * 78.0


@dataclass(frozen=True)
class World:
    """Goods by index.

    Attributes:
        flight_*: one entry per daily flight; ``pair`` and ``direction`` say its route, ``route_index`` = 2 * pair + direction.
        room_*: one entry per (hotel, room type) = 3 * hotel + type.
    """

    routes: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    international: npt.NDArray[np.bool_]
    route_fare: Floats
    route_share: Floats
    frequency: int
    flight_numbers: tuple[str, ...]
    flight_route: Ints
    flight_seats: Ints
    flight_limit: Ints
    flight_minute: Ints
    hotels: tuple[str, ...]
    hotels_zh: tuple[str, ...]
    hotel_city: tuple[str, ...]
    hotel_share: Floats
    hotel_take: Ints
    room_rate: Floats
    room_count: Ints

    @property
    def pairs(self) -> int:
        """Number of city pairs."""
        return len(self.routes) // 2


def make_world(plan: Plan, streams: Streams) -> World:
    """Return the goods of a world; at 150,000 people 12 pairs, 24 flights of 72 to 90 seats a day and 12 hotels of about 60 rooms."""
    root = float(np.sqrt(min(plan.scale, 1.0)))
    pairs = PAIRS[: int(np.clip(round(12 * root), 2, 12))]
    hotels = HOTELS[: int(np.clip(round(12 * root), 2, 12))]
    frequency = max(1, round(plan.scale))
    draws = streams.of("world")
    routes = [(a, b) for first, second, *_ in pairs for a, b in ((first, second), (second, first))]
    share = np.repeat(np.array([pair[3] for pair in pairs]), 2)
    flight_route = np.repeat(np.arange(len(routes)), frequency)
    spread = share[flight_route] / share[flight_route].mean()
    wanted: Floats = SEATS_A_DAY * plan.scale / len(flight_route) * np.clip(0.45 + 0.55 * spread, 0.92, 1.16)
    seats = np.maximum(4, np.round(wanted)).astype(np.int64)
    minutes = (6 * 60 + draws.integers(0, 15 * 12, len(flight_route)) * 5).astype(np.int64)
    numbers = tuple(f"GU{1001 + 2 * (index // 2) * frequency + 2 * turn + index % 2}" for index in range(len(routes)) for turn in range(frequency))
    rooms = np.repeat(np.array([hotel[5] for hotel in hotels], dtype=np.float64), 3) * np.tile(ROOM_SHARES, len(hotels))
    rooms *= plan.scale * 12 / len(hotels)
    return World(
        routes=tuple(f"{a}-{b}" for a, b in routes),
        origins=tuple(a for a, _ in routes),
        destinations=tuple(b for _, b in routes),
        international=np.repeat(np.array([pair[4] for pair in pairs]), 2),
        route_fare=np.repeat(np.array([pair[2] for pair in pairs], dtype=np.float64), 2),
        route_share=share,
        frequency=frequency,
        flight_numbers=numbers,
        flight_route=flight_route.astype(np.int64),
        flight_seats=seats,
        flight_limit=np.floor(seats * (1 + OVERBOOKING)).astype(np.int64),
        flight_minute=minutes,
        hotels=tuple(hotel[0] for hotel in hotels),
        hotels_zh=tuple(hotel[1] for hotel in hotels),
        hotel_city=tuple(hotel[2] for hotel in hotels),
        hotel_share=np.array([hotel[3] for hotel in hotels]),
        hotel_take=np.array([hotel[6] for hotel in hotels], dtype=np.int64),
        room_rate=np.repeat(np.array([hotel[4] for hotel in hotels], dtype=np.float64), 3) * np.tile(ROOM_FACTORS, len(hotels)),
        room_count=np.maximum(1, np.round(rooms)).astype(np.int64),
    )
