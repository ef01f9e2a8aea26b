"""Send the known set with SensorsAnalyticsSDK: URL of ``/sa``, tag of its ids, a phone, and the name of a consumer."""

import datetime as dt
import sys

import sensorsanalytics
from sensorsanalytics import SensorsAnalytics
from sensorsanalytics.sdk import SensorsAnalyticsIdentity as Identity

url, tag, phone, name = sys.argv[1:5]
user, visitor = f"u-{tag}", f"a-{tag}"
sensors = SensorsAnalytics(getattr(sensorsanalytics, name)(url))
at = dt.datetime(2026, 1, 5, 8, 0, 0, 7_000)  # noqa: DTZ001 - a local time, as the library wants it
sensors.register_super_properties({"platform": "counter"})
sensors.track(visitor, "search", {"route": "SHA-PEK", "price": 1280.5, "city": "北京 🛫", "leaves": at, "day": at.date(), "tags": ["早班", "靠窗"]})
sensors.track_signup(user, visitor, {"method": "sms"})
sensors.track(user, "detail_view", {"item_id": "MU5101", "$app_version": "8.1.0"}, is_login_id=True)
sensors.profile_set(user, {"name": "李雷", "email": f"Li.Lei.{tag}@example.com", "points": 1200}, is_login_id=True)
sensors.profile_set_once(user, {"first_route": "SHA-PEK"}, is_login_id=True)
sensors.profile_increment(user, {"points": 10}, is_login_id=True)
sensors.profile_append(user, {"likes": ["窗边"]}, is_login_id=True)
sensors.profile_unset(user, ["old"], is_login_id=True)
sensors.item_set("hotel", "H-1", {"name": "外滩酒店", "price": 899})
sensors.item_delete("hotel", "H-2")
sensors.bind(Identity(Identity.LOGIN_ID, user), Identity(Identity.MOBILE, phone))
sensors.track_by_id("favourite", {"item_id": "H-1"}, Identity(Identity.LOGIN_ID, user), Identity(Identity.EMAIL, f"li.lei.{tag}@example.com"))
sensors.profile_set_by_id({"city": "上海"}, Identity(Identity.MOBILE, phone))
sensors.unbind(Identity(Identity.MOBILE, phone))
sensors.track(f"b-{tag}", "search", {"$time": at.replace(minute=30, microsecond=0), "route": "CAN-CTU"})
sensors.flush()
sensors.close()
