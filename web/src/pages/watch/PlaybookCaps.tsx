/** How often and for how much each kind of step may act, what is used of it, and the change of both. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Cap, playbookKeys, setCaps } from "@/api/playbooks";
import { Reason } from "@/kit/Reason";
import { type Column, Sheet } from "@/kit/Sheet";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

const OFTEN_MOST = 1000;
type Props = { caps: readonly Cap[]; currency: string; format: Format };

/** Show the caps; who may set them finds a button in each row. */
export function CapList({ caps, currency, format }: Props) {
  const { t } = useTranslation();
  const may = useMay("playbooks.caps");
  const [edited, edit] = useState<Cap | null>(null);
  const money = (amount: string) => format.figure(amount, "money", { currency });
  const columns: Column<Cap>[] = [
    { key: "kind", title: t("playbooks.kind"), cell: (cap) => format.say(cap.title) },
    {
      key: "used",
      title: t("playbooks.used"),
      number: true,
      width: 110,
      cell: (cap) => (cap.per_hour ? t("playbooks.of", { used: cap.used, cap: cap.per_hour }) : t("playbooks.off")),
    },
    {
      key: "money",
      title: t("playbooks.money"),
      number: true,
      width: 160,
      cell: (cap) =>
        cap.money_per_day === null ? "\u2014" : t("playbooks.of", { used: money(cap.used_money ?? "0"), cap: money(cap.money_per_day) }),
    },
  ];
  const change: Column<Cap> = {
    key: "do",
    title: "",
    width: 80,
    cell: (cap) => (
      <Button size="small" aria-label={`${t("playbooks.change")} ${format.say(cap.title)}`} onClick={() => edit(cap)}>
        {t("playbooks.change")}
      </Button>
    ),
  };
  return (
    <>
      <Sheet<Cap> label={t("playbooks.caps")} rows={caps} rowKey={(cap) => cap.kind} columns={may ? [...columns, change] : columns} />
      {edited ? <Edit key={edited.kind} cap={edited} currency={currency} close={() => edit(null)} /> : null}
    </>
  );
}

function Edit({ cap, currency, close }: { cap: Cap; currency: string; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [often, setOften] = useState(cap.per_hour);
  const [money, setMoney] = useState(cap.money_per_day);
  const save = useMutation({
    mutationFn: () => setCaps(cap.kind, { per_hour: often, money_per_day: money }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: playbookKeys.all });
      close();
    },
  });
  return (
    <Reason
      open
      why={false}
      title={`${t("playbooks.caps")}: ${format.say(cap.title)}`}
      action={t("playbooks.change")}
      busy={save.isPending}
      error={save.error}
      done={() => save.mutate()}
      close={close}
      text={
        <div className="run-caps">
          <p>{t("playbooks.capsAbout")}</p>
          <span className="filter-label">{t("playbooks.perHour")}</span>
          <InputNumber
            aria-label={t("playbooks.perHour")}
            min={0}
            max={OFTEN_MOST}
            precision={0}
            value={often}
            onChange={(next) => setOften(next ?? 0)}
          />
          {cap.money_per_day === null ? null : (
            <>
              <span className="filter-label">{t("playbooks.perDay", { currency })}</span>
              <InputNumber<string>
                stringMode
                aria-label={t("playbooks.perDay", { currency })}
                min="0"
                precision={2}
                value={money ?? "0"}
                onChange={(next) => setMoney(next ?? "0")}
              />
            </>
          )}
        </div>
      }
    />
  );
}
