"""Send the known set with SensorsAnalyticsSDK: URL of ``/sa``, and the consumer: ``DefaultConsumer``, ``BatchConsumer`` or ``AsyncBatchConsumer``."""

import datetime as dt
import sys

import sensorsanalytics
from sensorsanalytics import SensorsAnalytics
from sensorsanalytics.sdk import SensorsAnalyticsIdentity as Identity

url, name = sys.argv[1:3]
sensors = SensorsAnalytics(getattr(sensorsanalytics, name)(url))
at = dt.datetime(2026, 1, 5, 8, 0, 0, 7_000)  # noqa: DTZ001 - a local time, as the library wants it
sensors.register_super_properties({"platform": "counter"})
sensors.track("a-1", "search", {"route": "SHA-PEK", "price": 1280.5, "city": "北京 🛫", "leaves": at, "day": at.date(), "tags": ["早班", "靠窗"]})
sensors.track_signup("u-100", "a-1", {"method": "sms"})
sensors.track("u-100", "detail_view", {"item_id": "MU5101", "$app_version": "8.1.0"}, is_login_id=True)
sensors.profile_set("u-100", {"name": "李雷", "email": "Li.Lei@example.com", "points": 1200}, is_login_id=True)
sensors.profile_set_once("u-100", {"first_route": "SHA-PEK"}, is_login_id=True)
sensors.profile_increment("u-100", {"points": 10}, is_login_id=True)
sensors.profile_append("u-100", {"likes": ["窗边"]}, is_login_id=True)
sensors.profile_unset("u-100", ["old"], is_login_id=True)
sensors.item_set("hotel", "H-1", {"name": "外滩酒店", "price": 899})
sensors.item_delete("hotel", "H-2")
sensors.bind(Identity(Identity.LOGIN_ID, "u-100"), Identity(Identity.MOBILE, "13812341234"))
sensors.track_by_id("favourite", {"item_id": "H-1"}, Identity(Identity.LOGIN_ID, "u-100"), Identity(Identity.EMAIL, "li.lei@example.com"))
sensors.profile_set_by_id({"city": "上海"}, Identity(Identity.MOBILE, "13812341234"))
sensors.unbind(Identity(Identity.MOBILE, "13812341234"))
sensors.track("a-2", "search", {"$time": at.replace(minute=30, microsecond=0), "route": "CAN-CTU"})
sensors.flush()
sensors.close()
