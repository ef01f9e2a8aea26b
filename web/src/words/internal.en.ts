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
    },
    by: "Known by",
    values: "Any of these values",
    key: "Property",
    hits: "{{count}} {{count, plural(one: event; other: events)}}",
    arrival: "known on arrival only",
    add: "Add a rule",
    remove: "Remove the rule {{name}}",
    none: "No rules yet: only what senders call internal is left out.",
    preview: "Preview",
    save: "Put these rules in force",
    storedTitle: "Events that are stored already",
    storedLead: "Rules hold for what arrives. Stored days are brought in line on request, and all that rules marked can be taken back.",
    apply: "Apply to the last 90 days",
    undo: "Take all marks back",
    applying: "Bringing stored events in line",
    undoing: "Taking marks back",
  },
};
