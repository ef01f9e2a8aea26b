/** The words of the frame around every page in English. */

import type { shellZh } from "./shell.zh";

export const shellEn: typeof shellZh = {
  app: { name: "Windsock", tagline: "The operations desk of a travel seller", skip: "Skip to content", menu: "Main menu", loading: "Loading" },
  nav: {
    today: "Today",
    standup: "Stand-up",
    metrics: "Metrics",
    tree: "Metric tree",
    catalogue: "Metric catalogue",
    dashboards: "Dashboards",
    reports: "Reports",
    data: "Data",
    sources: "Sources",
    plan: "Tracking plan",
    quarantine: "Quarantine",
    quality: "Quality",
    imports: "Imports",
    people: "People",
    search: "Find a person",
    review: "Identity review",
    policy: "Identity policy",
    admin: "Administration",
    members: "Members",
    access: "Roles and tokens",
  },
  top: {
    language: "Language",
    toDark: "Switch to dark",
    toLight: "Switch to light",
    account: "Account",
    signOut: "Sign out",
    completeUntil: "Data complete until {{at}}",
    completeUnknown: "Not known until when the data is complete",
    lateSources: "{{count}} source(s) late",
    allOnTime: "All sources on time",
    goodColour: "Colour of good",
    goodGreen: "Green is good",
    goodRed: "Red is good",
    role: { admin: "Administrator", lead: "Operations lead", analyst: "Analyst", viewer: "Viewer" },
  },
};
