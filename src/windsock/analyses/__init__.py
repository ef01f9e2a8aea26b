"""Analyses of behaviour: where people drop out, whether they come back, which ways they take, and what earned it; with the proof for each of them.

Words: a *funnel* is a chain of steps; an *entry* is an instant of its first step; an *attempt* is the way of a person (or entry) that is counted;
a *member* is a person in a cohort of those who started; a *cell* is a stretch of time after the start; a *path* is a run of a person's events
without a longer pause; an *interval* is the time from one event to another; a *touch* is an event before a conversion that may have earned it; a
*proof* says for one person why something counted or not; a *headline* is the figure and the sentence that an answer of any kind comes down to.
Invariants: every figure, cut and list of an answer is made of the same rows, so a chart and the people behind it are one number; an attempt is
dated at its first step, a path at its first event; what is not over yet is blank, never 0; a definition that can't be answered exactly is refused.
Rooms above that watch, list or show what an analysis says ask ``headline(workspace, actor, kind, definition, period)``: tiles of dashboards and
recipes ask the same, so that all of them have one number.
"""

from windsock.analyses.aarrr.ask import BoardAnswer, BoardBehind, ask_board, board_behind
from windsock.analyses.aarrr.ask import Wanted as WantedStage
from windsock.analyses.aarrr.explain import BoardProof, explain_board
from windsock.analyses.aarrr.model import Board, read_board
from windsock.analyses.aarrr.schema import board_schema
from windsock.analyses.activity.explain import ActivityProof, explain_activity
from windsock.analyses.activity.lifecycle import LifecycleAnswer, Stage, ask_lifecycle, people_in
from windsock.analyses.activity.schema import activity_schema
from windsock.analyses.activity.stickiness import Spread, StickinessAnswer, ask_stickiness, sticky_people
from windsock.analyses.activity.stickiness import Wanted as StickyWanted
from windsock.analyses.attribution.ask import AttributionAnswer, ask_attribution, conversions_behind
from windsock.analyses.attribution.explain import AttributionProof, explain_attribution
from windsock.analyses.attribution.model import Attribution, read_attribution
from windsock.analyses.attribution.schema import attribution_schema
from windsock.analyses.basket.ask import BasketAnswer, BasketsBehind, Pair, ask_basket, baskets_behind
from windsock.analyses.basket.explain import BasketProof, explain_basket
from windsock.analyses.basket.model import Basket, read_basket
from windsock.analyses.basket.schema import basket_schema
from windsock.analyses.clusters.ask import ClustersAnswer, MembersOf, ask_clusters
from windsock.analyses.clusters.ask import members_behind as members_of_cluster
from windsock.analyses.clusters.explain import ClustersProof, explain_clusters
from windsock.analyses.clusters.model import Clusters, read_clusters
from windsock.analyses.clusters.schema import clusters_schema
from windsock.analyses.correlation.ask import AttemptsBehind, CellWanted, CorrelationAnswer, Fact, ask_correlation, attempts_behind
from windsock.analyses.correlation.explain import CorrelationProof, explain_correlation
from windsock.analyses.correlation.model import Correlation, read_correlation
from windsock.analyses.correlation.schema import correlation_schema
from windsock.analyses.course import Reached, funnel_course, steps_between, values_of_course
from windsock.analyses.definition import load as load_definition
from windsock.analyses.distribution.explain import DistributionProof, explain_distribution
from windsock.analyses.distribution.measure import DistributionAnswer, Heap, HeapBehind, ask_distribution, heap_behind
from windsock.analyses.distribution.model import Distribution, read_distribution
from windsock.analyses.distribution.schema import distribution_schema
from windsock.analyses.drivers.ask import DriversAnswer, LeafBehind, LeafFigure, ask_drivers, leaf_behind
from windsock.analyses.drivers.explain import DriversProof, explain_drivers
from windsock.analyses.drivers.model import Drivers, read_drivers
from windsock.analyses.drivers.schema import drivers_schema
from windsock.analyses.explain import Proof, explain_funnel
from windsock.analyses.funnel import Behind, Cell, FunnelAnswer, Times, Wanted, ask_funnel, people_behind
from windsock.analyses.headlines.ask import Answered, headline
from windsock.analyses.headlines.model import Headline
from windsock.analyses.headlines.tile import tell_tile
from windsock.analyses.interval.explain import IntervalProof, explain_interval
from windsock.analyses.interval.measure import IntervalAnswer, Span, SpansBehind, WantedSpans, ask_interval, spans_behind
from windsock.analyses.interval.model import Interval, read_interval
from windsock.analyses.interval.schema import interval_schema
from windsock.analyses.model import Activity, Funnel, Retention, read_activity, read_funnel, read_retention
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored
from windsock.analyses.paths.explain import PathsProof, explain_paths
from windsock.analyses.paths.flow import Node, PathsAnswer, PathsBehind, ask_paths, paths_behind
from windsock.analyses.paths.flow import Wanted as WantedPaths
from windsock.analyses.paths.model import Paths, read_paths
from windsock.analyses.paths.schema import paths_schema
from windsock.analyses.personal import check_fields, check_saved
from windsock.analyses.retention.ask import Members, RetentionAnswer, ask_retention, members_behind
from windsock.analyses.retention.ask import Wanted as MembersWanted
from windsock.analyses.retention.explain import RetentionProof, explain_retention
from windsock.analyses.retention.schema import retention_schema
from windsock.analyses.revenue.ask import MembersBehind, RevenueAnswer, ask_revenue, revenue_behind
from windsock.analyses.revenue.explain import RevenueProof, explain_revenue
from windsock.analyses.revenue.model import Revenue, read_revenue
from windsock.analyses.revenue.schema import revenue_schema
from windsock.analyses.rfm.explain import RfmProof, explain_rfm
from windsock.analyses.rfm.grid import BuyersBehind, RfmAnswer, ask_rfm, buyers_behind
from windsock.analyses.rfm.grid import Wanted as WantedBuyers
from windsock.analyses.rfm.grid import planned as planned_rfm
from windsock.analyses.rfm.model import GROUPS as RFM_GROUPS
from windsock.analyses.rfm.model import Rfm, read_rfm
from windsock.analyses.rfm.schema import rfm_schema
from windsock.analyses.saved import find_saved
from windsock.analyses.schema import funnel_schema
from windsock.analyses.seasons.ask import Point, SeasonsAnswer, ask_seasons
from windsock.analyses.seasons.model import Seasons, read_seasons
from windsock.analyses.seasons.schema import seasons_schema
from windsock.analyses.sessions.explain import SessionsProof, explain_sessions
from windsock.analyses.sessions.model import Sessions, read_sessions
from windsock.analyses.sessions.schema import sessions_schema
from windsock.analyses.sessions.visits import SessionsAnswer, SessionsBehind, WantedSessions, ask_sessions, sessions_behind
from windsock.analyses.trend.behind import PointBehind, events_behind_point, people_behind_point
from windsock.analyses.trend.behind import Wanted as WantedPoint
from windsock.analyses.trend.explain import TrendProof, explain_trend
from windsock.analyses.trend.measure import Drawn, Line, TrendAnswer, ask_trend
from windsock.analyses.trend.model import Series, Trend, read_trend
from windsock.analyses.trend.schema import trend_schema

