"""Statements to begin with: questions of the trade, each of which runs as it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A question in both languages, and the statement that answers it."""

    en: str
    zh: str
    sql: str


EXAMPLES: tuple[Example, ...] = (
    Example(
        "Visitors and searches by day",
        "每日访客数与搜索次数",
        """SELECT date, COUNT(DISTINCT person) AS visitors, COUNT_IF(event = 'search') AS searches
FROM events
GROUP BY date
ORDER BY date""",
    ),
    Example(
        "Booked value by channel and month",
        "各渠道每月预订金额",
        """SELECT DATE_TRUNC('month', booked_date) AS month, sales_channel, currency,
       COUNT(DISTINCT order_id) AS orders, SUM(amount) AS booked
FROM order_lines
GROUP BY ALL
ORDER BY month, booked DESC""",
    ),
    Example(
        "Payment failures by provider and device",
        "各支付机构与设备的支付失败率",
        """SELECT provider, device,
       COUNT(*) AS attempts,
       ROUND(100.0 * COUNT_IF(event = 'payment_failed') / COUNT(*), 1) AS failed_percent
FROM events
WHERE event IN ('payment_succeeded', 'payment_failed')
GROUP BY provider, device
ORDER BY failed_percent DESC, attempts DESC""",
    ),
    Example(
        "How long before travel do people book?",
        "提前多少天预订？",
        """SELECT CASE WHEN lead < 1 THEN '1. same day' WHEN lead < 7 THEN '2. within a week'
            WHEN lead < 30 THEN '3. within a month' ELSE '4. earlier' END AS booked_ahead,
       COUNT(*) AS lines, MEDIAN(amount) AS median_amount
FROM (SELECT arrival_date - booked_date AS lead, amount FROM order_lines WHERE NOT cancelled)
GROUP BY booked_ahead
ORDER BY booked_ahead""",
    ),
    Example(
        "Minutes from the first search to the order",
        "从首次搜索到下单的分钟数",
        """WITH searched AS (SELECT person, MIN(at) AS at FROM events WHERE event = 'search' GROUP BY person),
     ordered AS (SELECT person, MIN(at) AS at FROM events WHERE event = 'order_placed' GROUP BY person)
SELECT COUNT(*) AS people,
       QUANTILE_CONT(DATE_DIFF('minute', s.at, o.at), 0.5) AS median_minutes,
       QUANTILE_CONT(DATE_DIFF('minute', s.at, o.at), 0.9) AS p90_minutes
FROM searched AS s JOIN ordered AS o ON o.person = s.person AND o.at >= s.at""",
    ),
    Example(
        "Routes searched most, and how many of the searchers ordered",
        "搜索最多的航线及下单人数",
        """SELECT s.route, COUNT(DISTINCT s.person) AS searched, COUNT(DISTINCT o.person) AS ordered
FROM events AS s
LEFT JOIN events AS o ON o.person = s.person AND o.route = s.route AND o.event = 'order_placed' AND o.at >= s.at
WHERE s.event = 'search' AND s.route IS NOT NULL
GROUP BY s.route
ORDER BY searched DESC
LIMIT 20""",
    ),
    Example(
        "Money paid by day, with the average of seven days",
        "每日支付金额及七日移动平均",
        """SELECT date, SUM(amount) AS paid,
       ROUND(AVG(SUM(amount)) OVER (ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 2) AS average_7_days
FROM payments
GROUP BY date
ORDER BY date""",
    ),
    Example(
        "People who ordered again within 30 days",
        "30 天内再次下单的用户",
        """WITH numbered AS (
  SELECT person, booked_at, LAG(booked_at) OVER (PARTITION BY person ORDER BY booked_at) AS before
  FROM orders WHERE person IS NOT NULL)
SELECT COUNT(DISTINCT person) AS people, COUNT(*) AS orders
FROM numbered
WHERE booked_at <= before + INTERVAL 30 DAY""",
    ),
)
