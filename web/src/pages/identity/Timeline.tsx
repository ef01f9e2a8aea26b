/** What somebody did, in every channel, on one line: by day, the newest on top, an order a click away. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Moment, timelineOptions } from "@/api/people";
import { Panel } from "@/kit/Panel";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useMay } from "@/shell/session";
import { useTraitName } from "./WhoPanel";
import { useNamespaceName } from "./words";

const DETAILS_MOST = 3;
/** What says little of a moment: technical, told elsewhere in the line, or the same all day long. */
const HIDDEN = new Set("order_key currency source event did pid device platform app_version country os browser channel".split(" "));
/** What a travel seller looks for first. */
const FIRST = [
  "id",
  "route",
  "origin",
  "destination",
  "property",
  "query",
  "keyword",
  "depart_date",
  "arrival_date",
  "amount",
  "booked_amount",
  "price",
  "pax",
];
type Day = { day: string; moments: Moment[] };

/** Bring moments together by the day they have in the workspace's zone, as the server writes them. */
export function byDay(moments: Moment[]): Day[] {
  const days: Day[] = [];
  for (const moment of moments) {
    const day = moment.at.slice(0, 10);
    const last = days.at(-1);
    if (last?.day === day) last.moments.push(moment);
    else days.push({ day, moments: [moment] });
  }
  return days;
}

/** An id as the server tells it, its namespace first, with the namespace in words. */
function spoken(text: string, name: (namespace: string) => string): string {
  const [namespace = "", ...rest] = text.split(" ");
  return rest.length ? `${name(namespace)} ${rest.join(" ")}` : text;
}

function useDetails(format: Format): (moment: Moment) => { name: string; text: string }[] {
  const { t, i18n } = useTranslation();
  const value = useValueName();
  const traitName = useTraitName();
  const namespace = useNamespaceName();
  return (moment) =>
    Object.entries(moment.detail)
      .filter(([name, held]) => !HIDDEN.has(name) && held !== null && held !== "" && typeof held !== "object")
      .sort(([one], [other]) => (FIRST.indexOf(one) + 1 || FIRST.length + 1) - (FIRST.indexOf(other) + 1 || FIRST.length + 1))
      .slice(0, DETAILS_MOST)
      .map(([name, held]) => {
        const money = /amount|fee|price|value$/.test(name) && /^-?\d+(\.\d+)?$/.test(String(held));
        const currency = typeof moment.detail.currency === "string" ? moment.detail.currency : "";
        if (moment.kind === "identity" && name === "id") return { name, text: spoken(String(held), namespace) };
        const text = money ? format.figure(String(held), "money", { currency }) : value(name, held);
        const named = i18n.exists(`field.${name}`) ? t(`field.${name}` as "field.state") : traitName(name);
        return { name: named, text };
      });
}

function One({ moment, format, open }: { moment: Moment; format: Format; open: ((order: string) => void) | null }) {
  const { t } = useTranslation();
  const details = useDetails(format)(moment);
  const value = useValueName();
  const channel = moment.channel ? value("sales_channel", moment.channel) : moment.source;
  const title = format.language === "zh" ? moment.title_zh : moment.title_en;
  return (
    <li className={`moment is-${moment.kind}`}>
      <time className="num">{moment.at.slice(11, 16)}</time>
      <i className="moment-dot" aria-hidden="true" />
      <div>
        <p>
          {moment.order_key !== null && open ? (
            <button type="button" className="textlink" title={t("person.openOrder")} onClick={() => open(String(moment.order_key))}>
              {title}
            </button>
          ) : (
            <strong>{title}</strong>
          )}
          <span className="sr"> {t(`person.value.${moment.kind}`)}</span>
          {channel ? <span className="moment-channel">{channel}</span> : null}
        </p>
        {details.length ? (
          <p className="moment-detail">
            {details.map((detail) => (
              <span key={detail.name}>
                {moment.kind === "identity" ? null : <em>{detail.name} </em>}
                {detail.text}
              </span>
            ))}
          </p>
        ) : null}
      </div>
    </li>
  );
}

type Props = { did: string; asOf: string | undefined; open: (order: string) => void };

/** Show the panel. */
export function Timeline({ did, asOf, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayOrders = useMay("orders.read");
  const query = useInfiniteQuery(timelineOptions(did, asOf));
  return (
    <Panel title={t("person.timeline")} hint={t("person.timelineHint")} className="person-times">
      <Shown
        query={query}
        what={t("person.timeline")}
        permission="people.see"
        skeleton={<Bone height={360} />}
        empty={(data) => (data.pages[0]?.items.length ? null : <p className="muted">{t("person.timelineNone")}</p>)}
      >
        {(data) => (
          <>
            {byDay(data.pages.flatMap((page) => page.items)).map(({ day, moments }) => (
              <section className="day" key={day}>
                <h3>{format.day(day)}</h3>
                <ol>
                  {moments.map((moment, index) => (
                    <One key={`${moment.at}${moment.kind}${index}`} moment={moment} format={format} open={mayOrders ? open : null} />
                  ))}
                </ol>
              </section>
            ))}
            <div className="pane-foot">
              {query.hasNextPage ? (
                <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t("person.timelineMore")}
                </Button>
              ) : (
                <span className="muted">{t("person.timelineEnd")}</span>
              )}
            </div>
          </>
        )}
      </Shown>
    </Panel>
  );
}
