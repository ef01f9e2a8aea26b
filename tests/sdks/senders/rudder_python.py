"""Send the known set with rudder-sdk-python: URL, key, tag of its ids, ``gzip`` or ``plain``."""

import datetime as dt
import sys

from rudderstack.analytics.client import Client

url, key, tag, packing = sys.argv[1:5]
user, visitor = f"u-{tag}", f"a-{tag}"
failed: list[str] = []
client = Client(key, host=url, gzip=packing == "gzip", on_error=lambda error, _items: failed.append(str(error)), max_retries=3)
client.identify(user, {"name": "李雷", "email": f"Li.Lei.{tag}@example.com", "vip": True, "points": 1200}, anonymous_id=visitor)
client.track(user, "search", {"route": "SHA-PEK", "price": 1280.5, "currency": "CNY", "pax": 2, "城市": "北京 🛫", "legs": [{"from": "SHA", "n": 1}]})
client.track(anonymous_id=visitor, event="Product Viewed", properties={"product_id": "MU5101", "price": 899})
client.page(user, "Home", "首页", {"path": "/zh/home", "title": "首页"})
client.screen(user, "App", "Detail", {"room": "大床房"})
client.group(user, "corp-7", {"name": "海鸥航空"})
client.alias(f"old-{tag}", user)
client.track(
    user, "Order Completed", {"order_id": "O-1", "total": "1280.50", "currency": "CNY"}, timestamp=dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
)
client.flush()
client.join()
sys.exit(bool(failed))
