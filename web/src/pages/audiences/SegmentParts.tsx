/** Parts of a segment's page: its size over time, what each condition costs, whom it shares, how they are reached, who came and went, its uploads. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  historyOptions,
  overlapOptions,
  previewOptions,
  reachOptions,
  type SegmentFull,
  type SegmentPreview,
  type SegmentRun,
  segmentKeys,
  segmentsOptions,
  undoUpload,
  uploadIds,
  uploadsOptions,
} from "@/api/segments";
import { HBars } from "@/charts/HBars";
import { Lines } from "@/charts/Lines";
import { UpSet } from "@/charts/UpSet";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, ErrorPanel, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";

const DAY_MS = 86_400_000;
const DAYS_MOST = 400;
const OTHERS_MOST = 5;
const NAMESPACES = ["login", "member", "customer", "email", "phone", "unionid", "openid", "device"] as const;

/** The size at the end of each civil day from the first evaluation to the last; a day without one has that of the day before. */
export function daily(runs: readonly SegmentRun[], civil: (iso: string) => string): { period: string; value: string }[] {
  const last = new Map<string, number>();
  for (const run of [...runs].reverse()) last.set(civil(new Date(run.at_ms).toISOString()), run.members);
  const days = [...last.keys()].sort();
  const first = days[0];
  const end = days.at(-1);
  if (!first || !end) return [];
  const found: { period: string; value: string }[] = [];
  let size = 0;
  for (let at = Date.parse(first); at <= Date.parse(end) && found.length < DAYS_MOST; at += DAY_MS) {
    const period = new Date(at).toISOString().slice(0, 10);
    size = last.get(period) ?? size;
    found.push({ period, value: String(size) });
  }
  return found;
}

