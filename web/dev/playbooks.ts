/** What a server answers about playbooks: for the tests and for looking at pages without a server. */

import type { ActionKinds, Caps, DryRun, Flags, PlaybookRun, PlaybookRuns } from "../src/api/playbooks";

const AT = Date.parse("2026-11-20T14:20:00+08:00");
const words = (en: string, zh: string) => ({ en, zh });
const slot = {
  name: "switch_slot",
  title: words("Switch a slot", "切换槽位"),
  params: [{ name: "to", type: "text" as const, en: "What is to stand there", zh: "切换为", required: true, default: null, least: 1, most: 300 }],
  approval: false,
  undoable: true,
  heals: true,
};
export const kinds: ActionKinds = { items: [slot], by_hand: ["propose_price"] };
const done: PlaybookRun = {
  id: "play_1",
  alert: "alert_1",
  incident: "inc_1",
  event: "partner_down",
  event_version: 0,
  step: 2,
  kind: "switch_slot",
  title: words("Leave the partner out until it answers", "恢复前切除该合作方"),
  kind_title: slot.title,
  mode: "manual",
  inputs: { slot: "partner", to: "backup" },
  diff: [{ ...words("Flag switch_slot/partner", "开关 switch_slot/partner"), before: "", after: "backup" }],
  money: null,
  state: "ok",
  proposed_name: "陈立",
  proposed_ms: AT,
  approved_name: "",
  started_ms: AT,
  ended_ms: AT,
  caps: {},
  result: {},
  note: "",
  verification: "waiting",
  verify_until_ms: AT + 3_600_000,
  undone_name: "",
  undo_reason: "",
  revision: 4,
  approval: false,
  undoable: true,
  mine: false,
};
const asked: PlaybookRun = {
  ...done,
  id: "play_2",
  event: "overbooking",
  kind: "issue_vouchers",
  title: words("Vouchers for guests who are moved", "给被调换的客人发补偿券"),
  kind_title: words("Issue vouchers", "发放补偿券"),
  diff: [{ ...words("Flag issue_vouchers/moved", "开关 issue_vouchers/moved"), before: "", after: "600.00" }],
  money: "600.00",
  state: "proposed",
  verification: "",
  approval: true,
  revision: 1,
};
export const runs: PlaybookRuns = { items: [asked, done], next: null };
export const caps: Caps = {
  currency: "CNY",
  items: [
    {
      kind: "issue_vouchers",
      title: asked.kind_title,
      per_hour: 4,
      used: 0,
      money_per_day: "50000.00",
      used_money: "600.00",
      changed_ms: 0,
      changed_by: "",
    },
    { kind: "switch_slot", title: slot.title, per_hour: 4, used: 1, money_per_day: null, used_money: null, changed_ms: 0, changed_by: "" },
  ],
};
export const flags: Flags = {
  next: null,
  items: [
    {
      id: "flag_1",
      name: "switch_slot/partner",
      kind: "switch_slot",
      value: "backup",
      reason: "The partner does not answer.",
      run: "play_1",
      from_ms: AT,
      until_ms: null,
      by: "陈立",
      ended_ms: null,
      ended_by: "",
      ended_reason: "",
      holds: true,
    },
  ],
};
export const dry: DryRun = {
  kind: "switch_slot",
  title: slot.title,
  inputs: done.inputs,
  diff: done.diff,
  money: null,
  approval: false,
  undoable: true,
};

export const playbookAnswers: Record<string, unknown> = {
  "GET /api/playbooks/kinds": kinds,
  "GET /api/playbooks/runs": runs,
  "GET /api/playbooks/caps": caps,
  "GET /api/playbooks/flags": flags,
  "POST /api/playbooks/dry-run": dry,
  "POST /api/playbooks/runs": { ...done, state: "approved" },
  "POST /api/playbooks/runs/play_1/run": done,
  "POST /api/playbooks/runs/play_1/undo": { ...done, state: "undone" },
  "POST /api/playbooks/runs/play_2/approve": { ...asked, state: "approved" },
  "POST /api/playbooks/flags/flag_1/clear": {},
  "PUT /api/playbooks/caps/switch_slot": { ...caps.items[1], per_hour: 2 },
};
