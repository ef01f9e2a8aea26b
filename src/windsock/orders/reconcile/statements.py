"""The statements of reconciliation: items with both sides, then their sums, their rows, and what else leads from revenue to payments.

``$start``/``$end`` are civil dates, both included; ``$booking`` dates both sides by the order's booking; ``$channel`` and ``$provider`` choose
(empty: any; ``-``: what has none). Instants: rows count as they are held true at ``$as_of_ms``.
"""

from __future__ import annotations

from windsock.orders.reconcile.model import REASONS
from windsock.warehouse import schema


def _known(alias: str) -> str:
    return f"{alias}.known_from_ms <= $as_of_ms AND ({alias}.known_to_ms IS NULL OR {alias}.known_to_ms > $as_of_ms)"


def _times(amount: str, rate: str) -> str:
    """Return an amount times a rate, kept to 0.0001."""
    return f"CASE WHEN {rate} = 1 THEN {amount} ELSE CAST(CAST({amount} AS DECIMAL(38, 4)) * {rate} AS DECIMAL(18, 4)) END"


_RATE = """rate AS (
        SELECT currency, date AS since, lead(date) OVER (PARTITION BY currency ORDER BY date) AS until, rate FROM exchange_rate
    )"""

# Only orders with something in the period are read further.
# A payment of ours is worth what the metric of revenue says: the rate of its order, else the dated rate of the booking date.
_SIDES = f"""
    touched AS (
        SELECT p.order_key FROM posting AS p WHERE {_known("p")} AND p.at_date BETWEEN $start AND $end
        UNION SELECT s.order_key FROM settlement AS s WHERE {_known("s")} AND s.order_key IS NOT NULL AND s.at_date BETWEEN $start AND $end
        UNION SELECT l.order_key FROM order_line AS l WHERE $booking AND {_known("l")} AND l.booked_date BETWEEN $start AND $end
    ), {_RATE}, posted AS (
        SELECT p.order_key, p.kind, CASE WHEN $booking THEN l.booked_date ELSE p.at_date END AS day, p.at_date, p.amount, p.take_amount, p.currency,
            p.provider, starts_with(p.posting_ref, 'statement:') AS of_statement, l.sales_channel, coalesce(l.fx_rate, fx.rate, 1) AS rate
        FROM posting AS p
        JOIN order_line AS l ON l.order_key = p.order_key AND l.line_no = p.line_no AND {_known("l")}
        LEFT JOIN rate AS fx ON fx.currency = l.currency AND l.booked_date >= fx.since AND (fx.until IS NULL OR l.booked_date < fx.until)
        WHERE {_known("p")} AND p.order_key IN (SELECT order_key FROM touched)
    ), paid AS (
        SELECT * FROM posted WHERE kind IN ('payment', 'refund')
    ), told AS (
        SELECT coalesce(CAST(s.order_key AS VARCHAR), s.source || '#' || s.row_ref) || ' ' || s.kind AS item, s.order_key, s.kind,
            s.source, s.row_ref, CASE WHEN $booking THEN coalesce(o.booked_date, s.at_date) ELSE s.at_date END AS day, s.at_date,
            CASE WHEN s.kind = 'refund' THEN -s.amount ELSE s.amount END AS amount, s.currency, coalesce(s.provider, s.source) AS provider,
            s.order_ref, s.reason, o.sales_channel, coalesce(fx.rate, 1) AS rate, {schema.fee_paid("s")} AS fee
        FROM settlement AS s
        LEFT JOIN orders AS o ON o.order_key = s.order_key AND {_known("o")}
        LEFT JOIN rate AS fx ON fx.currency = s.currency AND s.at_date >= fx.since AND (fx.until IS NULL OR s.at_date < fx.until)
        WHERE {_known("s")} AND s.kind IN ('payment', 'refund')
            AND (s.order_key IN (SELECT order_key FROM touched) OR (s.order_key IS NULL AND s.at_date BETWEEN $start AND $end))
    ), covered AS (
        SELECT lower(coalesce(s.provider, s.source)) AS provider, min(s.at_date) AS first, max(s.at_date) AS last
        FROM settlement AS s WHERE {_known("s")} AND s.kind IN ('payment', 'refund') GROUP BY 1
    )
"""  # noqa: S608 - constants of this file

