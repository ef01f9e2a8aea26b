/** RFM: how recently, how often and for how much people bought; eight groups, the grid, and who is in each. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchRfmFile, type RfmAnswer, type RfmGroup, rfmOptions } from "@/api/money";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { staleSince } from "./given";
import { usualMonths } from "./money";
import { RfmBody } from "./RfmBody";
import { RfmPane } from "./RfmPane";
import { RfmRules } from "./RfmRules";
import { moneyShare, type Rfm, readRfm, readRfmPlace, usualRfm, VIEWS, type View, wholeRfm, writeRfmPlace } from "./rfmDefinition";
import { nameOf } from "./Saved";
import "./retention.css";
import "./rfm.css";

const BEST = "111";
const LOST = "001";

function Sentence({ answer, name, known }: { answer: RfmAnswer; name: string; known: Known }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const gap = format.language === "zh" ? "" : " ";
  const shared = (share: number | null) => (share === null ? MISSING : formatShare(share, format.language));
  const [best, lost] = [BEST, LOST].map((code) => answer.groups.find((one) => one.code === code));
  const people = (count: number) => t("lifetime.people", { count: format.count(count) as unknown as number });
  const top = [...answer.groups].sort((a, b) => (toNumber(b.money) ?? 0) - (toNumber(a.money) ?? 0))[0];
  const told = (key: "best" | "top", group: RfmGroup | undefined) =>
    group?.people
      ? t(`rfm.tells.${key}`, {
          group: format.say(group),
          people: people(group.people),
          share: shared(toNumber(group.share)),
          money: shared(moneyShare(group.money, answer)),
        })
      : null;
  const stale = staleSince(known);
  if (!answer.total.people) return null;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("rfm.answer", {
        people: people(answer.total.people),
        money: format.brief(answer.total.money, "money"),
        told: t(`growth.moneyTold.${answer.money}`),
      })}
      {gap}
      {told("best", best)}
      {gap}
      {top && top !== best ? told("top", top) : null}
      {gap}
      {lost?.people
        ? t("rfm.lost", {
            group: format.say(lost),
            people: people(lost.people),
            days: t("rfm.days", { count: Number(toNumber(lost.days_each)?.toFixed(0)) }),
          })
        : null}
      {gap}
      {stale ? t("analysis.stale", { day: format.weekday(stale) }) : null}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { kind: "rfm", usual: usualRfm, read: readRfm, whole: wholeRfm, options: rfmOptions, period: usualMonths });
  const { definition, search, go, building } = asking;
  const view = VIEWS.find((one) => one === search.view) ?? "people";
  return (
    <Analysis<Rfm, RfmAnswer>
      asking={asking}
      title={t("rfm.title")}
      what={t("rfm.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "rfm")} known={known} />}
      unfinished={{ title: t("rfm.unfinishedTitle"), text: t("rfm.unfinishedText") }}
      file={(answer) => fetchRfmFile(definition, answer.asked_ms, null)}
      builderTitle={t("rfm.builder")}
      builder={<RfmRules {...building} />}
      nothing={(answer) => !answer.total.people}
      empty={{ title: t("rfm.emptyTitle"), text: t("rfm.emptyText") }}
      recent={t("analysis.recentMonths")}
      height={420}
      pane={(answer) => <RfmPane answer={answer} definition={definition} place={readRfmPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => (
        <RfmBody
          answer={answer}
          view={view}
          show={(next: View) => go({ view: next === "people" ? undefined : next })}
          open={asking.lister(writeRfmPlace)}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function RfmPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("rfm.title")} what={t("rfm.what")} orders>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
