"""Events as Arrow tables in the shape that the loader of events takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from windsock.demo.clickstream.sessions import AFTER, BOTS, STAFF, VERSIONS
from windsock.demo.clickstream.steps import CODE, EVENTS
from windsock.demo.clickstream.warts import Arrival
from windsock.demo.columns import Array, Ints, constant, flags, hex_text, mix, money, picked, whole
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.model import ANCILLARIES, APP, CHANNELS, DEVICES, MINI, PROVIDERS, WEB, Plan
from windsock.demo.people import member_numbers
from windsock.demo.world import World

SOURCES = ("gull_web", "gull_app", "gull_mini_program")
_PLATFORMS = ("web", "android", "ios", "wechat")
_CAMPAIGNS = ("autumn_sale", "member_day", "brand_search", "friends")
_PAX_MOST = 8
COUPON_YUAN = 50
_COUPON_WORDS = f'{{"coupon": "GULL{COUPON_YUAN}", "campaign": "members", "value": {COUPON_YUAN}}}'


@dataclass(frozen=True)
class Print:
    """What every day's rows are written with: the world, the plan, and the references of the window's orders."""

    world: World
    plan: Plan
    order_refs: Array


def make_events(sessions: Sessions, steps: Steps, arrival: Arrival, out: Print, day: int) -> pa.Table:
    """Return the rows that arrive of a day's events, by time received."""
    world, plan, order_refs = out.world, out.plan, out.order_refs
    order = np.argsort(arrival.received_ms, kind="stable")
    rows, nobody, foreign = arrival.rows[order], arrival.nobody[order], arrival.foreign[order]
    of, event = steps.session[rows], steps.event[rows]
    kind, channel, device = sessions.kind[of], sessions.channel[of], sessions.device[of]
    user = np.where(nobody, -1, sessions.user[of])
    cents, item = steps.cents[rows], steps.item[rows]
    placed = steps.order[rows]
    platform = np.where(channel == WEB, 0, np.where(channel == MINI, 3, device))
    return pa.table(
        {
            "message_id": hex_text(mix((plan.start_ordinal + day) * 100_000_000 + rows, 7)),
            "anonymous_id": hex_text(sessions.visitor[of], missing=nobody),
            "user_id": member_numbers(np.maximum(user, 0), missing=user < 0),
            "event": picked(event, EVENTS),
            "client_ms": whole(arrival.client_ms[order]),
            "sent_ms": whole(arrival.sent_ms[order]),
            "received_ms": whole(arrival.received_ms[order]),
            "channel": picked(channel, CHANNELS),
            "device": picked(device, DEVICES),
            "platform": picked(platform, _PLATFORMS),
            "route": picked(np.where(event == CODE["login"], -1, sessions.route[of]), world.routes),
            "property": picked(sessions.hotel[of], world.hotels),
            "item_id": picked(item, ANCILLARIES),
            "price": money(np.maximum(cents, 0), missing=cents < 0),
            "currency": picked(np.where(cents < 0, -1, foreign.astype(np.int64)), ("CNY", "USD")),
            "session_id": whole((plan.start_ordinal + day) * 10_000_000 + of),
            "order_ref": order_refs.take(pa.array(np.maximum(placed, 0), mask=placed < 0)),
            "provider": picked(steps.provider[rows], PROVIDERS),
            "outcome": picked(steps.outcome[rows], ("succeeded", "failed")),
            "country": constant("CN", len(rows)),
            "app_version": picked(np.where(channel == APP, sessions.version[of], -1), VERSIONS),
            "bot": flags(kind == BOTS),
            "internal": flags(kind == STAFF),
            "properties": _properties(sessions, of, event, plan),
        }
    )


def _properties(sessions: Sessions, of: Ints, event: Ints, plan: Plan) -> Array:
    """Return JSON: what was searched for; the app renamed one property in its new release; where a bounce came from."""
    search = event == CODE["search"]
    renamed = sessions.version[of] == 1
    days = np.clip(sessions.travel_day[of], 0, plan.days + 250)
    pax = np.minimum(sessions.pax[of], _PAX_MOST)
    code = (days * (_PAX_MOST + 1) + pax) * 2 + renamed
    opening = (event == CODE["page_view"]) | (event == CODE["app_start"])
    came = opening & (of % 9 == 0) & (sessions.kind[of] < AFTER)
    used, place = np.unique(code[search], return_inverse=True)
    words = [_search_words(int(one), plan) for one in used] + [f'{{"campaign": "{name}"}}' for name in _CAMPAIGNS] + [_COUPON_WORDS]
    picks = np.full(len(of), -1)
    picks[search] = place
    picks[(event == CODE["coupon_issued"]) | (event == CODE["coupon_redeemed"])] = len(words) - 1
    picks[came] = len(used) + of[came] % len(_CAMPAIGNS)
    return picked(picks, words)


def _search_words(code: int, plan: Plan) -> str:
    rest, renamed = divmod(code, 2)
    day, pax = divmod(rest, _PAX_MOST + 1)
    name = "depart_date" if renamed else "departure_date"
    return f'{{"{name}": "{plan.date(day)}", "pax": {pax}}}'