__all__ = [
    "RFM_GROUPS",
    "Activity",
    "ActivityProof",
    "Answered",
    "AttemptsBehind",
    "Attribution",
    "AttributionAnswer",
    "AttributionProof",
    "Basket",
    "BasketAnswer",
    "BasketProof",
    "BasketsBehind",
    "Behind",
    "Board",
    "BoardAnswer",
    "BoardBehind",
    "BoardProof",
    "BuyersBehind",
    "Cell",
    "CellWanted",
    "Clusters",
    "ClustersAnswer",
    "ClustersProof",
    "Correlation",
    "CorrelationAnswer",
    "CorrelationProof",
    "Distribution",
    "DistributionAnswer",
    "DistributionProof",
    "Drawn",
    "Drivers",
    "DriversAnswer",
    "DriversProof",
    "Fact",
    "Funnel",
    "FunnelAnswer",
    "Headline",
    "Heap",
    "HeapBehind",
    "Interval",
    "IntervalAnswer",
    "IntervalProof",
    "LeafBehind",
    "LeafFigure",
    "LifecycleAnswer",
    "Line",
    "Members",
    "MembersBehind",
    "MembersOf",
    "MembersWanted",
    "MoneyFrame",
    "Node",
    "Pair",
    "Paths",
    "PathsAnswer",
    "PathsBehind",
    "PathsProof",
    "Point",
    "PointBehind",
    "Proof",
    "Reached",
    "Retention",
    "RetentionAnswer",
    "RetentionProof",
    "Revenue",
    "RevenueAnswer",
    "RevenueProof",
    "Rfm",
    "RfmAnswer",
    "RfmProof",
    "Seasons",
    "SeasonsAnswer",
    "Series",
    "Sessions",
    "SessionsAnswer",
    "SessionsBehind",
    "SessionsProof",
    "Span",
    "SpansBehind",
    "Spread",
    "Stage",
    "StickinessAnswer",
    "StickyWanted",
    "Times",
    "Trend",
    "TrendAnswer",
    "TrendProof",
    "Wanted",
    "WantedBuyers",
    "WantedPaths",
    "WantedPoint",
    "WantedSessions",
    "WantedSpans",
    "WantedStage",
    "activity_schema",
    "ask_attribution",
    "ask_basket",
    "ask_board",
    "ask_clusters",
    "ask_correlation",
    "ask_distribution",
    "ask_drivers",
    "ask_funnel",
    "ask_interval",
    "ask_lifecycle",
    "ask_paths",
    "ask_retention",
    "ask_revenue",
    "ask_rfm",
    "ask_seasons",
    "ask_sessions",
    "ask_stickiness",
    "ask_trend",
    "attempts_behind",
    "attribution_schema",
    "basket_schema",
    "baskets_behind",
    "board_behind",
    "board_schema",
    "buyers_behind",
    "check_fields",
    "check_saved",
    "clusters_schema",
    "conversions_behind",
    "correlation_schema",
    "distribution_schema",
    "drivers_schema",
    "events_behind_point",
    "explain_activity",
    "explain_attribution",
    "explain_basket",
    "explain_board",
    "explain_clusters",
    "explain_correlation",
    "explain_distribution",
    "explain_drivers",
    "explain_funnel",
    "explain_interval",
    "explain_paths",
    "explain_retention",
    "explain_revenue",
    "explain_rfm",
    "explain_sessions",
    "explain_trend",
    "find_saved",
    "funnel_course",
    "funnel_schema",
    "headline",
    "heap_behind",
    "interval_schema",
    "leaf_behind",
    "load_definition",
    "members_behind",
    "members_of_cluster",
    "never_stored",
    "paths_behind",
    "paths_schema",
    "people_behind",
    "people_behind_point",
    "people_in",
    "planned_rfm",
    "read_activity",
    "read_attribution",
    "read_basket",
    "read_board",
    "read_clusters",
    "read_correlation",
    "read_distribution",
    "read_drivers",
    "read_funnel",
    "read_interval",
    "read_paths",
    "read_retention",
    "read_revenue",
    "read_rfm",
    "read_seasons",
    "read_sessions",
    "read_trend",
    "retention_schema",
    "revenue_behind",
    "revenue_schema",
    "rfm_schema",
    "seasons_schema",
    "sessions_behind",
    "sessions_schema",
    "spans_behind",
    "steps_between",
    "sticky_people",
    "tell_tile",
    "trend_schema",
    "values_of_course",
]
