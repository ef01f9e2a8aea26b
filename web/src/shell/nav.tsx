/** The groups of the left rail. A group appears when one of its pages works. */

import { ApartmentOutlined, BookOutlined, DashboardOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

export type NavItem = { to: "/" | "/metrics/tree" | "/metrics/catalogue"; label: "nav.standup" | "nav.tree" | "nav.catalogue"; icon: ReactNode };
export type NavGroup = { key: string; label: "nav.today" | "nav.metrics"; items: NavItem[] };

export const NAV: NavGroup[] = [
  { key: "today", label: "nav.today", items: [{ to: "/", label: "nav.standup", icon: <DashboardOutlined /> }] },
  {
    key: "metrics",
    label: "nav.metrics",
    items: [
      { to: "/metrics/tree", label: "nav.tree", icon: <ApartmentOutlined /> },
      { to: "/metrics/catalogue", label: "nav.catalogue", icon: <BookOutlined /> },
    ],
  },
];
