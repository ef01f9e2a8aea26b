/** The words of internal traffic in English. */

import type { internalZh } from "./internal.zh";

export const internalEn: typeof internalZh = {
  internal: {
    open: "Internal traffic",
    leftOut: "{{count}} internal {{count, plural(one: event; other: events)}} left out",
    leftOutHint: "Staff, tests and monitoring are no visitors: {{days}}. Open the rules.",
    title: "Who is no visitor?",
    what: "the rules of internal traffic",
    lead: "Staff, tests and monitoring: events that a rule knows are stored, and left out of all metrics. The first rule that fits is kept beside the event.",
    left: "Last 7 days: {{out}} of {{events}} {{events, plural(one: event; other: events)}} {{out, plural(one: is; other: are)}} left out ({{share}}): {{ruled}} by rules, {{said}} because their sender says so.",
    would: "These rules mark {{would}} of {{events}} {{events, plural(one: event; other: events)}} of the last 7 days.",
    draft: "Version {{version}} is a draft and waits for approval.",
    name: "Name of the rule",
    kind: {
      channel: "channel",
      source: "source",
      user: "login",
      email_domain: "e-mail domain",
      user_agent: "user agent contains",
      property: "property",
      network: "network address",
    },
    by: "Known by",
    values: "Any of these values",
    networks: "such as 203.0.113.0/24, 2001:db8::/32",
    key: "Property",
    hits: "{{count}} {{count, plural(one: event; other: events)}}",
    arrival: "known on arrival only",
    arrivalNetwork: "Compared on arrival only: addresses are not kept, so it marks what arrives once it is in force and can't be previewed.",
    add: "Add a rule",
    remove: "Remove the rule {{name}}",
    none: "No rules yet: only what senders call internal is left out.",
    preview: "Preview",
    save: "Put these rules in force",
    storedTitle: "Events that are stored already",
    storedLead: "Rules hold for what arrives. Stored days are brought in line on request, and all that rules marked can be taken back.",
    storedNetwork:
      "Not by rules of network addresses: stored events bear no address. What they marked on arrival stays while the rule is there; once taken back, it can't be marked again.",
    apply: "Apply to the last 90 days",
    undo: "Take all marks back",
    applying: "Bringing stored events in line",
    undoing: "Taking marks back",
  },
};