# All of an order's payments (or refunds) on our side and in the files, whenever they were: a cut-off is told from a missing row by what lies outside.
_GROUPED = f"""
    ours AS (
        SELECT order_key, kind, sum(amount) AS all_amount, coalesce(sum(amount) FILTER (WHERE day BETWEEN $start AND $end), 0) AS amount,
            coalesce(sum({_times("amount", "rate")}) FILTER (WHERE day BETWEEN $start AND $end), 0) AS value,
            min(currency) AS currency, max(currency) AS other_currency, max(rate) AS rate, max(day) AS last_day, max(at_date) AS last_at,
            min(day) FILTER (WHERE day BETWEEN $start AND $end) AS day, min(provider) AS provider, min(sales_channel) AS channel,
            bool_and(of_statement) AS of_statement
        FROM paid GROUP BY order_key, kind
    ), theirs AS (
        SELECT item, min(order_key) AS order_key, min(kind) AS kind, sum(amount) AS all_amount,
            coalesce(sum(amount) FILTER (WHERE day BETWEEN $start AND $end), 0) AS amount,
            coalesce(sum({_times("amount", "rate")}) FILTER (WHERE day BETWEEN $start AND $end), 0) AS value,
            min(currency) AS currency, max(currency) AS other_currency, min(day) FILTER (WHERE day BETWEEN $start AND $end) AS day,
            min(provider) AS provider, min(sales_channel) AS channel, min(order_ref) AS order_ref, min(reason) AS reason, count(*) AS rows
        FROM told GROUP BY item
    ), joined AS (
        SELECT coalesce(theirs.item, CAST(ours.order_key AS VARCHAR) || ' ' || ours.kind) AS item,
            coalesce(ours.order_key, theirs.order_key) AS order_key, coalesce(ours.kind, theirs.kind) AS kind,
            coalesce(ours.channel, theirs.channel, '') AS channel, coalesce(theirs.provider, ours.provider, '') AS provider,
            coalesce(ours.currency, theirs.currency) AS currency, theirs.currency AS file_currency,
            ours.all_amount AS ours_all, theirs.all_amount AS theirs_all, coalesce(ours.amount, 0) AS ours_in,
            coalesce(theirs.amount, 0) AS theirs_in, coalesce(ours.value, 0) AS ours_value, coalesce(theirs.value, 0) AS theirs_told,
            coalesce(ours.rate, 1) AS rate,
            ours.day AS ours_day, theirs.day AS theirs_day, ours.last_day, ours.last_at, theirs.order_ref, theirs.reason AS unmatched,
            coalesce(ours.of_statement, FALSE) AS of_statement,
            coalesce(ours.currency = ours.other_currency AND theirs.currency = theirs.other_currency
                AND ours.currency = theirs.currency, TRUE) AS same,
            abs(theirs.all_amount) - abs(ours.all_amount) AS excess, ours.provider AS our_provider
        FROM ours FULL JOIN theirs ON theirs.order_key = ours.order_key AND theirs.kind = ours.kind
    )
"""  # noqa: S608 - constants of this file

