/** One event of the plan: what it means, and each property as agreed beside how it came. */

import { useTranslation } from "react-i18next";
import type { PlanEvent, PlanProperty } from "@/api/data";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { useFormat } from "@/kit/use";
import { useDataNames } from "./names";

const TYPE = /\b(text|integer|decimal|date|boolean|list|object)\b/g;

/** Show the event, or nothing while it is null. */
export function EventPane({ event, close }: { event: PlanEvent | null; close: () => void }) {
  const { language } = useFormat();
  return (
    <SidePane
      open={event !== null}
      close={close}
      width={760}
      testid="plan-event"
      title={
        event ? (
          <>
            {(language === "zh" ? event.title_zh : event.title_en) || event.event} <code className="muted">{event.event}</code>
          </>
        ) : null
      }
    >
      {event ? <Body event={event} /> : null}
    </SidePane>
  );
}

function Body({ event }: { event: PlanEvent }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDataNames();
  const named = (drift: string) => (drift.includes("\u2260") ? drift.replaceAll(TYPE, (type) => names.type(type)) : drift);
  const means = format.language === "zh" ? event.means_zh : event.means_en;
  const facts: [string, string][] = [
    [t("plan.who"), names.who(event.who)],
    [t("plan.activity"), event.activity ? t("rows.yes") : t("rows.no")],
    [t("plan.volume"), format.count(event.volume_7d)],
    [t("plan.flagged"), format.count(event.flagged_7d)],
    [t("plan.last"), event.last_seen ? format.instant(event.last_seen) : MISSING],
  ];
  return (
    <>
      <p className="definition-lead">{event.planned || means ? means || MISSING : t("plan.notAgreed")}</p>
      <dl className="facts facts-grid">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      {event.aliases.length ? (
        <p>
          <span className="muted">{t("plan.aliases")} </span>
          {event.aliases.map((alias) => (
            <code className="tag" key={alias}>
              {alias}
            </code>
          ))}
        </p>
      ) : null}
      <section className="block">
        <h3>{t("source.properties")}</h3>
        <Sheet<PlanProperty>
          label={t("source.properties")}
          rows={event.properties}
          rowKey={(property) => property.name}
          empty={t("plan.noProperties")}
          columns={[
            {
              key: "name",
              title: t("plan.property"),
              cell: (property) => (
                <>
                  <code>{property.name}</code> {property.required ? <span className="tag">{t("plan.required")}</span> : null}
                  {property.planned ? null : <span className="tag muted">{t("plan.unplannedOne")}</span>}
                  {property.pii ? <span className="tag tag-warn">{t("plan.pii")}</span> : null}
                </>
              ),
            },
            { key: "type", title: t("plan.agreed"), width: 84, cell: (property) => (property.type ? names.type(property.type) : MISSING) },
            {
              key: "seen",
              title: t("plan.came"),
              width: 110,
              cell: (property) => {
                // A date comes as text and a whole number is a decimal too: only the server's word says that a type is another.
                const odd = property.drift?.includes("\u2260") ?? false;
                const text = property.seen_types.map((type) => names.type(type)).join(", ");
                return <span className={odd ? "is-over" : ""}>{text || MISSING}</span>;
              },
            },
            { key: "share", title: t("plan.filled"), number: true, width: 84, cell: (property) => format.figure(property.share_7d, "ratio") },
            {
              key: "values",
              title: t("plan.values"),
              cell: (property) =>
                property.drift ? (
                  <span className="is-warned">{named(property.drift)}</span>
                ) : (
                  <span className="muted clamp-two">{property.values?.join(", ") ?? ""}</span>
                ),
            },
          ]}
        />
      </section>
    </>
  );
}
