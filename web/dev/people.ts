/** Made-up answers for the pages of people, imports and administration, by method and path; the tests and the mock server give them. */

import type { Member, MembersPage, Roles, Token, TokensPage } from "../src/api/access";
import type { WriteKey } from "../src/api/data";
import { importAnswers } from "./imports.ts";
import { personAnswers } from "./persons.ts";

const member = (id: string, name: string, email: string, role: string, more: Partial<Member> = {}): Member => ({
  id,
  name,
  email,
  role,
  state: "active",
  language: "zh",
  created_ms: Date.UTC(2026, 8, 4, 2, 10),
  ...more,
});
export const members: MembersPage = {
  members: [
    member("usr_1", "林岚", "lin.lan@gull.example", "admin"),
    member("mem_2", "Pat Okafor", "pat@gull.example", "lead", { language: "en" }),
    member("mem_3", "陈思远", "chen@gull.example", "analyst"),
    member("mem_4", "Old Hand", "old@gull.example", "viewer", { state: "disabled", language: "en" }),
  ],
  next_cursor: null,
};

const RIGHTS: [string, string][] = [
  ["session.own", "Any signed-in user, for their own session"],
  ["metrics.read", "See metrics and dashboards"],
  ["orders.read", "Open single orders"],
  ["people.see", "See rows about people, masked"],
  ["people.unmask", "See e-mails, phones and ids of people in full"],
  ["people.merge", "Join and part people, and judge suggestions"],
  ["people.erase", "Hand over all that is held of a person, and erase it"],
  ["sources.read", "See sources"],
  ["export", "Download rows as a file"],
  ["import.write", "Import, replace and undo batches"],
  ["definitions.approve", "Approve definitions"],
  ["members.manage", "Create, disable and change members"],
  ["tokens.manage", "Create and revoke API tokens"],
  ["weather.change", "Change the weather"],
];
const names = RIGHTS.map(([right]) => right);
export const roles: Roles = {
  roles: [
    { role: "admin", permissions: names },
    { role: "lead", permissions: names.filter((right) => !["people.unmask", "members.manage", "tokens.manage"].includes(right)) },
    { role: "analyst", permissions: names.slice(0, 4) },
    { role: "viewer", permissions: names.slice(0, 2) },
  ],
  permissions: RIGHTS.map(([permission, means]) => ({ permission, means })),
};

const token = (id: string, name: string, more: Partial<Token> = {}): Token => ({
  id,
  name,
  role: "viewer",
  hint: "wsk_7Qe1",
  state: "works",
  created: "2026-11-02T09:30:00+08:00",
  created_by: "林岚",
  expires: "2027-01-31T09:30:00+08:00",
  used: "2026-11-21T02:00:10+08:00",
  revoked: null,
  ...more,
});
export const tokens: TokensPage = {
  items: [
    token("tok_1", "Nightly trading report"),
    token("tok_2", "Warehouse copy", { role: "analyst", expires: null, used: null }),
    token("tok_3", "Trial of a partner", { state: "revoked", revoked: "2026-11-11T10:00:00+08:00" }),
  ],
  next: null,
};
const key = (id: string, source: string, name: string, kind: "public" | "server", more: Partial<WriteKey> = {}): WriteKey => ({
  id,
  source,
  name,
  kind,
  secret: kind === "public" ? "pk_9f2c4e" : null,
  hint: kind === "public" ? "pk_9f2c" : "sk_51aa",
  sensors_default: false,
  created: "2026-10-03T09:00:00+08:00",
  created_by: "林岚",
  used: "2026-11-21T09:01:00+08:00",
  revoked: null,
  ...more,
});
export const writeKeys: { items: WriteKey[] } = {
  items: [
    key("key_1", "web", "Website, production", "public"),
    key("key_2", "server", "Booking engine", "server"),
    key("key_3", "app", "App 5.x", "public", { revoked: "2026-11-10T09:00:00+08:00" }),
  ],
};

export const peopleAnswers: Record<string, unknown> = {
  ...personAnswers,
  ...importAnswers,
  "GET /api/members": members,
  "POST /api/members": members.members[1],
  "PATCH /api/members/mem_2": members.members[1],
  "POST /api/members/mem_2/password": {},
  "GET /api/audit": {
    entries: [
      {
        seq: 8,
        at_ms: Date.UTC(2026, 10, 21, 1, 5),
        actor_id: "mem_2",
        actor_name: "Pat Okafor",
        via: "session",
        action: "metrics.exported",
        subject: "query:revenue",
        detail: "{}",
        previous: "",
        hash: "",
      },
    ],
    next_cursor: null,
  },
  "GET /api/roles": roles,
  "GET /api/tokens": tokens,
  "POST /api/tokens": { token: tokens.items[0], secret: "wsk_7Qe1aVeryLongSecret" },
  "DELETE /api/tokens/tok_1": {},
  "GET /api/keys": writeKeys,
  "DELETE /api/keys/key_2": {},
};
