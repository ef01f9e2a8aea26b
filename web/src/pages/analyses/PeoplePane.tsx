/** Who is behind a number, page by page; and for one of them, why each step counted or not. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import {
  type FunnelAnswer,
  type FunnelPeople,
  type FunnelPerson,
  fetchFunnelFile,
  fetchFunnelPeople,
  funnelProofOptions,
  type Place,
} from "@/api/analyses";
import { DownloadButton } from "@/kit/DownloadButton";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useCellName } from "./Cut";
import type { Definition } from "./definition";

type Props = {
  answer: FunnelAnswer;
  definition: Definition;
  names: string[];
  place: Place | null;
  person: number | null;
  /** The first instant of the attempt that is explained; null for the one that is counted. */
  start: number | null;
  open: (person: number | null, start: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function PeoplePane({ answer, definition, names, place, person, start, open, close }: Props) {
  const { t } = useTranslation();
  const shut = useCallback(() => close(), [close]);
  const step = place ? (names[place.step - 1] ?? "") : "";
  const title = place ? t(place.dropped ? "funnel.peopleLost" : "funnel.peopleAt", { step }) : "";
  const heading =
    person === null ? (
      title
    ) : (
      <span className="pane-title">
        <Button size="small" type="text" icon={<ArrowLeftOutlined />} aria-label={t("funnel.back")} onClick={() => open(null, null)} />
        {t("funnel.proof")}
      </span>
    );
  const extra =
    place && person === null ? (
      <DownloadButton
        fetch={() => fetchFunnelFile(definition, answer.asked_ms, place)}
        name="funnel-people.csv"
        label={t("funnel.downloadPeople")}
        failed={t("funnel.failed")}
      />
    ) : null;
  return (
    <SidePane open={place !== null} title={heading} extra={extra} close={shut} width={640} testid="funnel-people">
      {place && person === null ? <People key={JSON.stringify(place)} answer={answer} definition={definition} place={place} open={open} /> : null}
      {place && person !== null ? <Proof answer={answer} definition={definition} names={names} person={person} start={start} /> : null}
    </SidePane>
  );
}

function About({ answer, place }: { answer: FunnelAnswer; place: Place }) {
  const format = useFormat();
  const called = useCellName(answer.fields);
  const cell = answer.breakdown.find((one) => one.kind === place.cell && (one.value ?? null) === place.value);
  const when = place.cell === "bucket" ? format.day(place.value ?? "") : format.span(answer.period.from, answer.period.to);
  return (
    <p className="pane-about">
      {when}
      {cell ? ` · ${called(cell)}` : ""}
    </p>
  );
}

function People({ answer, definition, place, open }: Pick<Props, "answer" | "definition" | "open"> & { place: Place }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery({
    queryKey: ["analyses", "people", definition, answer.asked_ms, place],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchFunnelPeople(definition, answer.asked_ms, place, pageParam, signal),
    getNextPageParam: (last: FunnelPeople) => last.next,
    retry: false,
  });
  const instant = (at: string | null | undefined) => (at ? format.full(at) : <span className="muted">{MISSING}</span>);
  return (
    <>
      <About answer={answer} place={place} />
      <Shown
        query={query}
        what={t("funnel.what")}
        permission="people.see"
        skeleton={<Bone height={360} />}
        empty={(data) => (data.pages[0]?.total ? null : <Empty title={t("funnel.emptyPeople")} text={t("funnel.emptyPeopleText")} />)}
      >
        {(data) => {
          const rows = data.pages.flatMap((page) => page.people).map((row, index) => ({ ...row, "#": index }));
          const total = data.pages[0]?.total ?? 0;
          return (
            <>
              <Sheet<FunnelPerson & { "#": number }>
                label={t("funnel.peopleAt", { step: "" })}
                rows={rows}
                rowKey={(row) => String(row["#"])}
                open={(row) => open(row.person, row.start_ms)}
                columns={[
                  { key: "person", title: t("funnel.person"), ellipsis: true, cell: (row) => row.name || `#${row.person}` },
                  ...(definition.same ? [{ key: "held", title: t("funnel.same"), cell: (row: FunnelPerson) => row.held ?? MISSING }] : []),
                  { key: "when", title: t("funnel.when"), width: 170, cell: (row) => instant(row.times[0]) },
                  { key: "stopped", title: t("funnel.stopped"), width: 170, cell: (row) => instant(row.times.filter(Boolean).at(-1)) },
                ]}
              />
              <div className="pane-foot">
                <span className="muted num">
                  {t("funnel.shown", { shown: format.count(rows.length), count: format.count(total) as unknown as number })}
                </span>
                {query.hasNextPage ? (
                  <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("funnel.nextPage")}
                  </Button>
                ) : null}
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** The sentence of a step without its number and name, which stand above it. */
const reason = (line: string, index: number, step: string) => {
  const lead = `${index + 1}. ${step}: `;
  return line.startsWith(lead) ? line.slice(lead.length) : line;
};

function Proof({ answer, definition, names, person, start }: Pick<Props, "answer" | "definition" | "names" | "start"> & { person: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const any = answer.order === "unordered";
  const query = useQuery({ ...funnelProofOptions(definition, answer.asked_ms, person, start), enabled: !any });
  return (
    <>
      <p className="pane-about">
        <Link to="/people/$did" params={{ did: String(person) }}>
          {t("funnel.profile")}
        </Link>
      </p>
      {any ? (
        <p className="muted">{t("funnel.noProof")}</p>
      ) : (
        <Shown query={query} what={t("funnel.proof")} permission="people.see" skeleton={<Bone height={200} />}>
          {(data) => (
            <ol className="funnel-proof" aria-label={t("funnel.proof")}>
              {data.steps.map((step, index) => (
                <li key={step.en} data-why={step.why === "counted" ? "counted" : "not"}>
                  <strong>
                    {index + 1}. {names[index] ?? step.step}
                  </strong>
                  <span>{reason(format.say(step), index, step.step)}</span>
                </li>
              ))}
            </ol>
          )}
        </Shown>
      )}
    </>
  );
}
