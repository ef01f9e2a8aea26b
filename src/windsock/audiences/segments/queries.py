"""Every analytical query of segments; names and numbers of ours, values bound."""

from __future__ import annotations

from windsock.warehouse import statement

CURSORS = statement("SELECT segment, body, at_ms, seen, run, members FROM segment_cursor ORDER BY segment")
LAST_RUN = statement("SELECT COALESCE(MAX(run), 0) AS run FROM segment_cursor")
PEOPLE = statement("SELECT COUNT(*) AS people FROM identity")

CHANGED = statement("""
CREATE TEMPORARY TABLE stage_changed AS
WITH seed AS (
    SELECT e.did FROM event AS e WHERE e.known_from_ms >= $low AND NOT e.did IS NULL
    UNION SELECT o.did FROM orders AS o WHERE (o.known_from_ms >= $low OR o.known_to_ms >= $low) AND NOT o.did IS NULL
    UNION SELECT l.did FROM order_line AS l WHERE (l.known_from_ms >= $low OR l.known_to_ms >= $low) AND NOT l.did IS NULL
    UNION SELECT t.did FROM trait AS t WHERE t.known_from_ms >= $low
    UNION SELECT i.did FROM identity AS i WHERE i.known_from_ms >= $low
    UNION SELECT a.did FROM alias AS a WHERE a.known_from_ms >= $low OR a.known_to_ms >= $low
    UNION SELECT a.pid FROM alias AS a WHERE a.known_from_ms >= $low OR a.known_to_ms >= $low
)
SELECT DISTINCT s.did FROM seed AS s WHERE NOT s.did IS NULL
""")
"""Ids of which anything was told, taken back or joined since an instant; ``low`` lies some time before the last look."""
LOW = statement("SELECT MIN(b.started_ms) AS low FROM import_batch AS b WHERE b.started_ms >= $since")
"""When the first import of a while began: its rows bear that instant, and are seen at its end."""

DROP_PERSONS = statement("DROP TABLE IF EXISTS stage_persons")
DROP_DIDS = statement("DROP TABLE IF EXISTS stage_dids_of")
DROP_CHANGED = statement("DROP TABLE IF EXISTS stage_changed")
DROP_MOVED = statement("DROP TABLE IF EXISTS stage_moved")
DROP_FOUND = statement("DROP TABLE IF EXISTS stage_found")
PERSONS = statement("""
CREATE TEMPORARY TABLE stage_persons AS
WITH seed AS (SELECT c.did FROM stage_changed AS c UNION SELECT m.did FROM stage_moved AS m UNION SELECT f.did FROM stage_flipped AS f)
SELECT s.did FROM seed AS s UNION SELECT a.pid AS did FROM seed AS s JOIN alias AS a ON a.did = s.did AND a.known_to_ms IS NULL
""")
"""Whoever may be judged otherwise than before: the ids themselves, as some were persons, and the persons that they are now."""
DIDS_OF = statement("""
CREATE TEMPORARY TABLE stage_dids_of AS
SELECT p.did FROM stage_persons AS p UNION SELECT a.did FROM alias AS a JOIN stage_persons AS p ON p.did = a.pid WHERE a.known_to_ms IS NULL
""")
COUNT_PERSONS = statement("SELECT COUNT(*) AS people FROM stage_persons")

LEAVE = statement("""
UPDATE segment_member SET left_ms = $at, left_run = $run WHERE segment = $segment AND left_ms IS NULL
AND NOT person IN (SELECT f.person FROM stage_found AS f)
""")
LEAVE_TOUCHED = statement("""
UPDATE segment_member SET left_ms = $at, left_run = $run WHERE segment = $segment AND left_ms IS NULL
AND person IN (SELECT p.did FROM stage_persons AS p) AND NOT person IN (SELECT f.person FROM stage_found AS f)
""")
ENTER = statement("""
INSERT INTO segment_member (segment, person, entered_ms, entered_run)
SELECT $segment, f.person, $at, $run FROM stage_found AS f
WHERE NOT f.person IN (SELECT m.person FROM segment_member AS m WHERE m.segment = $segment AND m.left_ms IS NULL)
""")
MEMBERS = statement("SELECT COUNT(*) AS members FROM segment_member AS m WHERE m.segment = $segment AND m.left_ms IS NULL")
DROP_FLIPPED = statement("DROP TABLE IF EXISTS stage_flipped")
DROP_CURSOR = statement("DELETE FROM segment_cursor WHERE segment = $segment")
CLOSE = statement("UPDATE segment_member SET left_ms = $at, left_run = $run WHERE segment = $segment AND left_ms IS NULL")

