"""What events and properties of other protocols are called here. A name that is not listed stays as it was sent."""

from __future__ import annotations

from collections.abc import Mapping

_PRODUCT = {"product_id": "item_id", "sku": "item_id"}
_ORDER = {"order_id": "order_ref", "orderId": "order_ref"}
_TOTAL = {"total": "price", "revenue": "price", "value": "price"}

SEGMENT_EVENTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Products Searched": ("search", {}),
    "Product List Viewed": ("list_view", {}),
    "Product Viewed": ("detail_view", _PRODUCT),
    "Product Clicked": ("detail_view", _PRODUCT),
    "Checkout Started": ("checkout", {**_ORDER, **_TOTAL}),
    "Payment Info Entered": ("payment_attempted", {**_ORDER, **_TOTAL, "payment_method": "provider"}),
    "Order Completed": ("order_placed", {**_ORDER, **_TOTAL}),
    "Order Updated": ("order_changed", {**_ORDER, **_TOTAL}),
    "Product Added to Wishlist": ("favourite", _PRODUCT),
    "Product Shared": ("share", _PRODUCT),
    "Product Reviewed": ("review", {**_PRODUCT, "rating": "score"}),
    "Signed Up": ("sign_up", {}),
    "Signed In": ("login", {}),
    "Logged In": ("login", {}),
    "Application Opened": ("app_start", {"version": "app_version"}),
    "Application Installed": ("app_start", {"version": "app_version"}),
}
"""Segment's semantic events: our name, and what their properties are called here.

Two of theirs may fill one of ours: the first that is listed and was sent wins.
"""

SENSORS_EVENTS: Mapping[str, str] = {
    "$pageview": "page_view",
    "$AppViewScreen": "screen_view",
    "$MPViewScreen": "screen_view",
    "$AppStart": "app_start",
    "$MPLaunch": "app_start",
    "$SignUp": "identify",
}
"""Sensors' preset events that mean what one of ours means."""

SENSORS_PROPERTIES: Mapping[str, str] = {
    "$app_version": "app_version",
    "$country": "country",
    "$title": "title",
    "$referrer": "referrer",
    "$url": "url",
    "$url_path": "path",
    "$screen_name": "page",
    "$utm_source": "utm_source",
    "$utm_medium": "utm_medium",
    "$utm_campaign": "campaign",
    "$utm_content": "utm_content",
    "$utm_term": "utm_term",
    "order_id": "order_ref",
    "orderId": "order_ref",
}
"""Presets that have a name of ours; the customer's own property of that name wins."""

SENSORS_CONTEXT: Mapping[str, str] = {
    name: name[1:]
    for name in (
        "$model", "$manufacturer", "$brand", "$screen_height", "$screen_width", "$viewport_height", "$viewport_width", "$viewport_position",
        "$timezone_offset", "$wifi", "$network_type", "$carrier", "$os_version", "$browser", "$browser_version", "$app_name", "$app_id",
        "$lib_method", "$lib_detail", "$lib_plugin_version", "$data_ingestion_source", "$sdk_version",
    )
}  # fmt: skip
"""Presets that describe the device or the library: they go to the context."""

ADDRESSES = frozenset({"ip", "$ip", "ip_address", "ipAddress", "remote_addr"})
"""Network addresses are personal and never kept."""

SENSORS_IDENTITIES: Mapping[str, str] = {
    "$identity_login_id": "login",
    "$identity_anonymous_id": "anon",
    "$identity_distinct_id": "anon",
    "$identity_cookie_id": "cookie",
    "$identity_mobile": "phone",
    "$identity_email": "email",
    "$identity_mp_openid": "openid",
    "$identity_mp_weixin_openid": "openid",
    "$identity_mp_unionid": "unionid",
    "$identity_mp_weixin_unionid": "unionid",
    "$identity_android_id": "device",
    "$identity_android_uuid": "device",
    "$identity_idfv": "device",
    "$identity_ios_uuid": "device",
    "$identity_harmony_uuid": "device",
    "$identity_harmony_oaid": "device",
    "$identity_mp_id": "device",
}
"""Keys of Sensors' ``identities`` and the namespace of their ids; another key names a customer."""

EXTERNAL_IDS: Mapping[str, str] = {
    "email": "email", "phone": "phone", "mobile": "phone", "user_id": "login", "anonymous_id": "anon", "cookie": "cookie",
    "openid": "openid", "wechat_openid": "openid", "unionid": "unionid", "wechat_unionid": "unionid", "member": "member",
    "member_no": "member", "loyalty": "member", "device": "device", "device_id": "device",
    "ios.idfa": "device", "ios.idfv": "device", "android.idfa": "device", "android.id": "device",
}  # fmt: skip
"""Types of ``context.externalIds`` and the namespace of their ids; another type names a customer."""

SERVER_WORDS = frozenset({"python", "node", "java", "go", "ruby", "php", "net", "csharp", "rust", "kotlin", "server", "elixir", "clojure", "perl"})
"""A library with one of these words in its name runs on a server, whose clock and timestamps are believed."""

CLIENT_LIBRARIES = frozenset({"js", "ios", "android", "miniprogram", "harmonyos", "flutter", "reactnative", "bytedancemini", "alipaymini"})
"""Sensors' libraries (``$lib``, in lower case) that run on a person's device, whose clock may be off."""