/** Its size day by day, and the evaluations behind it. */
export function Sizes({ name }: { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(historyOptions(name));
  const points = useMemo(() => daily(query.data?.runs ?? [], format.civil), [query.data, format]);
  const courses = [{ key: "size", name: t("segments.people"), unit: "count", rest: false, points }];
  return (
    <Shown
      query={query}
      what={t("segments.history")}
      permission="audiences.read"
      skeleton={<Bone height={240} />}
      empty={(found) => (found.runs.length ? null : <Empty title={t("segments.neverRun")} text={t("segments.neverRunText")} />)}
    >
      {(found) => (
        <>
          {points.length > 1 ? <Lines courses={courses} format={format} name={t("segments.course")} height={220} wholeUntil={null} /> : null}
          <Came runs={found.runs} format={format} />
        </>
      )}
    </Shown>
  );
}

function Came({ runs, format }: { runs: readonly SegmentRun[]; format: Format }) {
  const { t } = useTranslation();
  return (
    <Sheet<SegmentRun>
      label={t("segments.history")}
      rows={runs.slice(0, 12)}
      rowKey={(row) => String(row.run)}
      columns={[
        { key: "at", title: t("segments.at"), cell: (row) => <span className="num">{format.instant(new Date(row.at_ms).toISOString())}</span> },
        { key: "kind", title: t("segments.how"), cell: (row) => t(`segments.run.${row.kind}`) },
        { key: "entered", title: t("segments.entered"), number: true, cell: (row) => `+${format.count(row.entered)}` },
        { key: "left", title: t("segments.left"), number: true, cell: (row) => `\u2212${format.count(row.lost)}` },
        { key: "people", title: t("segments.people"), number: true, cell: (row) => format.count(row.members) },
      ]}
    />
  );
}

/** How many each part of an `all` lets in, and how many there were without it. */
export function Kills({ people, kills }: Pick<SegmentPreview, "people" | "kills">) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!kills.length) return null;
  return (
    <table className="segment-kills" aria-label={t("segments.kills")}>
      <thead>
        <tr>
          <th scope="col">{t("segments.condition")}</th>
          <th scope="col" className="num">
            {t("segments.alone")}
          </th>
          <th scope="col" className="num">
            {t("segments.without")}
          </th>
        </tr>
      </thead>
      <tbody>
        {kills.map((kill) => (
          <tr key={kill.en}>
            <td>{format.say(kill)}</td>
            <td className="num">{format.count(kill.alone)}</td>
            <td className="num">{`${format.count(kill.without)} (+${format.count(kill.without - people)})`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What each part of its condition costs, counted now. */
export function KillsOf({ segment }: { segment: SegmentFull }) {
  const { t } = useTranslation();
  const query = useQuery(previewOptions(segment.body.condition as Record<string, unknown>));
  return (
    <Shown query={query} what={t("segments.kills")} permission="audiences.read" skeleton={<Bone height={120} />}>
      {(found) => (found.kills.length ? <Kills people={found.people} kills={found.kills} /> : <p className="muted">{t("segments.onePart")}</p>)}
    </Shown>
  );
}

/** Whom it has in common with others; the choice of others is in the address. */
export function Overlap({ name, others, choose }: { name: string; others: string[]; choose: (names: string[]) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useQuery(segmentsOptions());
  const names = [name, ...others];
  const query = useQuery(overlapOptions(names));
  const title = (key: string) => format.say(list.data?.items.find((one) => one.name === key)?.title) || key;
  return (
    <>
      <Select
        mode="multiple"
        aria-label={t("segments.others")}
        placeholder={t("segments.others")}
        style={{ width: "100%" }}
        maxCount={OTHERS_MOST}
        value={others}
        options={(list.data?.items ?? [])
          .filter((one) => one.state === "active" && one.name !== name)
          .map((one) => ({ value: one.name, label: format.say(one.title) }))}
        onChange={choose}
      />
      {others.length ? (
        <Shown query={query} what={t("segments.overlap")} permission="audiences.read" skeleton={<Bone height={160} />}>
          {(found) => (
            <UpSet
              name={t("segments.overlap")}
              sets={names.map((key) => ({ key, name: title(key) }))}
              parts={found.parts.map((part) => ({
                sets: part.segments,
                count: part.people,
                shown: format.count(part.people),
                label: t("segments.only", { names: part.segments.map(title).join(", "), count: part.people }),
              }))}
            />
          )}
        </Shown>
      ) : (
        <p className="muted">{t("segments.overlapHint")}</p>
      )}
    </>
  );
}

/** By which ids its people could be reached. */
export function Reach({ name }: { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(reachOptions(name));
  return (
    <Shown
      query={query}
      what={t("segments.reach")}
      permission="audiences.read"
      skeleton={<Bone height={160} />}
      empty={(found) => (found.ways.length ? null : <Empty title={t("segments.noReach")} text={t("segments.noReachText")} />)}
    >
      {(found) => (
        <HBars
          label={t("segments.reach")}
          bars={found.ways.map((way) => ({
            key: way.namespace,
            name: way.namespace,
            value: way.people,
            shown: format.count(way.people),
            move: found.total ? format.rate(way.people / found.total) : "",
          }))}
        />
      )}
    </Shown>
  );
}

/** What was uploaded to a list, what became of it, and one more upload. */
export function Uploads({ name, may }: { name: string; may: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const query = useQuery(uploadsOptions(name));
  const [text, setText] = useState("");
  const [namespace, setNamespace] = useState<string>("login");
  const [mode, setMode] = useState<"replace" | "add">("replace");
  const after = async () => {
    setText("");
    await client.invalidateQueries({ queryKey: segmentKeys.all });
  };
  const send = useMutation({ mutationFn: () => uploadIds(name, text, namespace === "file" ? null : namespace, mode, ""), onSuccess: after });
  const undo = useMutation({ mutationFn: () => undoUpload(name), onSuccess: after });
  return (
    <>
      {may ? (
        <div className="segment-builder">
          <Input.TextArea
            aria-label={t("segments.ids")}
            placeholder={t("segments.idsHint")}
            rows={4}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="condition-part">
            <Select
              aria-label={t("segments.namespace")}
              value={namespace}
              options={[
                ...NAMESPACES.map((one) => ({ value: one as string, label: one as string })),
                { value: "file", label: t("segments.twoColumns") },
              ]}
              onChange={setNamespace}
            />
            <Segmented<"replace" | "add">
              value={mode}
              options={(["replace", "add"] as const).map((one) => ({ value: one, label: t(`segments.mode.${one}`) }))}
              onChange={setMode}
            />
            <Button type="primary" disabled={!text.trim()} loading={send.isPending} onClick={() => send.mutate()}>
              {t("segments.upload")}
            </Button>
            <Button loading={undo.isPending} disabled={!query.data?.uploads.some((one) => one.state === "in_force")} onClick={() => undo.mutate()}>
              {t("segments.undo")}
            </Button>
          </span>
          {(send.error ?? undo.error) ? <ErrorPanel error={send.error ?? undo.error} what={t("segments.upload")} /> : null}
        </div>
      ) : null}
      <Shown query={query} what={t("segments.uploads")} permission="audiences.read" skeleton={<Bone height={120} />}>
        {(found) => (
          <ul className="segment-leaves">
            {found.uploads.map((one) => (
              <li key={one.number}>
                <span>
                  <strong className="num">{t("segments.uploaded", { ids: format.count(one.ids), unknown: format.count(one.unknown) })}</strong>{" "}
                  <span className="muted">{`${t(`segments.mode.${one.mode}`)} · ${t(`segments.uploadState.${one.state}`)} · ${format.instant(one.created)}`}</span>
                </span>
                {one.rejected ? (
                  <details>
                    <summary>{t("segments.apart", { count: one.rejected })}</summary>
                    {one.rejections.map((row) => (
                      <div key={row.line} className="num">
                        {t("segments.line", { line: row.line, why: t(`segments.rejected.${row.reason}` as "segments.rejected.id") })}
                      </div>
                    ))}
                  </details>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </>
  );
}
