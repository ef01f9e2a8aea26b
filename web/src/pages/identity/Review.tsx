/** Identity review: pairs that a model takes for one person, compared field by field and judged by people. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Segmented } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { decide, peopleKeys, type Side, type Suggestion, type SuggestionState, suggestionsOptions } from "@/api/people";
import { useActorName } from "@/kit/actors";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { ReviewSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Compare } from "./Compare";
import "@/kit/parts.css";
import "./people.css";

const STATES: readonly SuggestionState[] = ["open", "accepted", "rejected"];

/** What a side of a pair is called: the name, else the first id. */
export const called = (side: Side) => side.name ?? side.ids[0] ?? String(side.did);

function Judge({ pair, format }: { pair: Suggestion; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const may = useMay("people.merge");
  const actorName = useActorName();
  const [asked, ask] = useState<"accept" | "reject" | null>(null);
  const judge = useMutation({
    mutationFn: ({ decision, reason }: { decision: "accept" | "reject"; reason: string }) => decide(pair.id, decision, reason),
    onSuccess: async ({ changed }) => {
      ask(null);
      message.success(changed ? t("review.doneChanged", { count: changed }) : t("review.done"));
      await client.invalidateQueries({ queryKey: peopleKeys.all });
    },
  });
  const words = { a: called(pair.a), b: called(pair.b), probability: format.figure(pair.probability, "ratio") };
  if (pair.state !== "open") {
    const at = pair.decided ? format.instant(pair.decided) : "";
    return <p className="judged">{t("review.decided", { who: actorName(pair.decided_by ?? ""), at, note: pair.note })}</p>;
  }
  if (!may) return null;
  return (
    <div className="judge">
      <Button type="primary" onClick={() => ask("accept")}>
        {t("review.same")}
      </Button>
      <Button onClick={() => ask("reject")}>{t("review.two")}</Button>
      <Reason
        open={asked !== null}
        title={asked === "reject" ? t("review.twoTitle") : t("review.sameTitle")}
        text={asked === "reject" ? t("review.twoText", words) : t("review.sameText", words)}
        action={asked === "reject" ? t("review.two") : t("review.same")}
        busy={judge.isPending}
        error={judge.error}
        done={(reason) => asked && judge.mutate({ decision: asked, reason })}
        close={() => ask(null)}
      />
    </div>
  );
}

function Pairs({ rows, picked, pick, format }: { rows: Suggestion[]; picked: string | null; pick: (id: string) => void; format: Format }) {
  const { t } = useTranslation();
  return (
    <Sheet<Suggestion>
      label={t("review.what")}
      rows={rows}
      rowKey={(row) => row.id}
      selected={picked}
      open={(row) => pick(row.id)}
      columns={[
        {
          key: "pair",
          title: `${t("review.pair")} · ${rows.length}`,
          cell: (row) => (
            <span className="pair">
              <strong>{called(row.a)}</strong>
              <strong>{called(row.b)}</strong>
            </span>
          ),
        },
        {
          key: "probability",
          title: t("review.probability"),
          number: true,
          width: 120,
          cell: (row) => (
            <span className="likely">
              <i style={{ width: `${Math.round(row.probability * 48)}px` }} aria-hidden="true" />
              {format.figure(row.probability, "ratio")}
            </span>
          ),
        },
      ]}
    />
  );
}

function Nothing({ state, toOpen }: { state: SuggestionState; toOpen: () => void }) {
  const { t } = useTranslation();
  if (state === "open") return <Empty title={t("review.none")} text={t("review.noneFix")} code="windsock match FILE --id COLUMN" />;
  return (
    <Empty
      title={t("review.noneDone")}
      text={t("review.noneDoneFix")}
      action={
        <Button type="primary" onClick={toOpen}>
          {t("review.toOpen")}
        </Button>
      }
    />
  );
}

/** Show the page. */
export function ReviewPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/people/review" });
  const navigate = useNavigate({ from: "/people/review" });
  const format = useFormat();
  const state = STATES.find((value) => value === search.state) ?? "open";
  const query = useInfiniteQuery(suggestionsOptions(state));
  const go = useCallback((patch: ReviewSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const counts = query.data?.pages[0]?.counts;
  const show = (value: SuggestionState) => go({ state: value === "open" ? undefined : value, pair: undefined });
  return (
    <Page
      title={t("review.title")}
      answer={counts ? t("review.answer", { open: counts.open ?? 0, accepted: counts.accepted ?? 0, rejected: counts.rejected ?? 0 }) : "\u00a0"}
      filters={
        <Filter label={t("review.state")}>
          <Segmented<SuggestionState>
            aria-label={t("review.state")}
            value={state}
            options={STATES.map((value) => ({ value, label: t(`review.value.${value}`) }))}
            onChange={show}
          />
        </Filter>
      }
      fill
    >
      <Shown
        query={query}
        what={t("review.what")}
        permission="people.see"
        skeleton={
          <div className="review-grid">
            <Bone height="100%" />
            <Bone height="100%" />
          </div>
        }
        empty={(data) => (data.pages[0]?.items.length ? null : <Nothing state={state} toOpen={() => show("open")} />)}
      >
        {(data) => {
          const rows = data.pages.flatMap((page) => page.items);
          const pair = rows.find((row) => row.id === search.pair) ?? rows[0];
          return (
            <div className="review-grid">
              <section className="panel review-list">
                <Pairs rows={rows} picked={pair?.id ?? null} pick={(id) => go({ pair: id })} format={format} />
                {query.hasNextPage ? (
                  <div className="pane-foot">
                    <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                      {t("review.more")}
                    </Button>
                  </div>
                ) : null}
              </section>
              {pair ? (
                <Panel
                  title={t("review.and", { a: called(pair.a), b: called(pair.b) })}
                  hint={t("review.weightHint")}
                  className="review-pair"
                  action={[pair.a, pair.b].map((side) => (
                    <Link key={side.did} to="/people/$did" params={{ did: String(side.did) }} title={t("review.open")}>
                      {called(side)}
                    </Link>
                  ))}
                >
                  <Compare pair={pair} format={format} />
                  <Judge key={pair.id} pair={pair} format={format} />
                </Panel>
              ) : null}
            </div>
          );
        }}
      </Shown>
    </Page>
  );
}