# Of equal rows the later ones are too many, as long as they fit into what the file has above the order.
_TWICE = """
    copies AS (
        SELECT told.item, told.day, told.amount, told.source, told.row_ref, joined.excess,
            row_number() OVER (PARTITION BY told.item, told.amount ORDER BY told.day, told.source, told.row_ref) AS copy
        FROM told JOIN joined ON joined.item = told.item WHERE joined.same AND joined.excess > 0
    ), running AS (
        SELECT *, sum(abs(amount)) OVER (PARTITION BY item ORDER BY day DESC, source DESC, row_ref DESC ROWS UNBOUNDED PRECEDING) AS reached
        FROM copies WHERE copy > 1
    ), twice AS (
        SELECT item, sum(amount) AS all_amount, coalesce(sum(amount) FILTER (WHERE day BETWEEN $start AND $end), 0) AS amount
        FROM running WHERE reached <= excess GROUP BY item
    )
"""

_WHOLE = ", ".join(
    f"CAST(CASE WHEN whole = '{name}' THEN difference ELSE 0 END AS DECIMAL(38, 4)) AS part_{name}"
    for name in ("no_file", "only_in_orders", "only_in_file", "currency")
)

# What differs in size belongs to the period of our last payment, so that it is told once however many periods are asked; the rest is cut-off.
_PARTED = f"""
    sized AS (
        SELECT joined.*, -coalesce(twice.amount, 0) AS twice_part,
            CASE WHEN joined.last_day BETWEEN $start AND $end THEN joined.ours_all - (joined.theirs_all - coalesce(twice.all_amount, 0)) ELSE 0 END
                AS amount_part,
            CASE WHEN joined.ours_all IS NULL THEN 'only_in_file'
                WHEN joined.theirs_all IS NULL THEN CASE WHEN EXISTS (
                    SELECT 1 FROM covered WHERE (joined.our_provider IS NULL OR covered.provider = lower(joined.our_provider))
                        AND joined.last_at BETWEEN covered.first AND covered.last) THEN 'only_in_orders' ELSE 'no_file' END
                WHEN NOT joined.same THEN 'currency' END AS whole
        FROM joined LEFT JOIN twice ON twice.item = joined.item
        WHERE joined.ours_day IS NOT NULL OR joined.theirs_day IS NOT NULL
    ), valued AS (
        SELECT *, ours_in - theirs_in - twice_part - amount_part AS date_part,
            CASE WHEN whole IS NULL THEN ours_value - {_times("(ours_in - theirs_in)", "rate")} ELSE theirs_told END AS theirs_value
        FROM sized
    ), cut AS (
        SELECT *, ours_value - theirs_value AS difference,
            CASE WHEN whole IS NOT NULL THEN 0 WHEN date_part = 0 AND amount_part = 0 THEN ours_value - theirs_value
                ELSE {_times("twice_part", "rate")} END AS twice_in_file,
            CASE WHEN whole IS NOT NULL OR amount_part = 0 THEN 0
                WHEN date_part = 0 THEN ours_value - theirs_value - {_times("twice_part", "rate")} ELSE {_times("amount_part", "rate")} END AS amount
        FROM valued
    ), item AS (
        SELECT * EXCLUDE (twice_in_file, amount), CAST(twice_in_file AS DECIMAL(38, 4)) AS part_twice_in_file,
            CAST(amount AS DECIMAL(38, 4)) AS part_amount,
            CAST(CASE WHEN whole IS NULL AND date_part <> 0 THEN difference - twice_in_file - amount ELSE 0 END AS DECIMAL(38, 4)) AS part_date,
            {_WHOLE},
            CASE WHEN whole = 'only_in_file' THEN coalesce(unmatched, 'no_payment') END AS detail,
            whole IS NULL AND ours_in = theirs_in AND twice_part = 0 AND amount_part = 0 AS matched
        FROM cut
        WHERE $channel IN ('', coalesce(nullif(channel, ''), '-')) AND lower($provider) IN ('', lower(coalesce(nullif(provider, ''), '-')))
    )
"""  # noqa: S608 - constants of this file
_ITEMS = f"WITH {_SIDES}, {_GROUPED}, {_TWICE}, {_PARTED}"

