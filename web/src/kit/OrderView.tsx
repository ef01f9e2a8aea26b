/** One order: its header, and each list it carries, as the server gives them. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { orderOptions } from "@/api/keys";
import { formatInstantFull, MISSING } from "./format";
import { type Column, Sheet } from "./Sheet";
import { Bone, Shown } from "./states";
import { type Format, useFormat } from "./use";
import { useValueName } from "./values";

type Plain = Record<string, unknown>;
const LISTS = ["lines", "states", "postings", "travellers", "passengers", "segments", "tickets", "flags", "versions"] as const;
/** What a line repeats of its order. */
const REPEATED = new Set(["source", "member", "sales_channel", "currency", "fx_rate", "booked_at", "booked_date", "payment_known", "paid"]);

function show(name: string, value: unknown, format: Format): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (name.endsWith("_ms") && typeof value === "number") return formatInstantFull(new Date(value).toISOString(), format.language, format.zone);
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)) return formatInstantFull(value, format.language, format.zone);
  if (typeof value === "string" && /amount|fee|price/.test(name) && /^-?\d+(\.\d+)?$/.test(value))
    return format.figure(value, "money", { currency: "" });
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function useLabel(): (name: string) => string {
  const { t, i18n } = useTranslation();
  return (name: string) => (i18n.exists(`field.${name}`) ? t(`field.${name}` as "field.state") : name.replace(/_ms$/, "").replaceAll("_", " "));
}

function List({ name, rows, format }: { name: string; rows: Plain[]; format: Format }) {
  const label = useLabel();
  const valueName = useValueName();
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (key) => !REPEATED.has(key) && rows.some((row) => row[key] !== null && row[key] !== undefined),
  );
  const columns: Column<Plain & { "#": number }>[] = names.map((key) => ({
    key,
    title: label(key),
    number: /amount|fee|rate|quantity|nights|pax/.test(key),
    cell: (row) => valueName(key, show(key, row[key], format)),
  }));
  return (
    <Sheet
      label={name}
      rows={rows.map((row, index) => ({ ...row, "#": index }))}
      columns={columns}
      rowKey={(row) => String(row["#"])}
      scroll={{ x: "max-content" }}
    />
  );
}

/** Show the order of a key. */
export function OrderView({ orderKey }: { orderKey: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const valueName = useValueName();
  const query = useQuery(orderOptions(orderKey));
  return (
    <Shown query={query} what={t("order.header")} permission="orders.read" skeleton={<Bone height={320} />}>
      {(data) => {
        const body = data as Plain;
        const header = (typeof body.order === "object" && body.order !== null ? { ...body.order, booker: body.booker } : body) as Plain;
        const facts = Object.entries(header).filter(([, value]) => !Array.isArray(value) && (typeof value !== "object" || value === null));
        return (
          <div className="order">
            <dl className="facts facts-grid">
              {facts
                .filter(([, value]) => value !== null && value !== "")
                .map(([name, value]) => (
                  <div key={name}>
                    <dt>{label(name)}</dt>
                    <dd className="num">{valueName(name, show(name, value, format))}</dd>
                  </div>
                ))}
            </dl>
            {LISTS.filter((name) => Array.isArray(body[name]) && (body[name] as Plain[]).length > 0).map((name) => (
              <section key={name}>
                <h3>{t(`order.${name}`)}</h3>
                <List name={t(`order.${name}`)} rows={body[name] as Plain[]} format={format} />
              </section>
            ))}
          </div>
        );
      }}
    </Shown>
  );
}
