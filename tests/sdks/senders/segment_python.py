"""Send the known set with segment-analytics-python: URL, key, ``gzip`` or ``plain``."""

import datetime as dt
import sys

from segment.analytics.client import Client

url, key, packing = sys.argv[1:4]
failed: list[str] = []
client = Client(key, host=url, gzip=packing == "gzip", on_error=lambda error, _items: failed.append(str(error)), max_retries=3)
client.identify("u-100", {"name": "李雷", "email": "Li.Lei@example.com", "vip": True, "points": 1200}, anonymous_id="a-1")
client.track(
    "u-100", "search", {"route": "SHA-PEK", "price": 1280.5, "currency": "CNY", "pax": 2, "城市": "北京 🛫", "legs": [{"from": "SHA", "n": 1}]}
)
client.track(anonymous_id="a-1", event="Product Viewed", properties={"product_id": "MU5101", "price": 899})
client.page("u-100", "Home", "首页", {"path": "/zh/home", "title": "首页"})
client.screen("u-100", "App", "Detail", {"room": "大床房"})
client.group("u-100", "corp-7", {"name": "海鸥航空"})
client.alias("a-9", "u-100")
client.track(
    "u-100", "Order Completed", {"order_id": "O-1", "total": "1280.50", "currency": "CNY"}, timestamp=dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
)
client.flush()
client.join()
sys.exit(bool(failed))
