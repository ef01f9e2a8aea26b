/** The groups of the left rail. An item is there for who may open its page, a group when one of its items is. */

import {
  AccountBookOutlined,
  AimOutlined,
  AlertOutlined,
  ApartmentOutlined,
  AppstoreOutlined,
  BarChartOutlined,
  BarsOutlined,
  BookOutlined,
  BranchesOutlined,
  BulbOutlined,
  CalendarOutlined,
  ClockCircleOutlined,
  CloudDownloadOutlined,
  CodeOutlined,
  DashboardOutlined,
  DiffOutlined,
  DotChartOutlined,
  ExperimentOutlined,
  EyeOutlined,
  FieldTimeOutlined,
  FileProtectOutlined,
  FilterOutlined,
  FireOutlined,
  FlagOutlined,
  ForkOutlined,
  FunnelPlotOutlined,
  GroupOutlined,
  HeatMapOutlined,
  HistoryOutlined,
  KeyOutlined,
  LineChartOutlined,
  MailOutlined,
  NodeIndexOutlined,
  OrderedListOutlined,
  PartitionOutlined,
  PayCircleOutlined,
  PlayCircleOutlined,
  RiseOutlined,
  RocketOutlined,
  SafetyCertificateOutlined,
  ScheduleOutlined,
  SearchOutlined,
  SendOutlined,
  ShareAltOutlined,
  ShopOutlined,
  ShoppingOutlined,
  SplitCellsOutlined,
  TableOutlined,
  TeamOutlined,
  TrophyOutlined,
  UploadOutlined,
  UsergroupAddOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

type Address =
  | "/"
  | "/metrics/tree"
  | "/metrics/catalogue"
  | "/metrics/decompose"
  | "/metrics/channels"
  | "/metrics/reconciliation"
  | "/metrics/restatements"
  | "/metrics/matrix"
  | "/metrics/dashboards"
  | "/metrics/reports"
  | "/metrics/targets"
  | "/metrics/assessment"
  | "/watch/alerts"
  | "/watch/incidents"
  | "/watch/monitors"
  | "/watch/root-cause"
  | "/watch/known-events"
  | "/watch/playbooks"
  | "/watch/launches"
  | "/watch/calendar"
  | "/watch/destinations"
  | "/analyse/growth"
  | "/analyse/trend"
  | "/analyse/funnel"
  | "/analyse/retention"
  | "/analyse/activity"
  | "/analyse/paths"
  | "/analyse/interval"
  | "/analyse/distribution"
  | "/analyse/sessions"
  | "/analyse/clusters"
  | "/analyse/attribution"
  | "/analyse/lifetime-value"
  | "/analyse/rfm"
  | "/analyse/basket"
  | "/analyse/correlation"
  | "/analyse/drivers"
  | "/analyse/seasons"
  | "/analyse/recipes"
  | "/analyse/sql"
  | "/people/standing"
  | "/people/models"
  | "/data/sources"
  | "/data/plan"
  | "/data/quarantine"
  | "/data/quality"
  | "/data/imports"
  | "/people"
  | "/people/segments"
  | "/people/review"
  | "/people/policy"
  | "/admin/members"
  | "/admin/access";
type ItemLabel =
  | "nav.standup"
  | "nav.tree"
  | "nav.catalogue"
  | "nav.decompose"
  | "nav.channels"
  | "nav.reconciliation"
  | "nav.restatements"
  | "nav.matrix"
  | "nav.dashboards"
  | "nav.reports"
  | "nav.targets"
  | "nav.assessment"
  | "nav.alerts"
  | "nav.incidents"
  | "nav.monitors"
  | "nav.explore"
  | "nav.knownEvents"
  | "nav.playbooks"
  | "nav.launches"
  | "nav.calendar"
  | "nav.ways"
  | "nav.growth"
  | "nav.trend"
  | "nav.funnel"
  | "nav.retention"
  | "nav.activity"
  | "nav.paths"
  | "nav.interval"
  | "nav.distribution"
  | "nav.sessions"
  | "nav.clusters"
  | "nav.attribution"
  | "nav.revenue"
  | "nav.rfm"
  | "nav.basket"
  | "nav.correlation"
  | "nav.drivers"
  | "nav.seasons"
  | "nav.recipes"
  | "nav.sql"
  | "nav.sources"
  | "nav.plan"
  | "nav.quarantine"
  | "nav.quality"
  | "nav.imports"
  | "nav.search"
  | "nav.standing"
  | "nav.models"
  | "nav.segments"
  | "nav.review"
  | "nav.policy"
  | "nav.members"
  | "nav.access";
type GroupLabel = "nav.today" | "nav.metrics" | "nav.watch" | "nav.analyse" | "nav.data" | "nav.people" | "nav.admin";

/** The parts of a long group: small headings over the items from the one that names it on. */
type PartLabel = "nav.behaviour" | "nav.value" | "nav.explain";

export type NavItem = { to: Address; label: ItemLabel; icon: ReactNode; permission: string; part?: PartLabel };
export type NavGroup = { key: string; label: GroupLabel; items: NavItem[] };

export const NAV: NavGroup[] = [
  { key: "today", label: "nav.today", items: [{ to: "/", label: "nav.standup", icon: <DashboardOutlined />, permission: "metrics.read" }] },
  {
    key: "metrics",
    label: "nav.metrics",
    items: [
      { to: "/metrics/tree", label: "nav.tree", icon: <ApartmentOutlined />, permission: "metrics.read" },
      { to: "/metrics/decompose", label: "nav.decompose", icon: <PartitionOutlined />, permission: "metrics.read" },
      { to: "/metrics/channels", label: "nav.channels", icon: <ShopOutlined />, permission: "metrics.read" },
      { to: "/metrics/reconciliation", label: "nav.reconciliation", icon: <AccountBookOutlined />, permission: "metrics.read" },
      { to: "/metrics/restatements", label: "nav.restatements", icon: <HistoryOutlined />, permission: "metrics.read" },
      { to: "/metrics/matrix", label: "nav.matrix", icon: <TableOutlined />, permission: "metrics.read" },
      { to: "/metrics/dashboards", label: "nav.dashboards", icon: <BarChartOutlined />, permission: "metrics.read" },
      { to: "/metrics/catalogue", label: "nav.catalogue", icon: <BookOutlined />, permission: "metrics.read" },
      { to: "/metrics/targets", label: "nav.targets", icon: <AimOutlined />, permission: "metrics.read" },
      { to: "/metrics/assessment", label: "nav.assessment", icon: <TrophyOutlined />, permission: "metrics.read" },
      { to: "/metrics/reports", label: "nav.reports", icon: <MailOutlined />, permission: "metrics.read" },
    ],
  },
  {
    key: "watch",
    label: "nav.watch",
    items: [
      { to: "/watch/alerts", label: "nav.alerts", icon: <AlertOutlined />, permission: "alerts.read" },
      { to: "/watch/incidents", label: "nav.incidents", icon: <FireOutlined />, permission: "incidents.read" },
      { to: "/watch/monitors", label: "nav.monitors", icon: <EyeOutlined />, permission: "alerts.read" },
      { to: "/watch/launches", label: "nav.launches", icon: <FlagOutlined />, permission: "alerts.read" },
      { to: "/watch/root-cause", label: "nav.explore", icon: <SearchOutlined />, permission: "metrics.read" },
      { to: "/watch/known-events", label: "nav.knownEvents", icon: <BulbOutlined />, permission: "metrics.read" },
      { to: "/watch/playbooks", label: "nav.playbooks", icon: <PlayCircleOutlined />, permission: "alerts.read" },
      { to: "/watch/calendar", label: "nav.calendar", icon: <ScheduleOutlined />, permission: "alerts.read" },
      { to: "/watch/destinations", label: "nav.ways", icon: <SendOutlined />, permission: "destinations.manage" },
    ],
  },
  {
    key: "analyse",
    label: "nav.analyse",
    items: [
      { to: "/analyse/trend", label: "nav.trend", icon: <LineChartOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/funnel", label: "nav.funnel", icon: <FunnelPlotOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/retention", label: "nav.retention", icon: <HeatMapOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/activity", label: "nav.activity", icon: <RiseOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/paths", label: "nav.paths", icon: <BranchesOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/interval", label: "nav.interval", icon: <ClockCircleOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/distribution", label: "nav.distribution", icon: <BarsOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/sessions", label: "nav.sessions", icon: <FieldTimeOutlined />, permission: "metrics.read", part: "nav.behaviour" },
      { to: "/analyse/growth", label: "nav.growth", icon: <RocketOutlined />, permission: "metrics.read", part: "nav.value" },
      { to: "/analyse/lifetime-value", label: "nav.revenue", icon: <PayCircleOutlined />, permission: "metrics.read", part: "nav.value" },
      { to: "/analyse/rfm", label: "nav.rfm", icon: <AppstoreOutlined />, permission: "metrics.read", part: "nav.value" },
      { to: "/analyse/clusters", label: "nav.clusters", icon: <DotChartOutlined />, permission: "metrics.read", part: "nav.value" },
      { to: "/analyse/basket", label: "nav.basket", icon: <ShoppingOutlined />, permission: "metrics.read", part: "nav.value" },
      { to: "/analyse/attribution", label: "nav.attribution", icon: <ShareAltOutlined />, permission: "metrics.read", part: "nav.explain" },
      { to: "/analyse/correlation", label: "nav.correlation", icon: <SplitCellsOutlined />, permission: "metrics.read", part: "nav.explain" },
      { to: "/analyse/drivers", label: "nav.drivers", icon: <ForkOutlined />, permission: "metrics.read", part: "nav.explain" },
      { to: "/analyse/seasons", label: "nav.seasons", icon: <CalendarOutlined />, permission: "metrics.read", part: "nav.explain" },
      { to: "/analyse/recipes", label: "nav.recipes", icon: <OrderedListOutlined />, permission: "metrics.read", part: "nav.explain" },
      { to: "/analyse/sql", label: "nav.sql", icon: <CodeOutlined />, permission: "sql.run", part: "nav.explain" },
    ],
  },
  {
    key: "people",
    label: "nav.people",
    items: [
      { to: "/people", label: "nav.search", icon: <UserSwitchOutlined />, permission: "people.see" },
      { to: "/people/standing", label: "nav.standing", icon: <GroupOutlined />, permission: "audiences.read" },
      { to: "/people/segments", label: "nav.segments", icon: <UsergroupAddOutlined />, permission: "audiences.read" },
      { to: "/people/models", label: "nav.models", icon: <ExperimentOutlined />, permission: "audiences.read" },
      { to: "/people/review", label: "nav.review", icon: <DiffOutlined />, permission: "people.see" },
      { to: "/people/policy", label: "nav.policy", icon: <NodeIndexOutlined />, permission: "people.see" },
    ],
  },
  {
    key: "data",
    label: "nav.data",
    items: [
      { to: "/data/sources", label: "nav.sources", icon: <CloudDownloadOutlined />, permission: "sources.read" },
      { to: "/data/quality", label: "nav.quality", icon: <SafetyCertificateOutlined />, permission: "sources.read" },
      { to: "/data/quarantine", label: "nav.quarantine", icon: <FilterOutlined />, permission: "sources.read" },
      { to: "/data/plan", label: "nav.plan", icon: <FileProtectOutlined />, permission: "sources.read" },
      { to: "/data/imports", label: "nav.imports", icon: <UploadOutlined />, permission: "import.write" },
    ],
  },
  {
    key: "admin",
    label: "nav.admin",
    items: [
      { to: "/admin/members", label: "nav.members", icon: <TeamOutlined />, permission: "members.manage" },
      { to: "/admin/access", label: "nav.access", icon: <KeyOutlined />, permission: "tokens.manage" },
    ],
  },
];

/** The groups that somebody with these permissions can use. */
export function navFor(permissions: readonly string[]): NavGroup[] {
  return NAV.map((group) => ({ ...group, items: group.items.filter((item) => permissions.includes(item.permission)) })).filter(
    (group) => group.items.length > 0,
  );
}

/** The address of the item that a page belongs to: its own, else the nearest one above it. */
export function itemOf(path: string): string {
  const over = NAV.flatMap((group) => group.items.map((item) => item.to as string)).filter((to) => path === to || path.startsWith(`${to}/`));
  return over.sort((a, b) => b.length - a.length)[0] ?? "/";
}