RUNS = statement("""
SELECT run, version, at_ms, kind, members, entered, lost, judged, took_ms FROM segment_run WHERE segment = $segment AND run < $before
ORDER BY run DESC LIMIT $limit
""")
LAST_SIZES = statement("""
SELECT r.segment, LIST({'at_ms': r.at_ms, 'members': r.members} ORDER BY r.run) AS sizes FROM (
    SELECT s.*, ROW_NUMBER() OVER (PARTITION BY s.segment ORDER BY s.run DESC) AS n FROM segment_run AS s
) AS r WHERE r.n <= 30 GROUP BY r.segment
""")
RUNS_AFTER = statement(
    "SELECT run, segment, version, at_ms, entered, lost FROM segment_run WHERE run > $run AND entered + lost > 0 ORDER BY run LIMIT 200"
)
ENTERED_IN = statement("SELECT person FROM segment_member WHERE segment = $segment AND entered_run = $run ORDER BY person LIMIT 10000")
LEFT_IN = statement("SELECT person FROM segment_member WHERE segment = $segment AND left_run = $run ORDER BY person LIMIT 10000")

_NOW = """SELECT DISTINCT COALESCE(al.pid, m.person) AS person FROM segment_member AS m
LEFT JOIN alias AS al ON al.did = m.person AND al.known_to_ms IS NULL WHERE m.left_ms IS NULL AND m.segment = $segment"""
SIZE = statement(f"SELECT COUNT(*) AS members FROM ({_NOW}) AS w")  # noqa: S608 - a constant of this file
PAGE = statement(f"SELECT w.person FROM ({_NOW}) AS w WHERE w.person > $after ORDER BY w.person LIMIT $limit")  # noqa: S608 - as above
SINCE = statement("""
SELECT COALESCE(al.pid, m.person) AS person, MIN(m.entered_ms) AS entered_ms FROM segment_member AS m
LEFT JOIN alias AS al ON al.did = m.person AND al.known_to_ms IS NULL
WHERE m.left_ms IS NULL AND m.segment = $segment AND COALESCE(al.pid, m.person) >= $first AND COALESCE(al.pid, m.person) <= $last GROUP BY 1
""")
STAYS = statement("""
SELECT m.segment, m.entered_ms, m.left_ms FROM segment_member AS m LEFT JOIN alias AS al ON al.did = m.person AND al.known_to_ms IS NULL
WHERE COALESCE(al.pid, m.person) = $person ORDER BY m.entered_ms, m.segment LIMIT 1000
""")
REACHABLE = statement(f"""
SELECT i.namespace, COUNT(DISTINCT COALESCE(al.pid, i.did)) AS people FROM identity AS i
LEFT JOIN alias AS al ON al.did = i.did AND al.known_to_ms IS NULL
WHERE COALESCE(al.pid, i.did) IN ({_NOW}) AND NOT STARTS_WITH(i.id, 'erased:') GROUP BY 1 ORDER BY 2 DESC, 1
""")  # noqa: S608 - as above
OVERLAP = statement("""
SELECT w.bits, COUNT(*) AS people FROM (
    SELECT u.person, SUM(u.bit) AS bits FROM (
        SELECT DISTINCT COALESCE(al.pid, m.person) AS person, n.bit FROM segment_member AS m JOIN stage_named AS n ON n.segment = m.segment
        LEFT JOIN alias AS al ON al.did = m.person AND al.known_to_ms IS NULL WHERE m.left_ms IS NULL
    ) AS u GROUP BY 1
) AS w GROUP BY 1 ORDER BY 2 DESC, 1
""")

KNOWN_LISTED = statement("""
SELECT COUNT(*) AS ids, COUNT(*) FILTER (WHERE i.did IS NULL) AS unknown FROM segment_listed AS s
LEFT JOIN identity AS i ON i.namespace = s.namespace AND i.id = s.id WHERE s.upload = $upload
""")
TWICE = statement("""
DELETE FROM segment_listed WHERE upload = $upload AND rowid NOT IN (
    SELECT MIN(s.rowid) FROM segment_listed AS s WHERE s.upload = $upload GROUP BY s.namespace, s.id)
""")
FORGET_UPLOAD = statement("DELETE FROM segment_listed WHERE upload = $upload")
MEMBER_ROWS = statement("SELECT * FROM segment_member WHERE person IN (SELECT did FROM stage_dids) ORDER BY segment, entered_ms")
LISTED_ROWS = statement("""
SELECT s.* FROM segment_listed AS s WHERE EXISTS (
    SELECT 1 FROM identity AS i JOIN stage_dids AS d ON d.did = i.did WHERE i.namespace = s.namespace AND i.id = s.id) ORDER BY s.segment, s.upload
""")
ERASE_MEMBERS = statement("DELETE FROM segment_member WHERE person IN (SELECT did FROM stage_dids)")
ERASE_LISTED = statement("""
DELETE FROM segment_listed WHERE (namespace, id) IN (SELECT i.namespace, i.id FROM identity AS i JOIN stage_dids AS d ON d.did = i.did)
""")
