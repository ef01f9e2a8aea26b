/** Driver trees: what parts people into those who do more and those who do less. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type DriversAnswer, driversOptions, fetchDriversFile } from "@/api/drivers";
import { formatShare, toNumber } from "@/kit/format";
import { type Format, useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { DriversBody, type Figure } from "./DriversBody";
import { DriversBuilder } from "./DriversBuilder";
import { DriversPane } from "./DriversPane";
import { useDriverNames } from "./driverNames";
import { byDistance, type DriversDefinition, readDrivers, readLeaf, usualDrivers, wholeDrivers } from "./driversDefinition";
import { eventsOf } from "./given";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import "./drivers.css";

/** How the figures of an answer are told: shares, money where prices are added up, plain numbers. */
function teller(definition: DriversDefinition, format: Format): (what: DriversAnswer["what"]) => Figure {
  return (what) => (value) => {
    const number = toNumber(value) ?? 0;
    if (what === "rate") return formatShare(number, format.language);
    return format.brief(number, definition.target.sum === "price" ? "money" : "number", { tidy: true });
  };
}

function Sentence({ answer, definition, figure }: { answer: DriversAnswer; definition: DriversDefinition; figure: Figure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const events = useNames();
  const names = useDriverNames(definition);
  const name = nameOf(definition, "drivers");
  const { total, leaves } = answer;
  const gap = format.language === "zh" ? "" : " ";
  const start = eventsOf(definition.start).map(events.event).join(" / ");
  if (!total) return t("drivers.nobody", { start });
  const did = eventsOf({ event: definition.target.did }).map(events.event).join(" / ");
  const far = leaves.length > 1 ? byDistance(leaves, Number(total.mean))[0] : undefined;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t(`drivers.tells.${answer.what}`, {
        people: format.count(answer.people) as unknown as number,
        start,
        did,
        value: figure(total.mean),
        low: figure(total.low),
        high: figure(total.high),
      })}
      {gap}
      {far
        ? t("drivers.farthest", { way: names.way(far), value: figure(far.figure.mean), people: format.count(far.people) as unknown as number })
        : t("drivers.nothing")}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asking = useAsking(known, { kind: "drivers", usual: usualDrivers, read: readDrivers, whole: wholeDrivers, options: driversOptions });
  const { definition, search, building } = asking;
  const told = teller(definition, format);
  const open = asking.lister((leaf: number | null) => (leaf === null ? "all" : String(leaf)));
  return (
    <Analysis
      asking={asking}
      title={t("drivers.title")}
      what={t("drivers.what")}
      sentence={(answer) => <Sentence answer={answer} definition={definition} figure={told(answer.what)} />}
      unfinished={{ title: t("drivers.unfinishedTitle"), text: t("drivers.unfinishedText") }}
      file={(answer) => fetchDriversFile(definition, answer.asked_ms, "counts", null)}
      height={420}
      builderTitle={t("drivers.builder")}
      builder={<DriversBuilder {...building} />}
      nothing={(answer) => !answer.total}
      empty={{ title: t("drivers.emptyTitle"), text: t("drivers.emptyText") }}
      pane={(answer) => (
        <DriversPane answer={answer} definition={definition} figure={told(answer.what)} leaf={readLeaf(search.rows)} {...asking.pane} />
      )}
    >
      {(answer) => <DriversBody answer={answer} definition={definition} figure={told(answer.what)} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function DriversPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("drivers.title")} what={t("drivers.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