SUMS = f"""
    {_ITEMS}
    SELECT channel, provider, count(*) AS items, count(*) FILTER (WHERE matched) AS matched,
        count(*) FILTER (WHERE matched AND of_statement) AS by_statement,
        count(*) FILTER (WHERE matched AND NOT of_statement AND ours_day <> theirs_day) AS other_day,
        sum(ours_value) AS ours, sum(theirs_value) AS theirs,
        {", ".join(f"count(*) FILTER (WHERE part_{name} <> 0 OR whole = '{name}') AS items_{name}, sum(part_{name}) AS {name}" for name in REASONS)}
    FROM item GROUP BY channel, provider ORDER BY channel, provider LIMIT 5000
"""  # noqa: S608 - constants of this file
_FIELDS = """item, order_key, order_ref, kind, channel, provider, currency, file_currency, ours_in, theirs_in, ours_value, theirs_value, ours_day,
        theirs_day, detail, matched, of_statement"""


def rows_of(reason: str) -> str:
    """Return the statement of a page of items of a reason, or of the matched ones; the largest difference first."""
    part, chosen = ("difference", "matched") if reason == "matched" else (f"part_{reason}", f"part_{reason} <> 0 OR whole = '{reason}'")
    return f"""
        {_ITEMS}, page AS (
            SELECT {_FIELDS}, {part} AS difference, abs({part}) AS size FROM item WHERE {chosen}
        )
        SELECT page.* REPLACE (coalesce(held.order_ref, page.order_ref) AS order_ref)
        FROM page LEFT JOIN orders AS held ON held.order_key = page.order_key AND {_known("held")}
        WHERE $first OR page.size < CAST($size AS DECIMAL(38, 4)) OR (page.size = CAST($size AS DECIMAL(38, 4)) AND page.item > $item)
        ORDER BY page.size DESC, page.item LIMIT $most
    """  # noqa: S608 - a reason is one of the programme's words


REVENUE = f"""
    WITH {_SIDES}
    SELECT coalesce(sum({_times("take_amount", "rate")}) FILTER (WHERE kind IN ('payment', 'refund')), 0) AS take,
        coalesce(sum({_times("take_amount", "rate")}) FILTER (WHERE kind IS NULL OR kind NOT IN ('payment', 'refund')), 0) AS fees,
        coalesce(sum({_times("amount", "rate")}) FILTER (WHERE kind IN ('payment', 'refund')), 0) AS paid
    FROM posted WHERE day BETWEEN $start AND $end
"""  # noqa: S608 - constants of this file

# Revenue counts stays without known payments at our part of their room value, by arrival (or booking).
STAYS = f"""
    WITH {_RATE}, stay AS (
        SELECT CASE WHEN l.sold_as = 'agency' THEN {_times("l.stay_amount", "coalesce(l.take_rate, 0)")} ELSE l.stay_amount END AS amount,
            coalesce(l.fx_rate, fx.rate, 1) AS rate
        FROM order_line AS l
        LEFT JOIN rate AS fx ON fx.currency = l.currency AND l.booked_date >= fx.since AND (fx.until IS NULL OR l.booked_date < fx.until)
        WHERE {_known("l")} AND NOT l.payment_known AND NOT l.cancelled AND NOT l.no_show
            AND CASE WHEN $booking THEN l.booked_date ELSE l.arrival_date END BETWEEN $start AND $end
    )
    SELECT coalesce(sum({_times("amount", "rate")}), 0) AS stays FROM stay
"""  # noqa: S608 - constants of this file

FEES = f"""
    WITH {_SIDES}
    SELECT coalesce(sum({_times("fee", "rate")}), 0) AS fees
    FROM told WHERE day BETWEEN $start AND $end AND $channel IN ('', coalesce(nullif(sales_channel, ''), '-'))
        AND lower($provider) IN ('', lower(provider))
"""  # noqa: S608 - constants of this file
STATEMENT_ROWS = "SELECT count(*) AS rows FROM settlement WHERE known_to_ms IS NULL"
